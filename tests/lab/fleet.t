#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The fleet from the frontend: two VM hosts are asked, scanned, their VMs started and stopped,
# and what was changed behind the frontend's back is found; all through real ssh, pdsh and
# libvirt.
use strict;
use warnings;

use Lab;

my @names = qw(vm-container-0-0 vm-container-0-1);
my ($first, $second) = @names;
my ($vm, $other) = qw(rocks-33 rocks-34);
my $card = 'port-1/00.0=video port-1/00.1=sound';
my $cluster = boot_cluster({
    $first  => "memory=1536 $card port-2/00.0=video port-2/00.1=sound",
    $second => "memory=1536 $card",
});
my %host = %{ $cluster->{hosts} };

# A call of rocks: its status, and both streams, the second in lines that are sorted as hosts
# answer in any order.
sub says {
    my ($status, $out, $err, @words) = @_;
    my $got = rocks(@words);
    my $name = "rocks @words";
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, $status, "$name: status");
    is(join('', sort $got->{out} =~ /.*\n/g), join('', sort $out =~ /.*\n/g), "$name: output");
    return like(join('', sort $got->{err} =~ /.*\n/g), qr/\A$err\z/, "$name: words");
}

sub status_of {
    my ($name) = @_;
    my ($row) = grep { /\b\Q$name\E\b/ } split /\n/, frontend(qw(list host vm status=yes));
    return (split ' ', $row)[-1];
}

sub stop_ssh { $host{ $_[0] }->run('kill $(cat /run/sshd.pid)') }

sub start_ssh_again { $host{ $_[0] }->run('/usr/sbin/sshd -f /state/ssh/config') }

# Which processes have a VFIO group open: the group, and the guest of its QEMU.
sub holders {
    my ($name) = @_;
    return $host{$name}->run(<<'SHELL');
find /proc/[0-9]*/fd -lname '/dev/vfio/[0-9]*' -printf '%l %h\n' 2> /dev/null | sort -u |
while read -r group folder; do
    echo "${group#/dev/vfio/} $(tr '\0' '\n' < "${folder%/fd}/cmdline" |
        sed -n 's/^guest=\([^,]*\).*/\1/p')"
done
SHELL
}

scenario 'a frontend and two hosts' => sub {
    reach($cluster);
    $host{$_}->make_vm_host() for @names;
    pass('are set up');
};

