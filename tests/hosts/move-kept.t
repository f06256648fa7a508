#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A VM with UEFI and an emulated TPM moves between two VM hosts by the real libvirt, OVMF and
# swtpm: off, running, broken off; its variables and keys are there, byte for byte.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;
use Journey;

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my $vm = 'rocks-33';
my %host;
@host{ $first, $second } = fleet($first => undef, $second => undef);
my $journey = Journey->new(vm => $vm, folder => $DISKS, held => "$vm.vda");
my $nvram   = "/var/lib/libvirt/qemu/nvram/${vm}_VARS.fd";
my ($uuid, $tpm);

# The files that it keeps, as they are on a host.
sub kept_on {
    my ($host) = @_;
    return $host->run("cat $nvram | sha256sum; cat $tpm | sha256sum");
}

# How often swtpm_setup has made the VM a TPM with keys of its own there.
sub made_on {
    my ($host) = @_;
    my $log = "/var/log/swtpm/libvirt/qemu/$vm-swtpm.log";
    return $host->try("grep -c 'Starting vTPM manufacturing' $log")->{out} + 0;
}

# Writes to the variables of the VM, which is off.
sub mark {
    my ($host, $word) = @_;
    return $host->run("printf $word | dd of=$nvram bs=1 seek=500000 conv=notrunc 2> /dev/null");
}

# From now on what it has is kept as it is when it starts there, before libvirt looks at it.
sub watch {
    my ($host) = @_;
    return $host->hook("[ \$2 = prepare ] || exit 0\ncp $nvram /root/nvram; cp $tpm /root/tpm");
}

scenario 'a VM as 0.1.0 defined it keeps its variables' => sub {
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=128',
        "disk=file:$DISKS/$vm.vda,vda,virtio", 'disksize=1');
    frontend(qw(set host attr), $vm, qw(kvm_firmware uefi));
    frontend(qw(set host attr), $vm, 'kvm_device_0',
        '<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>');
    $uuid = sql("SELECT uuid FROM vm JOIN host ON id = host WHERE name = '$vm'");
    $tpm  = "/var/lib/libvirt/swtpm/$uuid/tpm2/tpm2-00.permall";
    my $here = $host{$first};
    $here->run("head -c 1M /dev/urandom > $DISKS/$vm.vda");
    $journey->remember_disks($here);
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

scenario 'it moves, off' => sub {
    my $had = kept_on($host{$first});
    my $got = $journey->moves($second);
    is($got->{err}, '', 'no complaint') || diag($got->{out});
    $journey->lives_on($host{$second}, $host{$first}, 'shutoff', 'moved');
    is(kept_on($host{$second}), $had, 'variables and keys are there');
    is(kept_on($host{$first}),  $had, 'and still here');
    prints('', qw(start host vm), $vm);
    is(made_on($host{$second}), 0, 'libvirt takes its TPM for what it is');
    is($host{$second}->run("stat -c '%a %U' $tpm"), '600 tss', 'and lets swtpm have it');
    like($journey->moves($first)->{err}, qr/has something there, which is never overwritten/,
        'what is left here is in the way');
    my @lines = $got->{out} =~ /`(rocks run host [^\n]*)` removes it$/mg;
    is(scalar @lines, 3, 'disk, variables and keys are named');
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
    is($here->run('cat /root/nvram | sha256sum; cat /root/tpm | sha256sum'), kept_on($there),
        'it starts with what it had there');
    like($here->run("tail -c +500001 $nvram | head -c 4"), qr/\ABACK\z/, 'and no older one');
    is(made_on($here), 1, 'its TPM was not made again');
    prints('', qw(stop host vm), $vm);
    $here->hook('');
    $journey->lives_on($here, $there, 'shutoff', 'moved back');
    types($_) for $got->{out} =~ /`(rocks run host [^\n]*)` removes it$/mg;
};

# Broken off in each step and taken back; where it started, by what libvirt is told to do.
my %broken = (
    copy    => [ rsync     => "case \"\$*\" in *' -n '*) exec /usr/bin/rsync \"\$@\" ;; esac\nexit 1\n" ],
    compare => [ sha256sum => "exit 1\n" ],
    place   => [ ln        => "case \$* in *permall*) exit 1 ;; esac; exec /usr/bin/ln \"\$@\"\n" ],
    define  => [ ln        => '/usr/bin/ln "$@" || exit; '
            . "kill \$(cat /run/libvirt/libvirtd.pid) 2> /dev/null; true\n" ],
    start => [],
);
for my $step (qw(copy compare place define start)) {
    scenario "broken off at $step, it is taken back" => sub {
        my ($here,    $there)  = @host{ $first, $second };
        my ($program, $script) = @{ $broken{$step} };
        my $had = kept_on($here);
        prints('', qw(start host vm), $vm) if $step eq 'start';
        $there->hook("[ \$2 = start ] || exit 0\nexit 1") if $step eq 'start';
        $there->program($program, $script) if $program;
        is($journey->moves($second)->{status}, 1, 'it broke off');
        like(frontend(qw(list move)), qr/^$vm: .* $step /m, "at $step");
        $there->forget_program($program) if $program;
        $there->start_libvirt()          if $step eq 'define';
        $there->hook('')                 if $step eq 'start';
        $had = kept_on($here)            if $step eq 'start';
        watch($here)                     if $step eq 'start';
        is($journey->moves('undo=yes')->{err}, '', 'taken back');
        is($there->try("ls -A $nvram /var/lib/libvirt/swtpm/$uuid")->{out}, '', 'nothing is left there');
        if ($step eq 'start') {
            is(status_of($vm), 'active', 'it runs');
            is($here->run('cat /root/nvram | sha256sum; cat /root/tpm | sha256sum'), $had,
                'with what it had');
            prints('', qw(stop host vm), $vm);
            $here->hook('');
        }
        else { is(kept_on($here), $had, 'all is here') }
        is(made_on($here), 1, 'its TPM was not made again');
        $journey->lives_on($here, $there, 'shutoff', 'taken back');
    };
}

scenario 'broken off in the copy, it goes on' => sub {
    my ($here, $there) = @host{ $first, $second };
    my $had = kept_on($here);
    $there->program(@{ $broken{copy} });
    is($journey->moves($second)->{status}, 1, 'it broke off');
    $there->forget_program('rsync');
    is($journey->moves('resume=yes')->{err}, '', 'it goes on');
    is(kept_on($there), $had, 'variables and keys are there');
    $journey->lives_on($there, $here, 'shutoff', 'gone on');
};

done_testing();
