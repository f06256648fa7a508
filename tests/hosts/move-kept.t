#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A VM with UEFI, an emulated TPM, a disk of its host and one that both hosts have moves there
# and back by the real libvirt, OVMF and swtpm: off, running, broken off at every step. Its
# variables, keys and data are there each time, byte for byte.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;
use Journey;
use Time::HiRes qw(sleep);

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my $vm = 'rocks-33';
my %host;
@host{ $first, $second } = fleet($first => undef, $second => undef);
my $journey = Journey->new(vm => $vm, folder => $DISKS, held => "$vm.vda");
my $local   = "$DISKS/$vm.vda";
my $shared  = "$FOLDER/shared/$vm.vdb";
my $nvram   = "/var/lib/libvirt/qemu/nvram/${vm}_VARS.fd";
my ($uuid, $tpm);

# What it has, as it is on a host: variables, keys, the data of both disks.
sub all_on {
    my ($host) = @_;
    return $host->run("sha256sum $nvram $tpm $local $shared");
}

# The same when it last started there, before libvirt looked at it, see watch().
sub all_at_start {
    my ($host) = @_;
    return $host->run('cat /root/all');
}

# How often swtpm_setup has made the VM a TPM with keys of its own there.
sub made_on {
    my ($host) = @_;
    my $log = "/var/log/swtpm/libvirt/qemu/$vm-swtpm.log";
    return $host->try("grep -c 'Starting vTPM manufacturing' $log")->{out} + 0;
}

# Writes to the variables and to both disks of the VM, which is off, as it would.
sub mark {
    my ($host, $word) = @_;
    $host->run("for f in $nvram $local $shared; do "
            . "printf $word | dd of=\$f bs=1 seek=500000 conv=notrunc 2> /dev/null; done");
    return $journey->remember_disks($host);
}

# From now on all_at_start() knows what it has when it starts there.
sub watch {
    my ($host) = @_;
    return $host->hook("[ \$2 = prepare ] || exit 0\nsha256sum $nvram $tpm $local $shared > /root/all");
}

scenario 'a VM as 0.1.0 defined it keeps its variables' => sub {
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=128',
        "disk=file:$local,vda,virtio file:$shared,vdb,virtio", 'disksize=1 1');
    frontend(qw(set host attr), $vm, qw(kvm_firmware uefi));
    frontend(qw(set host attr), $vm, 'kvm_device_0',
        '<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>');
    $uuid = sql("SELECT uuid FROM vm JOIN host ON id = host WHERE name = '$vm'");
    $tpm  = "/var/lib/libvirt/swtpm/$uuid/tpm2/tpm2-00.permall";
    my $here = $host{$first};
    $here->run("mkdir -p \$(dirname $shared); for f in $local $shared; do "
            . 'head -c 1M /dev/urandom > $f; done');
    my $xml = frontend(qw(report host vm config), $vm);
    like($xml, qr/<nvram>\Q$nvram\E<\/nvram>/, 'the path is named');
    $here->put('/root/vm.xml', $xml =~ s/ *<nvram>.*\n//r);
    $here->run("virsh -q define /root/vm.xml && virsh -q start $vm && virsh -q destroy $vm");
    mark($here, 'MARK');
    my $inode = $here->run("stat -c %i $nvram");
    prints('', qw(start host vm), $vm);
    prints('', qw(stop host vm),  $vm);
    is($here->run("stat -c %i $nvram"), $inode, 'it is the file that libvirt took');
    like($here->run("tail -c +500001 $nvram | head -c 4"), qr/\AMARK\z/, 'as it was');
    is(made_on($here), 1, 'its TPM was made once');
};

scenario 'variables of a format that the other host does not expect stay' => sub {
    my $here = $host{$first};
    $here->run("mv $nvram /root/raw && qemu-img convert -f raw -O qcow2 /root/raw $nvram");
    my $got = $journey->moves($second);
    like($got->{err}, qr/\Q$nvram\E, have the format qcow2 on \Q$first\E, and libvirt on \Q$second\E would take them for raw: /,
        'refused');
    is(frontend(qw(list move)), '', 'before anything was done');
    $here->run("mv /root/raw $nvram");
};

