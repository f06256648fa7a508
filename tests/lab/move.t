#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The cold move between two VM hosts: real libvirt, ssh, rsync and cards; killed in the middle of
# a copy, on a full disk, and with the power of the container gone.
use strict;
use warnings;

use Lab;
use Time::HiRes qw(sleep time);

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my $vm     = 'rocks-33';
my $folder = '/state/partition1/kvm/disks';
my ($system, $data) = map { "$folder/$vm.$_" } qw(vda vdb);
my $cluster = boot_cluster({
    $first  => 'memory=1536 disk=400M port-1/00.0=video port-1/00.1=sound',
    $second => 'memory=1536 disk=400M port-1/00.0=nic port-2/00.0=video port-2/00.1=sound',
});
my %host    = %{ $cluster->{hosts} };
my $network = join '', "127.0.0.1 localhost\n", map { $host{$_}->cluster_address . " $_\n" } $first,
    $second;
my $sums;

# What a host calls rsync. While that file is there, the end that sends stops in the middle of
# the second disk.
my $HELD = '/root/held';
my $RSYNC = <<"PERL";
#!/usr/bin/perl
exec '/usr/bin/rsync', \@ARGV if \$ARGV[0] ne '--server' || !-e '$HELD';
open my \$rsync, '-|', '/usr/bin/rsync', \@ARGV or die;
while (sysread \$rsync, my \$block, 65536) {
    \$sent += length \$block;
    select undef, undef, undef, 0.2 while \$sent > 32 << 20 && -e '$HELD';
    # rsync made what it reads, and perhaps this, a socket that does not block.
    while (length \$block) {
        my \$written = syswrite STDOUT, \$block;
        substr \$block, 0, \$written, '' if \$written;
        exit 1 if !defined \$written && !\$!{EAGAIN};
        select undef, undef, undef, 0.01 if !\$written;
    }
}
close \$rsync;
exit \$? >> 8;
PERL

# What a host needs that has just booted.
sub make_ready {
    my ($name) = @_;
    $host{$name}->put('/usr/local/bin/rsync', $RSYNC);
    $host{$name}->run('chmod 755 /usr/local/bin/rsync');
    $host{$name}->make_vm_host();
    $host{$name}->run('gpupci --detach gpupci1');
}

sub sums_on { return $host{ $_[0] }->run("cd $folder && sha256sum $vm.*") }

sub domains_on { return $host{ $_[0] }->run('virsh -q list --all --name') }

sub status {
    my ($row) = grep { /\bvm-container/ } split /\n/, frontend(qw(list host vm), $vm, 'status=yes');
    return (split ' ', $row)[-1];
}

# rocks move host vm, and what it said.
sub moves {
    my (@words) = @_;
    return rocks(qw(move host vm), $vm, @words);
}

# The same begun; back when half a disk is on that host. The rest waits for let_go().
sub begin_copy {
    my ($source, $target) = @_;
    $host{$source}->run("touch $HELD");
    my $child = fork // die "fork: $!\n";
    if (!$child) {
        open STDOUT, '>', "$FOLDER/moved" or die;
        open STDERR, '>&', \*STDOUT or die;
        exec "$BUILD/rocks", qw(move host vm), $vm, $target or die;
    }
    my $until = time + 240;
    while (time < $until) {
        my $size = $host{$target}->try("stat -c %b $folder/.rocks-move-*/$vm.vdb")->{out};
        return $child if $size =~ /^[1-9]/;
        sleep 0.1;
    }
    die 'nothing was copied: ' . slurp("$FOLDER/moved");
}

# The processes that a process has started.
sub children_of {
    my ($parent) = @_;
    my @children;
    for my $path (glob '/proc/[0-9]*/stat') {
        my $stat = eval { slurp($path) } // next;
        push @children, $1 if $stat =~ /^(\d+) \(.*\) \S (\d+) /s && $2 == $parent;
    }
    return @children;
}

sub let_go { $host{ $_[0] }->run("rm $HELD") }

sub end_of {
    my ($child) = @_;
    waitpid $child, 0;
    return ($? >> 8, slurp("$FOLDER/moved"));
}

# The VM is there and nowhere else, byte for byte.
sub lives_on {
    my ($name, $other, $status, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    like(frontend(qw(list host vm), $vm), qr/ \Q$name\E /, "$what: the inventory");
    is(domains_on($name), $vm, "$what: defined there");
    is(domains_on($other), '', "$what: and not here");
    is(status(), $status, "$what: $status");
    is(sums_on($name), $sums, "$what: every byte");
    isnt($host{$other}->try("virsh start $vm")->{status}, 0, "$what: nothing can start it here");
    is(frontend(qw(list move)), '', "$what: no move is open");
    is($host{$name}->run("ls -a $folder"), ".\n..\n$vm.vda\n$vm.vdb", "$what: nothing is left");
}

# What the last lines of a move tell to type.
sub type_removals {
    my ($out) = @_;
    local $ENV{PATH} = "$BUILD:$ENV{PATH}";
    my @lines = $out =~ /`(rocks run host [^\n]*)` removes it$/mg;
    is(@lines, 2, 'both disks are told');
    is(run_program('', 'sh', '-c', $_)->{status}, 0, $_) for @lines;
}

scenario 'two hosts with a card each, and a VM' => sub {
    reach($cluster);
    make_ready($_) for $first, $second;
    frontend(qw(sync host gpu));
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=256',
        "disk=file:$system,vda,virtio file:$data,vdb,virtio", 'disksize=1 1');
    frontend(qw(add host gpu), $vm, qw(gpupci gpupci1));
    Lab::Guest::put_disk($host{$first}, $vm);
    # Something, a hole, and something again.
    $host{$first}->run("head -c 60M /dev/urandom > $data && truncate -s 300M $data && "
            . "printf end >> $data && cp $data /dev/null");
    $sums = sums_on($first);
    is(rocks(qw(start host vm), $vm)->{err}, '', 'it runs');
};

