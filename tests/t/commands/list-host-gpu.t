#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host gpu: the walk-through's listing to the byte, and its parameters.
use strict;
use warnings;

use JSON::PP;
use Rocks;
use Test::More;

walkthrough_inventory();
prints(<<'END', qw(list host gpu));
HOST               GPU     PCI_BUS         
vm-container-0-15: gpupci1 pci_0000_02_00_0
vm-container-0-15: gpupci2 pci_0000_03_00_0
END
prints('', qw(list host gpu rocks-33));

is(rocks(qw(add host gpu rocks-33 gpupci pci_0000_03_00_0))->{status}, 0, 'a card for the VM');
prints(<<'END', qw(list host gpu));
HOST               GPU     PCI_BUS         
rocks-33:          gpupci  pci_0000_03_00_0
vm-container-0-15: gpupci1 pci_0000_02_00_0
vm-container-0-15: gpupci2 pci_0000_03_00_0
END
prints(<<'END', qw(list host gpu rocks-33));
HOST      GPU    PCI_BUS         
rocks-33: gpupci pci_0000_03_00_0
END
prints(<<'END', qw(list host gpu rocks-33 output-header=no));
rocks-33: gpupci pci_0000_03_00_0
END
prints(<<'END', qw(list host gpu rocks-33 output-col=pci_bus output-header=no));
pci_0000_03_00_0
END
usage(qr/output-col= has an unknown column: «bus»/, qw(list host gpu output-col=bus));

my $json = rocks(qw(list host gpu json=yes));
is_deeply(
    decode_json($json->{out}),
    [
        { host => 'rocks-33', gpu => [ { gpu => 'gpupci', pci_bus => 'pci_0000_03_00_0' } ] },
        {
            host => 'vm-container-0-15',
            gpu  => [
                { gpu => 'gpupci1', pci_bus => 'pci_0000_02_00_0' },
                { gpu => 'gpupci2', pci_bus => 'pci_0000_03_00_0' },
            ],
        },
    ],
    'json=yes'
);
prints("[]\n", qw(list host gpu rack7 json=yes));

# A missing card has no address.
rocks(qw(set host gpu vm-container-0-15 gpupci1 state=missing));
prints(<<'END', qw(list host gpu vm-container-0-15));
HOST               GPU     PCI_BUS         
vm-container-0-15: gpupci1 ----------------
vm-container-0-15: gpupci2 pci_0000_03_00_0
END
like(rocks(qw(list host gpu vm-container-0-15 json=yes))->{out},
    qr/"gpu": "gpupci1", "pci_bus": null/, 'null in JSON');

# gpupci2 before gpupci10.
rocks(qw(add host gpu vm-container-0-15 gpupci10 pci_0000_04_00_0));
is_deeply(
    [ rocks(qw(list host gpu vm-container-0-15))->{out} =~ /(gpupci\d+)/g ],
    [qw(gpupci1 gpupci2 gpupci10)],
    'numbers are compared as numbers'
);

done_testing;