scenario 'run host' => sub {
    my @run = ('run', 'host', @names);
    says(0, "$first\n$second\n", "rocks: 2 ok, 0 failed, 0 down\n", @run, 'hostname');
    says(
        0, join('', map {"$_: $_ it's \$HOME; 100% \"so\"\n"} @names),
        "rocks: 2 ok, 0 failed, 0 down\n",
        @run, 'collate=yes', q{printf '%s it'\''s $HOME; 100%% "so"\n' "$(hostname)"});
    says(1, "$first\n", "rocks: 1 ok, 1 failed, 0 down\nrocks: $second: exit status 7\nsorry\n",
        @run, "[ \$(hostname) = $first ] || { echo sorry >&2; exit 7; }; hostname");
    says(
        1, '',
        "rocks: 0 ok, 2 failed, 0 down\n" . join('', map {"rocks: $_: exit status 255\n"} @names),
        @run, 'exit 255');
    says(
        1, '',
        "rocks: 0 ok, 1 failed, 0 down\nrocks: $first: ended after 2 s; timeout= gives it longer\n",
        'run', 'host', $first, 'timeout=2', 'sleep 543');
    isnt($host{$first}->try("grep -qsa 'sleep.54[3]' /proc/[0-9]*/cmdline")->{status}, 0, 'and there it ended');
    stop_ssh($second);
    says(1, "$first\n$second: down\n", qr/(?!rocks:)[^\n]+\nrocks: 1 ok, 0 failed, 1 down\n/, @run,
        'hostname');
    start_ssh_again($second);
    says(0, "$first\n$second\n", "rocks: 2 ok, 0 failed, 0 down\n", @run, 'hostname');
};

scenario 'sync host gpu' => sub {
    stop_ssh($second);
    my $got = rocks(qw(sync host gpu));
    is($got->{status}, 1, 'a host that is down');
    like($got->{err}, qr/^rocks: \Q$second\E: down: /m, 'which is told');
    is( frontend(qw(list host gpu output-header=no)) =~ s/ +/ /gr,
        "$first: gpupci1 pci_0000_01_00_0\n$first: gpupci2 pci_0000_02_00_0\n",
        'the other is recorded');
    start_ssh_again($second);
    is(frontend(qw(sync host gpu output-header=no)) =~ s/ +/ /gr, <<"TEXT", 'both are up');
$first: gpupci1 pci_0000_01_00_0 same --- --
$first: gpupci2 pci_0000_02_00_0 same --- --
$second: gpupci1 pci_0000_01_00_0 new --- --
TEXT
};

scenario 'a card that the host still has' => sub {
    frontend('add', 'host', 'vm', $first,  'hosted-vm', "name=$vm",    'mem=256', 'disksize=1');
    frontend('add', 'host', 'vm', $second, 'hosted-vm', "name=$other", 'mem=256', 'disksize=1');
    frontend('add', 'host', 'gpu', $vm, 'gpupci', 'pci_0000_01_00_0');
    fails(
        qr/\Qrocks: $vm: 0000:01:00.0 of its card gpupci is with the driver bochs-drm on $first, \Enot bound to vfio-pci; there, `gpupci --detach gpupci1` takes/,
        qw(start host vm), $vm);
    is($host{$first}->run('virsh -q list --all --name'), '', 'nothing was defined');
    types("rocks run host $first 'gpupci --detach gpupci1'");
};

scenario 'start, pause, resume, stop' => sub {
    my $disk = "/state/partition1/kvm/disks/$vm.vda";
    prints("$vm: made $disk on $first\n", qw(start host vm), $vm);
    is(status_of($vm), 'active', 'it runs');
    like(status_of($other), qr{^-+$}, 'the other was never defined');
    my $defined = $host{$first}->run("virsh dumpxml --inactive $vm");
    $host{$first}->put('/root/vm.xml', frontend(qw(report host vm config), $vm));
    is($host{$first}->run("virsh -q define /root/vm.xml && virsh dumpxml --inactive $vm"), $defined,
        'libvirt has what rocks reports');
    my $kernel = $host{$first}->kernel();
    is($kernel->{"0000:01:00.$_"}{driver}, 'vfio-pci', "function $_ is with vfio-pci") for 0, 1;
    is(holders($first), "$kernel->{'0000:01:00.0'}{iommu_group} $vm",
        'its QEMU has the group open');
    finds('while it runs');
    prints("$vm runs already\n", qw(start host vm), $vm);
    prints('', qw(pause host vm), $vm);
    is(status_of($vm), 'paused', 'paused');
    prints("$vm is paused already\n", qw(pause host vm), $vm);
    prints('', qw(resume host vm), $vm);
    is(status_of($vm), 'active', 'resumed');
    prints("$vm is not paused\n", qw(resume host vm), $vm);
    prints('', qw(stop host vm), $vm);
    is(status_of($vm), 'shutoff', 'stopped');
    prints("$vm is off already\n", qw(stop host vm), $vm);
    fails(qr/$vm: it does not run; `rocks start host vm $vm`/, qw(pause host vm), $vm);
    is(holders($first), '', 'nobody has the group');
    is($host{$first}->kernel->{"0000:01:00.$_"}{driver}, 'vfio-pci',
        "function $_ stays with vfio-pci")
        for 0, 1;
};

# libvirt saves no VM that has a card: a state that was saved is from before.
scenario 'a state that was saved without the card' => sub {
    frontend(qw(remove host gpu), $vm, 'gpupci');
    prints('', qw(start host vm), $vm);
    $host{$first}->run("virsh -q managedsave $vm");
    frontend('add', 'host', 'gpu', $vm, 'gpupci', 'pci_0000_01_00_0');
    my $uuid = $host{$first}->run("virsh domuuid $vm | head -n 1");
    fails(
        qr/^rocks: $vm: libvirt on $first has a saved state of it, from when it had other cards, .*there, `virsh managedsave-remove $uuid` forgets the state$/,
        qw(start host vm), $vm);
    is(status_of($vm), 'shutoff', 'it is not started');
    types("rocks run host $first 'virsh managedsave-remove $uuid'");
    prints('', qw(start host vm), $vm);
    is(holders($first) =~ s/\d+ //r, $vm, 'it runs with its card');
    prints('', qw(stop host vm), $vm);
};

scenario 'check host gpu: what was done behind our back' => sub {
    finds('all agree');
    $host{$first}->run('gpupci --attach gpupci1');
    my ($repair) = finds(
        'given back to the host',
        [   'gpupci1', $vm,
            'pci_0000_01_00_0 of it is with the driver bochs-drm, not bound to vfio-pci'
        ]);
    types($repair);
    finds('taken again');

    my ($mine, $wrong) = map {"0000:0$_:00.0, 0000:0$_:00.1"} 1, 2;
    my $redefine =
        "virsh dumpxml --inactive $vm | sed '/<source>/,/<.source>/s/bus=.0x01./bus=\"0x02\"/' "
        . '> /root/other.xml && '
        . 'virsh -q define /root/other.xml';
    $host{$first}->run($redefine);
    ($repair) = finds('another card in its definition',
        [ undef, $vm, "libvirt would give it $wrong, which are not its cards" ],
        [ undef, $vm, "libvirt would not give it $mine of its cards" ]);
    types($repair);
    finds('defined as it is recorded');
    is(status_of($vm), 'shutoff', 'and not started');
    frontend(qw(start host vm), $vm);
    finds('started anew');

    $host{$first}->run('gpupci --detach gpupci2');
    $host{$first}->run("virsh -q destroy $vm && $redefine && virsh -q start $vm");
    (undef, $repair) = finds('it runs with another card',
        [ 'gpupci2', undef, "$vm has it open" ],
        [ undef, $vm, "libvirt gives it $wrong, which are not its cards" ],
        [ undef, $vm, "libvirt does not give it $mine of its cards" ]);
    types($repair);
    finds('with its own again');

    $host{$first}->run($redefine);
    ($repair) = finds('it would be started with another card next time',
        [ undef, $vm, "libvirt would next give it $wrong, which are not its cards" ],
        [ undef, $vm, "libvirt would next not give it $mine of its cards" ]);
    types($repair);
    finds('nor that any more');
};

scenario 'check host gpu: a host that cannot be asked' => sub {
    my ($libvirtd) = $host{$second}->run('cat /run/libvirtd.pid');
    stop_ssh($second);
    says(3, '', qr/rocks: \Q$second\E: down: [^\n]+\n/, qw(check host gpu));
    says(3, "------\n", qr/rocks: \Q$second\E: libvirt on \Q$second\E cannot be reached[^\n]+\n/,
        qw(list host vm), $other, qw(status=yes output-col=status output-header=no));
    start_ssh_again($second);
    $host{$second}->run("kill $libvirtd; while [ -e /proc/$libvirtd ]; do sleep 0.1; done");
    says(3, '', qr/rocks: \Q$second\E: libvirt on \Q$second\E cannot be reached[^\n]+\n/,
        qw(check host gpu));
    $host{$second}->run('libvirtd -d');
    finds('both can be asked again');
    is(status_of($vm), 'active', 'the VM runs through all this');
};

done_testing();