scenario 'it moves, off' => sub {
    my $had = all_on($host{$first});
    my $got = $journey->moves($second);
    is($got->{err}, '', 'no complaint') || diag($got->{out});
    like($got->{out}, qr/^copy \Q$local\E: .*\nkeep \Q$shared\E, which both have$/m, 'disk by disk');
    $journey->lives_on($host{$second}, $host{$first}, 'shutoff', 'moved');
    is(all_on($host{$second}), $had, 'variables, keys and data are there');
    is(all_on($host{$first}),  $had, 'and still here');
    prints('', qw(start host vm), $vm);
    is(made_on($host{$second}), 0, 'libvirt takes its TPM for what it is');
    is($host{$second}->run("stat -c '%a %U' $tpm"), '600 tss', 'and lets swtpm have it');
    like($journey->moves($first)->{err}, qr/has something there, which is never overwritten/,
        'what is left here is in the way');
    my @lines = $got->{out} =~ /`(rocks run host [^\n]*)` removes it$/mg;
    is(scalar @lines, 3, 'its own disk, variables and keys are named');
    types($_) for @lines;
};

scenario 'it moves back while it runs, as somebody else defined it' => sub {
    my ($here, $there) = @host{ $first, $second };
    prints('', qw(stop host vm), $vm);
    mark($there, 'BACK');
    $there->put('/root/vm.xml', $there->run("virsh dumpxml $vm") =~ s/ *<nvram.*\n//r);
    $there->run("virsh -q define /root/vm.xml && virsh -q start $vm");
    unlike($there->run("virsh dumpxml --inactive $vm"), qr/<nvram/, 'its definition names none')
        if $there->run('libvirtd --version') =~ / 9\.0\./;
    watch($here);
    my $plan = $journey->moves($first, 'dryrun=yes');
    like($plan->{out}, qr/^copy \Q$_\E: 1 MB, of which/m, "the plan has $_") for $nvram, $tpm;
    my $got = $journey->moves($first);
    is($got->{err}, '', 'no complaint') || diag($got->{out});
    is(all_at_start($here), all_on($there), 'it starts with what it had there');
    like($here->run("tail -c +500001 $nvram | head -c 4"), qr/\ABACK\z/, 'and no older one');
    is(made_on($here), 1, 'its TPM was not made again');
    prints('', qw(stop host vm), $vm);
    $here->hook('');
    $journey->lives_on($here, $there, 'shutoff', 'moved back');
    types($_) for $got->{out} =~ /`(rocks run host [^\n]*)` removes it$/mg;
};

# Broken off at each step and taken back, off unless it has to run: a program that a host runs
# then, and what it does.
my %broken = (
    stop     => { runs => 1, words => [qw(action=shutdown timeout=1)] },
    undefine => { here => [ sync => "exit 1\n" ] },
    copy     => {
        there => [ rsync => "case \"\$*\" in *' -n '*) exec /usr/bin/rsync \"\$@\" ;; esac\nexit 1\n" ]
    },
    compare => { there => [ sha256sum => "exit 1\n" ] },
    place   => { there => [ ln => "case \$* in *permall*) exit 1 ;; esac; exec /usr/bin/ln \"\$@\"\n" ] },
    define  => {
        there => [ ln => '/usr/bin/ln "$@" || exit; '
                . "kill \$(cat /run/libvirt/libvirtd.pid) 2> /dev/null; true\n" ]
    },
    switch => { unread => 1 },
    start  => { runs   => 1, hook => "[ \$2 = start ] || exit 0\nexit 1" },
);

# Moves it; nobody reads what that says from the step before the switch on, as when its terminal
# is closed: what follows ends where it would print the next step.
sub moves_unread {
    my ($there, @words) = @_;
    $there->program('ln', "until [ -e /root/closed ]; do sleep 0.05; done; exec /usr/bin/ln \"\$\@\"\n");
    pipe my $reader, my $writer or die "pipe: $!\n";
    my $child = fork() // die "fork: $!\n";
    if (!$child) {
        open STDOUT, '>&', $writer         or die;
        open STDERR, '>',  "$FOLDER/error" or die;
        close $reader;
        exec "$BUILD/rocks", qw(move host vm), $vm, @words or die;
    }
    close $writer;
    while (<$reader>) { last if $_ eq "$vm: place\n" }
    close $reader;
    $there->run('touch /root/closed');
    waitpid $child, 0;
    $there->run('rm /root/closed');
    $there->forget_program('ln');
    return { status => $?, err => slurp("$FOLDER/error") };
}

# Goes on while another program holds the inventory for longer than rocks waits.
sub moves_without_inventory {
    my (@words) = @_;
    open my $shell, '|-', 'sqlite3', '-batch', $ENV{ROCKS_DB} or die "sqlite3: $!\n";
    $shell->autoflush(1);
    print {$shell} "BEGIN IMMEDIATE;\n.shell touch $FOLDER/held\n";
    sleep 0.02 until -e "$FOLDER/held";
    local @ENV{qw(LD_PRELOAD ASAN_OPTIONS)} = preloaded('clock');
    local $ENV{TEST_CLOCK_RATE} = 100;
    my $got = $journey->moves(@words);
    close $shell;
    return $got;
}

# Has a move broken off at that step, with all mended again.
sub breaks_off {
    my ($step, $here, $there) = @_;
    my %is = %{ $broken{$step} };
    $here->program(@{ $is{here} })   if $is{here};
    $there->program(@{ $is{there} }) if $is{there};
    $there->hook($is{hook})          if $is{hook};
    my $got =
        $is{unread} ? moves_unread($there, $second) : $journey->moves($second, @{ $is{words} // [] });
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    isnt($got->{status}, 0, 'it broke off');
    like(frontend(qw(list move)), qr/^$vm: .* $step /m, "at $step") || diag($got->{err});
    $here->forget_program($is{here}[0])   if $is{here};
    $there->forget_program($is{there}[0]) if $is{there};
    $there->start_libvirt()               if $step eq 'define';
    $there->hook('')                      if $is{hook};
    return;
}

for my $step (qw(stop undefine copy compare place switch define start)) {
    scenario "broken off at $step, it is taken back" => sub {
        my ($here, $there) = @host{ $first, $second };
        my $runs = $broken{$step}{runs};
        prints('', qw(start host vm), $vm) if $runs;
        my $had = all_on($here);
        breaks_off($step, $here, $there);
        $had = all_on($here) if $step eq 'start';
        watch($here)         if $step eq 'start';
        is($journey->moves('undo=yes')->{err}, '', 'taken back');
        is($there->try("ls -A $nvram /var/lib/libvirt/swtpm/$uuid")->{out}, '', 'nothing is left there');
        is(all_at_start($here), $had, 'it started with what it had') if $step eq 'start';
        is(status_of($vm), 'active', 'it runs')                     if $runs;
        prints('', qw(stop host vm), $vm)                           if $runs;
        is(all_on($here), $had, 'all is here')                      if !$runs;
        $here->hook('')                                             if $step eq 'start';
        is(made_on($here), 1, 'its TPM was not made again');
        $journey->lives_on($here, $there, 'shutoff', 'taken back');
    };
}

scenario 'broken off in the copy, it goes on; broken off at the end, it is not taken back' => sub {
    my ($here, $there) = @host{ $first, $second };
    my $had = all_on($here);
    breaks_off('copy', $here, $there);
    isnt(moves_unread($there, 'resume=yes')->{status}, 0, 'it goes on, and breaks off once more');
    like(moves_without_inventory('resume=yes')->{err}, qr/another command has been writing for a minute/,
        'nor can the inventory be written');
    like(frontend(qw(list move)), qr/^$vm: .* switch /m, 'so it stands at switch');
    $journey->is_nowhere('at switch', $here, $there);
    like(frontend(qw(list host vm), $vm), qr/ \Q$first\E /, 'and the inventory has it where it was');
    $there->program('rmdir', "exit 1\n");
    $there->program('rm',    "exit 1\n");
    is($journey->moves('resume=yes')->{status}, 1, 'it goes on');
    like($journey->moves('undo=yes')->{err}, qr/it has been moved; resume=yes ends the move/, 'to the end');
    $there->forget_program($_) for qw(rm rmdir);
    is($journey->moves('resume=yes')->{err}, '', 'which comes');
    is(all_on($there), $had, 'variables, keys and data are there');
    $journey->lives_on($there, $here, 'shutoff', 'gone on');
};

done_testing();
