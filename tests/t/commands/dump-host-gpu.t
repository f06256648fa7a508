#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump host gpu: lines that a shell restores all cards from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-15');
prints('', qw(dump host gpu));

walkthrough_inventory();
my $add  = '/opt/rocks/bin/rocks add host gpu';
my @both = ("$add vm-container-0-15 gpupci1 pci_0000_02_00_0\n",
    "$add vm-container-0-15 gpupci2 pci_0000_03_00_0\n");
prints(join('', @both), qw(dump host gpu), @{$_}) for [], ['vm-container-0-15'], ['host=%'];

# Cards of hosts first, then those of VMs, though rocks-33 comes before its container.
rocks(qw(add host gpu rocks-33 gpupci gpupci2));
prints(join('', @both, "$add rocks-33 gpupci pci_0000_03_00_0\n"), qw(dump host gpu));
prints("$add rocks-33 gpupci pci_0000_03_00_0\n", qw(dump host gpu rocks-33));

# All that is known of a card; of a missing one its last address.
rocks(qw(set host gpu vm-container-0-15 gpupci1 serial=S1 path=0000:00/01.0/00.0 numa=1),
    qw(id=10de:1db6:10de:1214 state=quarantined),
    'functions=0/030000/10de:1db6,1/040300,2,8@0000:05:00.0');
rocks(qw(set host gpu vm-container-0-15 gpupci2 state=missing), 'functions=0,1');
rocks(qw(add host gpu vm-container-0-15 gpupci3 03:00.0));
rocks(qw(add host gpu vm-container-0-15 gpupci4 06:00.1));
rocks(qw(add host gpu vm-container-0-15 gpupci10 12345:06:00.0));
rocks(qw(add host gpu rocks-33 gpupci2 gpupci1));
prints(<<"END", qw(dump host gpu));
$add vm-container-0-15 gpupci1 pci_0000_02_00_0 functions=0/030000/10de:1db6,1/040300,2,8\@0000:05:00.0 serial=S1 path=0000:00/01.0/00.0 id=10de:1db6:10de:1214 numa=1 state=quarantined
$add vm-container-0-15 gpupci2 pci_0000_03_00_0 functions=0,1 state=missing
$add vm-container-0-15 gpupci3 pci_0000_03_00_0
$add vm-container-0-15 gpupci4 pci_0000_06_00_1
$add vm-container-0-15 gpupci10 pci_12345_06_00_0
$add rocks-33 gpupci gpupci2
$add rocks-33 gpupci2 pci_0000_02_00_0
END
restores(map { [ 'dump', @{$_} ] } ['host'], [qw(host vm)], [qw(host gpu)]);

# The group and when a scan saw it where they are known. UUIDs are for `rocks dump`.
walkthrough_inventory();
rocks(qw(set host gpu vm-container-0-15 gpupci1 group=0 seen=2026-11-20T12:00:00Z));
prints(
    "$add vm-container-0-15 gpupci1 pci_0000_02_00_0 seen=2026-11-20T12:00:00Z group=0\n$both[1]",
    qw(dump host gpu));

# Cards of two VMs that cannot be kept apart: their tie comes after both assignments.
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
rocks(qw(add host gpu vm-container-0-15), @{$_})
    for [qw(gpupci3 04:00.0 group=0)], [qw(gpupci4 02:00.4 kind=vf)],
    [qw(gpupci5 02:00.5 kind=vf parent=gpupci1)];
rocks(qw(add host gpu), @{$_})
    for [qw(rocks-33 gpupci gpupci1)], [qw(rocks-34 gpupci gpupci2)],
    [qw(rocks-34 gpupci2 gpupci4)];
rocks(qw(set host gpu vm-container-0-15), @{$_})
    for [qw(gpupci2 group=0)], [qw(gpupci4 parent=gpupci1)];
(my $set = $add) =~ s/ add / set /;
prints(<<"END", qw(dump host gpu));
$add vm-container-0-15 gpupci1 pci_0000_02_00_0 seen=2026-11-20T12:00:00Z
$add vm-container-0-15 gpupci2 pci_0000_03_00_0
$add vm-container-0-15 gpupci3 pci_0000_04_00_0 group=0
$add vm-container-0-15 gpupci4 pci_0000_02_00_4 kind=vf
$add vm-container-0-15 gpupci5 pci_0000_02_00_5 kind=vf parent=gpupci1
$add rocks-33 gpupci pci_0000_02_00_0
$add rocks-34 gpupci pci_0000_03_00_0
$add rocks-34 gpupci2 pci_0000_02_00_4
$set vm-container-0-15 gpupci1 group=0
$set vm-container-0-15 gpupci2 group=0
$set vm-container-0-15 gpupci4 parent=gpupci1
END
restores(map { [ 'dump', @{$_} ] } ['host'], [qw(host vm)], [qw(host gpu)]);
restores(['dump']);

# A card that its VM had before it moved where QEMU does not reach: no VM gets one there.
walkthrough_inventory();
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(add host gpu rocks-33 gpupci2 gpupci2));
rocks(qw(set host gpu vm-container-0-15), @{$_})
    for [qw(gpupci1 10000:02:00.0), 'functions=0,1'],
    [qw(gpupci2 10000:03:00.0 state=quarantined group=4)];
prints(<<"END", qw(dump host gpu));
$add vm-container-0-15 gpupci1 pci_10000_02_00_0 functions=0,1 state=missing
$add vm-container-0-15 gpupci2 pci_10000_03_00_0 state=quarantined,missing group=4
$add rocks-33 gpupci gpupci1
$add rocks-33 gpupci2 gpupci2
$set vm-container-0-15 gpupci1 pci_10000_02_00_0
$set vm-container-0-15 gpupci2 pci_10000_03_00_0
END
restores(['dump']);

refused(qr/^rocks: there is no host «rocks-99»; see `rocks list host`$/,
    qw(dump host gpu rocks-99));
misused(qr/^rocks: there is no parameter «gpu»$/m, qw(dump host gpu gpu=gpupci1));

done_testing;
