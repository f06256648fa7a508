#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump: all of the inventory, in an order in which a shell restores it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $uuid = '0d3c0a4e-6a54-4b5b-9a36-000000000007';
fresh_inventory('set attr a b', 'remove attr a');
prints('', 'dump');
walkthrough_inventory();
rocks(@{$_})
    for [ qw(add appliance gpu-container), 'membership=GPU Container' ], [qw(remove appliance nas)],
    [qw(add appliance attr gpu-container managed true)], [ 'add', 'attr', 'site', 'here & there' ],
    [qw(add host gpu-container-1-2)], [qw(add host attr rocks-33 cpu_mode host-model)],
    [qw(add network private 10.1.0.0 255.255.0.0)],
    [qw(add host interface vm-container-0-15 br0 subnet=private)],
    [qw(set host vm rocks-33 uuid=01234567-89ab-4cde-8f01-23456789abcd)],
    [qw(set host vm cdrom rocks-33 cdrom=/iso/x.iso)],
    [qw(add host gpu rocks-33 gpupci gpupci2)],
    [qw(add host gpu vm-container-0-15 gpupci9 0000:02:00.4 kind=vf parent=gpupci1)],
    [ qw(add host gpu vm-container-0-15 gpupci8 04:00.0), 'state=quarantined,missing' ],
    [qw(set host gpu vm-container-0-15 gpupci2 group=7 seen=2026-11-20T12:00:00Z)],
    [qw(add host vm-container-0-16)],
    [ qw(add host gpu vm-container-0-16 gpupci1 07:00.0 serial=S7 state=quarantined group=3),
    "uuid=$uuid" ],
    [qw(remove host vm-container-0-16)];
# UUIDs are drawn when they are not given.
my %uuid = map { split / / } split /\n/,
    sql("SELECT name || ' ' || uuid FROM card WHERE host IS NOT NULL");
my $rocks = '/opt/rocks/bin/rocks';
prints(<<"END", 'dump');
$rocks remove appliance nas
$rocks add appliance gpu-container membership=GPU\\ Container
$rocks add appliance attr gpu-container managed true
$rocks add attr site here\\ \\&\\ there
$rocks add attr vm_mac_base_addr 52:54:00:00:00:00
$rocks add network private subnet=10.1.0.0 netmask=255.255.0.0
$rocks add host rocks-33 cpus=1 rack=0 rank=15 membership=Hosted\\ VM os=linux runaction=os installaction=install
$rocks add host vm-container-0-15 cpus=16 rack=0 rank=15 membership=VM\\ Container os=linux runaction=os installaction=install
$rocks add host gpu-container-1-2 cpus=1 rack=1 rank=2 membership=GPU\\ Container os=linux runaction=os installaction=install
$rocks add host attr rocks-33 cpu_mode host-model
$rocks add host interface rocks-33 eth0 mac=52:54:00:00:00:00
$rocks add host interface vm-container-0-15 br0 subnet=private
$rocks set host vm rocks-33 physnode=vm-container-0-15 disk=file:/state/partition1/kvm/disks/rocks-33.vda,vda,virtio disksize=36 mem=2048 slice=0 virt-type=hvm uuid=01234567-89ab-4cde-8f01-23456789abcd
$rocks set host vm cdrom rocks-33 cdrom=/iso/x.iso
$rocks add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0 uuid=$uuid{gpupci1}
$rocks add host gpu vm-container-0-15 gpupci2 pci_0000_03_00_0 seen=2026-11-20T12:00:00Z group=7 uuid=$uuid{gpupci2}
$rocks add host gpu vm-container-0-15 gpupci8 pci_0000_04_00_0 state=quarantined,missing uuid=$uuid{gpupci8}
$rocks add host gpu vm-container-0-15 gpupci9 pci_0000_02_00_4 kind=vf parent=gpupci1 uuid=$uuid{gpupci9}
$rocks add host gpu rocks-33 gpupci pci_0000_03_00_0
$rocks add retired gpu gpupci1 pci_0000_07_00_0 serial=S7 state=quarantined,missing uuid=$uuid
END
restores(['dump']);

# A name that would be read as words of a command is given by name.
fresh_inventory('add host host=vm rack=0 rank=0 membership=compute', 'add host attr vm a b',
    'add appliance appliance=attr');
prints(<<"END", 'dump');
$rocks add appliance appliance=attr membership=attr
$rocks add host host=vm cpus=1 rack=0 rank=0 membership=Compute os=linux runaction=os installaction=install
$rocks add host attr vm a b
END
restores(['dump']);

misused(qr/^rocks: one word too many: «hots»$/m, qw(dump hots));

done_testing;