scenario 'it moves with its card' => sub {
    my $plan = moves($second, 'dryrun=yes');
    is($plan->{err}, '', 'dryrun=yes');
    like($plan->{out}, qr/^card gpupci: gpupci1 at pci_\w+ -> gpupci1 at pci_\w+$/m,
        'tells the cards');
    like($plan->{out}, qr/^copy \Q$data\E: 315 MB, of which 6\d MB are in use$/m, 'and the disks');
    is(status(), 'active', 'it runs on');
    $host{$first}->run("virsh -q destroy $vm");
    $sums = sums_on($first);
    is(rocks(qw(start host vm), $vm)->{err}, '', 'started again');
    my $got = moves($second);
    is($got->{err}, '', 'no complaint') || diag($got->{out});
    is($got->{status}, 0, 'moved');
    my $console = $host{$second}->begin("cat \"\$(virsh ttyconsole $vm)\" > /lab/$vm.console; "
            . "cat /lab/$vm.console");
    my $seen = Lab::Guest::report_of($host{$second}, $console);
    is(join(' ', sort map { $_->{id} } grep { $_->{class} =~ /^(?:0380|0403)/ } values %$seen),
        '1234:1111 8086:2668', 'its kernel sees the card of the other host');
    sleep 1;
    lives_on($second, $first, 'shutoff', 'moved');
    cmp_ok($host{$second}->run("stat -c %b $data") * 512, '<', 80_000_000, 'holes stay holes');
    like(moves($first)->{err}, qr/has something there, which is never written over/,
        'its old disks are in the way');
    type_removals($got->{out});
};

scenario 'killed in the middle of a copy, it goes on' => sub {
    my $child = begin_copy($second, $first);
    # As a frontend goes whose power does: pdsh would otherwise stay, and have the copy go on.
    kill 'KILL', children_of($child), $child;
    end_of($child);
    let_go($second);
    $host{$first}->run('while grep -qsx rsync /proc/[0-9]*/comm; do sleep 0.5; done');
    like(frontend(qw(list move)), qr/^$vm: +\Q$second\E +\Q$first\E +copy .*resume=yes/m,
        'it stands at copy');
    is($host{$first}->run("ls $folder"), '', 'no half of a disk has its name');
    is(domains_on($_), '', "nothing on $_ can start it") for $first, $second;
    like(rocks(qw(start host vm), $vm)->{err}, qr/is being moved/, 'nor can rocks');
    my $got = moves('resume=yes');
    is($got->{err}, '', 'resume=yes');
    lives_on($first, $second, 'shutoff', 'gone on');
    type_removals($got->{out});
};

scenario 'the disk of the other host is full, it is taken back' => sub {
    is(rocks(qw(start host vm), $vm)->{err}, '', 'it runs');
    $host{$first}->run("virsh -q destroy $vm");
    $sums = sums_on($first);
    is(rocks(qw(start host vm), $vm)->{err}, '', 'it runs again');
    my $child = begin_copy($first, $second);
    $host{$second}->try('cat /dev/zero > /state/big');
    let_go($first);
    my ($status, $said) = end_of($child);
    is($status, 1, 'it broke off');
    like($said, qr/copying failed there with status \d+: rsync: [^\n]*No space left on device/,
        'as it says');
    $host{$second}->run('rm /state/big');
    my $got = moves('undo=yes');
    is($got->{err}, '', 'undo=yes');
    like($got->{out}, qr/^$vm is on \Q$first\E as before$/m, 'as before');
    is(status(), 'active', 'it runs');
    is($host{$second}->run("ls -a $folder"), ".\n..", 'what was copied is gone');
    $host{$first}->run("virsh -q destroy $vm");
    lives_on($first, $second, 'shutoff', 'taken back');
};

scenario 'the container loses its power in the middle' => sub {
    is(rocks(qw(set attr kvm_autostart yes))->{err}, '', 'it starts with its container');
    is(rocks(qw(start host vm), $vm)->{err}, '', 'it runs');
    $host{$first}->run("virsh -q destroy $vm; sync");
    $sums = sums_on($first);
    my $child = begin_copy($first, $second);
    $host{$first}->cut_power();
    my ($status, $said) = end_of($child);
    is($status, 1, 'it broke off');
    like($said, qr/^rocks: $vm: the move stands at «copy»/m, 'at copy');
    my $got = moves('resume=yes');
    is($got->{status}, 1, 'nothing can be done without it');
    like($got->{err}, qr/^rocks: $vm: the move stands at «copy»/m, 'and nothing is');
    is($host{$second}->run("ls $folder"), '', 'no half of a disk has its name');
    $host{$first}->boot();
    $host{$first}->start_ssh($network);
    $host{$first}->run("rm -f $HELD");
    make_ready($first);
    is(domains_on($first), '', 'it comes back without the VM');
    $got = moves('resume=yes');
    is($got->{err}, '', 'resume=yes');
    lives_on($second, $first, 'shutoff', 'gone on');
    is($host{$second}->run("virsh -q dominfo $vm | grep Autostart"), 'Autostart:      enable',
        'it starts with its container');
};

done_testing();
