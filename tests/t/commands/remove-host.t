#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove host: with all that hangs on it, and it is said what.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $hosts = 'SELECT group_concat(name) FROM (SELECT name FROM host ORDER BY name)';

# Nothing hung on it.
for my $form (forms(host => 'compute-0-0')) {
    fresh_inventory('add host compute-0-0', 'add host compute-0-1');
    prints('', qw(remove host), @{$form});
    is(sql($hosts), 'compute-0-1', 'gone, and no other');
}

# Attributes, cards, interfaces, disks, the VM record.
walkthrough_inventory();
rocks(qw(set host attr vm-container-0-15), $_, 'x') for qw(a b);
rocks(qw(set host attr rocks-33 a x));
rocks(qw(set host gpu vm-container-0-15 gpupci2 serial=S2));
rocks(qw(add host gpu rocks-33 gpupci pci_0000_02_00_0));
rocks(qw(add host gpu rocks-33 gpupci2 pci_0000_03_00_0));
refused(qr/^rocks: vm-container-0-15 houses VMs: rocks-33; remove or move them first$/,
    qw(remove host vm-container-0-15));
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
refused(qr/^rocks: vm-container-0-15 houses VMs: rocks-33, rocks-34; remove or move them first$/,
    qw(remove host vm-container-0-15));
refused(qr/^rocks: vm-container-0-15 houses VMs: rocks-34; remove or move them first$/,
    qw(remove host vm-container-0-15 rocks-33));
prints(<<'END', qw(remove host rocks-33));
rocks-33 gave back gpupci1 of vm-container-0-15
rocks-33 gave back gpupci2 of vm-container-0-15
removed VM rocks-33 with 1 attribute, 1 interface
END
is(sql($hosts), 'rocks-34,vm-container-0-15', 'the VM is gone');
is(sql('SELECT count(*) FROM assignment'), 0, 'it has no card');
is(sql('SELECT count(*) FROM disk JOIN host ON host.id = vm'), 1, 'nor disks');
prints(<<'END', qw(list host gpu));
HOST               GPU     PCI_BUS         
vm-container-0-15: gpupci1 pci_0000_02_00_0
vm-container-0-15: gpupci2 pci_0000_03_00_0
END

# A container goes together with its VMs, in whatever order they are named.
rocks(qw(add host gpu rocks-34 gpupci pci_0000_02_00_0));
prints(<<'END', qw(remove host vm-container-0-15 rocks-34));
rocks-34 gave back gpupci1 of vm-container-0-15
removed VM rocks-34 with 1 interface
removed vm-container-0-15 with 2 cards, 2 attributes
END
is(sql($hosts), '', 'none is left');
is(sql("SELECT (SELECT count(*) FROM $_)"), 0, "no row is left in $_")
    for qw(vm interface disk assignment);
is(sql('SELECT count(*) FROM attr WHERE host IS NOT NULL'), 0, 'nor attributes');

# The history stays, and the card with a serial number is kept to be known elsewhere.
is(sql('SELECT name, serial, host, address, last_address, state FROM card'),
    'gpupci2|S2|||768|missing', 'the card with a serial number');
is(sql("SELECT group_concat(verb || ' ' || card) FROM "
            . "(SELECT verb, card FROM history ORDER BY id DESC LIMIT 2)"),
    'removed gpupci1,retired gpupci2', 'in the history');

fresh_inventory('add host compute-0-0', 'add host compute-0-1', 'add host login-0-0');
prints('', qw(remove host), $_) for 'compute-9-%', 'rack9', 'nas';
refused(qr/^rocks: there is no host «compute-9-9»; see `rocks list host`$/,
    qw(remove host compute-0-0 compute-9-9));
misused(qr/^rocks: \{host\} is missing: hosts to remove; % for all$/m, qw(remove host));
misused(qr/^rocks: there is no parameter «rack»$/m, qw(remove host rack=0));
prints('', qw(remove host compute));
is(sql($hosts), 'login-0-0', 'a group');
prints('', qw(remove host %));
is(sql($hosts), '', 'all');

done_testing;
