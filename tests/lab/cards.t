#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A VM with a card, from the frontend: what rocks says of the card is what the kernel of its
# host has, and what QEMU holds; through real ssh, pdsh and libvirt.
use strict;
use warnings;

use Lab;

my $name    = 'vm-container-0-0';
my $vm      = 'rocks-33';
my $cluster = boot_cluster({
    $name => 'memory=1536 port-1/00.0=video port-1/00.1=sound '
        . 'port-2/00.0=video port-2/00.1=sound'
});
my $host = $cluster->{hosts}{$name};

scenario 'a frontend and a host' => sub {
    reach($cluster);
    $host->make_vm_host();
    is(frontend(qw(sync host gpu output-header=no)) =~ s/ +/ /gr, <<"TEXT", 'its cards');
$name: gpupci1 pci_0000_01_00_0 new --- --
$name: gpupci2 pci_0000_02_00_0 new --- --
TEXT
};

scenario 'a card that the host still has' => sub {
    frontend('add', 'host', 'vm', $name, 'hosted-vm', "name=$vm", 'mem=64');
    frontend('add', 'host', 'gpu', $vm, 'gpupci', 'pci_0000_01_00_0');
    fails(
        qr/\Qrocks: $vm: 0000:01:00.0 of its card gpupci is with the driver bochs-drm on $name, \Enot bound to vfio-pci; there, `gpupci --detach gpupci1` takes/,
        qw(start host vm), $vm);
    is($host->run('virsh -q list --all --name'), '', 'nothing was defined');
    types("rocks run host $name 'gpupci --detach gpupci1'");
};

scenario 'it starts and stops' => sub {
    Lab::Guest::put_ticking_disk($host, $vm);
    prints('', qw(start host vm), $vm);
    is(status_of($vm), 'active', 'it runs');
    my $kernel = $host->kernel();
    is($kernel->{"0000:01:00.$_"}{driver}, 'vfio-pci', "function $_ is with vfio-pci") for 0, 1;
    is($host->holders(), "$kernel->{'0000:01:00.0'}{iommu_group} $vm",
        'its QEMU has the group open');
    finds('while it runs');
    prints('', qw(stop host vm), $vm);
    is(status_of($vm),   'shutoff', 'stopped');
    is($host->holders(), '',        'nobody has the group');
    is($host->kernel->{"0000:01:00.$_"}{driver}, 'vfio-pci', "function $_ stays with vfio-pci")
        for 0, 1;
};

scenario 'check host gpu: changes made without rocks' => sub {
    finds('all agree');
    $host->run('gpupci --attach gpupci1');
    my ($repair) = finds(
        'given back to the host',
        [   'gpupci1', $vm,
            'pci_0000_01_00_0 of it is with the driver bochs-drm, not bound to vfio-pci'
        ]);
    types($repair);
    finds('taken again');

    my ($mine, $wrong) = map {"0000:0$_:00.0, 0000:0$_:00.1"} 1, 2;
    $host->run("gpupci --detach gpupci2 && virsh dumpxml --inactive $vm | "
            . "sed '/<source>/,/<.source>/s/bus=.0x01./bus=\"0x02\"/' > /root/other.xml && "
            . "virsh -q define /root/other.xml && virsh -q start $vm");
    (undef, $repair) = finds('it runs with another card',
        [ 'gpupci2', undef, "$vm has it open" ],
        [ undef, $vm, "libvirt gives it $wrong, which are not its cards" ],
        [ undef, $vm, "libvirt does not give it $mine of its cards" ]);
    is($repair, "rocks stop host vm $vm; rocks start host vm $vm", 'what to do');
    frontend(qw(stop host vm), $vm);
    # What it loses then was put there by a person: the start says so first.
    complains(1,
        qr/^rocks: $vm: somebody has changed its definition on \S+, and the VM would lose what follows; .*or run `rocks start host vm $vm replace=yes`;/,
        qw(start host vm), $vm);
    frontend(qw(start host vm), $vm, 'replace=yes');
    finds('with its own again');
    is($host->holders() =~ s/\d+ //r, $vm, 'which its QEMU has open');
};

done_testing();
