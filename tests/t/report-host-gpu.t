#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report host gpu: names and addresses without padding.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
my @report = qw(report host gpu);
my $both   = "gpupci1:pci_0000_02_00_0\ngpupci2:pci_0000_03_00_0\n";
prints($both, @report, @{$_}) for [], ['vm-container-0-15'], ['host=vm-container-0-15'], ['%'];
prints('',    @report, 'rocks-33');
prints("pci_0000_02_00_0\n", @report, 'vm-container-0-15', 'gpu=gpupci1');
prints("{'gpupci1': 'pci_0000_02_00_0', 'gpupci2': 'pci_0000_03_00_0'}\n",
    @report, 'vm-container-0-15', 'pydict=true');
prints("{'gpupci2': 'pci_0000_03_00_0'}\n", @report, 'gpu=gpupci2', 'pydict=true');

# HOST: in front when at least two hosts have rows.
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(add host gpu rocks-33 gpupci2 gpupci2));
prints(<<'END', @report);
rocks-33: gpupci:pci_0000_02_00_0
rocks-33: gpupci2:pci_0000_03_00_0
vm-container-0-15: gpupci1:pci_0000_02_00_0
vm-container-0-15: gpupci2:pci_0000_03_00_0
END
prints(<<'END', @report, 'gpu=gpupci2');
rocks-33: pci_0000_03_00_0
vm-container-0-15: pci_0000_03_00_0
END
prints("pci_0000_02_00_0\n", @report, "gpu=$_") for qw(gpupci gpupci1);
prints('', @report, 'gpu=gpupci9');
prints(<<'END', @report, 'pydict=yes');
rocks-33: {'gpupci': 'pci_0000_02_00_0', 'gpupci2': 'pci_0000_03_00_0'}
vm-container-0-15: {'gpupci1': 'pci_0000_02_00_0', 'gpupci2': 'pci_0000_03_00_0'}
END
prints($both, @report, 'vm-container-0-15', 'pydict=no');

# A missing card has no address.
rocks(qw(set host gpu vm-container-0-15 gpupci2 state=missing));
prints("gpupci:pci_0000_02_00_0\ngpupci2:\n", @report, 'rocks-33');
prints('', @report, 'rocks-33', 'gpu=gpupci2');
prints("{'gpupci': 'pci_0000_02_00_0', 'gpupci2': None}\n", @report, 'rocks-33', 'pydict=1');
json_is([ { host => 'rocks-33', gpu => [ { gpu => 'gpupci', pci_bus => 'pci_0000_02_00_0' },
                { gpu => 'gpupci2', pci_bus => undef } ] },
        { host => 'vm-container-0-15', gpu => [ { gpu => 'gpupci1', pci_bus => 'pci_0000_02_00_0' },
                { gpu => 'gpupci2', pci_bus => undef } ] } ], @report, 'json=yes');
json_is([ { host => 'rocks-33', gpu => [ { gpu => 'gpupci', pci_bus => 'pci_0000_02_00_0' } ] } ],
    @report, 'rocks-33', 'gpu=gpupci', 'json=yes');
prints("[]\n", @report, 'gpu=gpupci9', 'json=yes');
prints('',     @report, $_) for 'compute-9-%', 'rack9', 'nas';

refused(qr/^rocks: there is no host «rocks-99»; see `rocks list host`$/, @report, 'rocks-99');
misused(qr/^rocks: there is no parameter «output-col»; a value/, @report, 'output-col=gpu');

done_testing;
