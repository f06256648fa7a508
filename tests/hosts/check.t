#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Changes made without rocks, in the real libvirt of two hosts, and hosts that
# cannot be asked.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my ($vm,    $other)  = qw(rocks-33 rocks-34);
my %host;
@host{ $first, $second } = fleet($first => 't4', $second => 'v100');

my ($mine, $wrong) = qw(0000:18:00.0 0000:3b:00.0);

# libvirt is given another definition of the VM: one where this was changed.
sub redefine {
    my ($from, $to) = @_;
    my $xml = $host{$first}->run("virsh dumpxml --inactive $vm");
    $xml =~ s/$from/$to/ or die "$vm: there is no $from\n";
    $host{$first}->put('/root/other.xml', $xml);
    $host{$first}->run('virsh -q define /root/other.xml');
    return;
}

# A repair takes nothing out of a definition that somebody has changed; then that is undone.
sub stays_as_it_is {
    my ($xml, $why) = @_;
    my $got = rocks(qw(check host gpu), $first, 'repair=yes');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, 1, 'a repair leaves it');
    like($got->{err}, $why, 'and says why');
    $host{$first}->put('/root/other.xml', $xml);
    $host{$first}->run('virsh -q define /root/other.xml');
    return;
}

# A PCI device that libvirt is to give to a VM: the end of a definition.
sub ends_with_device {
    my ($bus) = @_;
    return "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' "
        . "bus='$bus' slot='0' function='0'/></source></hostdev></devices>";
}

sub scanned {
    return frontend(qw(list host gpu output-header=no)) =~ s/ +/ /gr;
}

scenario 'sync host gpu' => sub {
    $host{$second}->cut_power();
    my $got = rocks(qw(sync host gpu));
    is($got->{status}, 1, 'a host without power');
    is($got->{err},
        "rocks: $second: down: ssh: connect to host $second port 22: No route to host\n",
        'which is said');
    is(scanned(), join('', map {"$first: gpupci$_->[0] pci_0000_$_->[1]_00_0\n"} [ 1, '18' ],
            [ 2, '3b' ], [ 3, '86' ], [ 4, 'af' ]), 'the other is recorded');
    $host{$second}->boot();
    $host{$second}->refuse_ssh();
    complains(1, qr/^rocks: $second: down: [^\n]*Connection refused$/m, qw(sync host gpu));
    $host{$second}->accept_ssh();
    frontend(qw(sync host gpu));
    like(scanned(), qr/^$second: gpupci1 /m, 'both are up');
};

scenario 'a definition with another card' => sub {
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=64',
        "disk=file:$DISKS/$vm.vda,vda,virtio", 'disksize=1');
    frontend(qw(start host vm), $vm);
    frontend(qw(stop host vm),  $vm);
    frontend(qw(add host gpu), $vm, qw(gpupci gpupci1));
    my ($repair) = finds('a card that libvirt does not know of',
        [ undef, $vm, "libvirt would not give it $mine of its cards" ]);
    types($repair);
    finds('defined as recorded');
    my $xml = $host{$first}->run("virsh dumpxml --inactive $vm");
    redefine(qr/bus='0x18'/, q{bus='0x3b'});
    finds('another card in its definition',
        [ undef, $vm, "libvirt would give it $wrong, which are not its cards" ],
        [ undef, $vm, "libvirt would not give it $mine of its cards" ]);
    stays_as_it_is($xml,
        qr/^rocks: $vm: its definition on $first is left unchanged, since the VM would lose what follows; `rocks start host vm $vm replace=yes` replaces it\nrocks: $vm: would lose hostdev \Q$wrong\E\n/m);
    finds('defined as recorded again');
    is(status_of($vm), 'shutoff', 'and not started');
};

scenario 'a card that it would get at its next start' => sub {
    frontend(qw(remove host gpu), $vm, 'gpupci');
    finds('still given', [ undef, $vm, "libvirt would give it $mine, which are not its cards" ]);
    prints('', qw(start host vm), $vm);
    finds('defined again by the start');
    my $xml = $host{$first}->run("virsh dumpxml --inactive $vm");
    redefine(qr{</devices>}, ends_with_device('0x3b'));
    finds('while it runs',
        [ undef, $vm, "libvirt would next give it $wrong, which are not its cards" ]);
    # The VM runs: no repair touches it.
    stays_as_it_is($xml, qr/\A\z/);
    finds('not any more');
    is(status_of($vm), 'active', 'it runs through all this');
};

scenario 'domains where they do not belong' => sub {
    my $xml = $host{$first}->run("virsh dumpxml --inactive $vm");
    $host{$second}->put('/root/vm.xml', $xml);
    $host{$second}->run("qemu-img create -q $DISKS/$vm.vda 1M && virsh -q define /root/vm.xml");
    my ($repair) =
        finds('defined elsewhere', [ undef, $vm, "defined here, but it lives on $first" ]);
    types($repair);
    finds('and no more');
    $host{$second}->run('virsh -q create /root/vm.xml');
    finds('it runs elsewhere', [ undef, $vm, "it runs here, but it lives on $first" ]);
    $host{$second}->run("virsh -q destroy $vm");
    $xml =~ s/<uuid>.*\n//;
    $xml =~ s{<name>.*</name>}{<name>stranger</name>};
    my $end = ends_with_device('0x5e');
    $xml =~ s{</devices>}{$end};
    $host{$second}->put('/root/stranger.xml', $xml);
    $host{$second}->run('virsh -q define /root/stranger.xml');
    finds('a stranger with a card',
        [ undef, 'stranger', 'a domain that is not recorded has 0000:5e:00.0' ]);
    $host{$second}->run('virsh -q undefine stranger');
    finds('all agree');
};

scenario 'a host that cannot be asked' => sub {
    frontend('add', 'host', 'vm', $second, 'hosted-vm', "name=$other", 'mem=64');
    my @status = (qw(list host vm), $other, qw(status=yes output-col=status output-header=no));
    $host{$second}->refuse_ssh();
    complains(3, qr/\Arocks: $second: down: [^\n]+\n\z/, qw(check host gpu));
    $host{$second}->accept_ssh();
    $host{$second}->stop_libvirt();
    complains(3, qr/\Arocks: $second: libvirt on $second cannot be reached[^\n]+\n\z/,
        qw(check host gpu));
    my $got = rocks(@status);
    is($got->{status}, 3,          'its libvirtd is gone: status');
    is($got->{out},    "------\n", 'nothing is guessed');
    like($got->{err}, qr/\Arocks: $second: libvirt on $second cannot be reached[^\n]+\n\z/,
        'and why');
    $host{$second}->start_libvirt();
    finds('both can be asked again');
    is(status_of($vm), 'active', 'the VM runs through all this');
};

done_testing();
