#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list retired gpu: the cards that outlived their host.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @uuid = map { "0d3c0a4e-6a54-4b5b-9a36-00000000000$_" } 0 .. 3;
walkthrough_inventory();
prints('', qw(list retired gpu));
prints("[]\n", qw(list retired gpu json=yes));

# What becomes of the cards of a host that is removed.
rocks(qw(add host vm-container-0-16));
rocks(qw(add host gpu vm-container-0-16), @{$_}) for
    [ qw(gpupci1 02:00.0 serial=S2 id=10de:1db6 state=quarantined group=1), "uuid=$uuid[0]" ],
    [ qw(gpupci2 03:00.0 serial=S1), "uuid=$uuid[1]" ], [qw(gpupci3 04:00.0)],
    [ qw(gpupci4 04:00.4 serial=S3 kind=vf parent=gpupci3), "uuid=$uuid[2]" ];
is(rocks(qw(remove host vm-container-0-16))->{err}, '',
    'also where a part is known and the whole is not');
my $table = <<"END";
SERIAL GPU     PCI_BUS          ID        STATE       UUID                                
S1:    gpupci2 pci_0000_03_00_0 --------- missing     $uuid[1]
S2:    gpupci1 pci_0000_02_00_0 10de:1db6 quarantined $uuid[0]
S3:    gpupci4 pci_0000_04_00_4 --------- missing     $uuid[2]
END
prints($table, qw(list retired gpu));
prints($table =~ s/\A.*\n//r, qw(list retired gpu output-header=no));
prints("GPU    \ngpupci2\ngpupci1\ngpupci4\n", qw(list retired gpu output-col=gpu));
json_is(
    [
        map { {
            serial => $_->[0],
            gpu => [ {
                gpu => $_->[1], pci_bus => $_->[2], id => $_->[3], state => $_->[4], uuid => $_->[5]
            } ] } } [ 'S1', 'gpupci2', 'pci_0000_03_00_0', undef, 'missing', $uuid[1] ],
        [ 'S2', 'gpupci1', 'pci_0000_02_00_0', '10de:1db6', 'quarantined', $uuid[0] ],
        [ 'S3', 'gpupci4', 'pci_0000_04_00_4', undef, 'missing', $uuid[2] ]
    ],
    qw(list retired gpu json=yes));
is(sql('SELECT count(*) FROM card WHERE parent IS NOT NULL OR iommu_group IS NOT NULL'), 0,
    'what tied them to others is gone');
prints(<<'END', qw(list host gpu));
HOST               GPU     PCI_BUS         
vm-container-0-15: gpupci1 pci_0000_02_00_0
vm-container-0-15: gpupci2 pci_0000_03_00_0
END
misused(qr/^rocks: one word too many: «x»$/m, qw(list retired gpu x));

done_testing;
