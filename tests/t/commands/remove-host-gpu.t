#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove host gpu: a card of hosts, or one that VMs have.
use strict;
use warnings;

use Inventory;
use OldInventory;
use Rocks;
use Test::More;

my $last = 'SELECT verb, card, vm, address FROM history ORDER BY id DESC LIMIT 1';

for my $form (forms(host => 'vm-container-0-15', gpu => 'gpupci1')) {
    walkthrough_inventory();
    prints('', qw(remove host gpu), @{$form});
    is(sql('SELECT name FROM card'), 'gpupci2', 'gone, and no other');
    is(sql('SELECT count(*) FROM function'), 1, 'with its functions');
    is(sql($last), 'removed|gpupci1||512', 'in the history');
}
for my $form (forms(host => 'rocks-33', gpu => 'gpupci')) {
    walkthrough_inventory();
    rocks(qw(add host gpu rocks-33 gpupci gpupci2));
    rocks(qw(add host gpu rocks-33 gpupci2 gpupci1));
    prints('', qw(remove host gpu), @{$form});
    prints("gpupci2:pci_0000_02_00_0\n", qw(report host gpu rocks-33));
    is(sql('SELECT count(*) FROM card'), 2, 'the card stays');
    is(sql($last), 'taken|gpupci2|rocks-33|768', 'in the history');
}
refused(
    qr/^rocks: gpupci1 of vm-container-0-15 is held by rocks-33; take it from there first \(`rocks list host gpu rocks-33` shows its name there\)$/,
    qw(remove host gpu vm-container-0-15 gpupci1));
prints('', qw(remove host gpu vm-container-0-15 gpupci2));
prints('', qw(remove host gpu rocks-33 gpupci2));
refused(qr/^rocks: rocks-33 has no gpupci; see `rocks list host gpu rocks-33`$/,
    qw(remove host gpu rocks-33 gpupci));
refused(qr/^rocks: vm-container-0-15 has no gpupci2; see `rocks list host gpu vm-container-0-15`$/,
    qw(remove host gpu vm-container-0-15 gpupci2));
prints('', qw(remove host gpu vm-container-0-15 gpupci1));
prints('', qw(list host gpu));

# Several hosts: all of them or none.
rocks('add', 'host', "vm-container-0-$_") for 13, 14;
rocks(qw(add host gpu), "vm-container-0-$_", qw(gpupci1 02:00.0)) for 13, 14;
refused(qr/^rocks: vm-container-0-15 has no gpupci1; /, qw(remove host gpu vm-container gpupci1));
prints('', qw(remove host gpu vm-container-0-14 vm-container-0-13 gpupci1));
is(sql('SELECT count(*) FROM card'), 0, 'both are gone');
prints('', qw(remove host gpu), $_, 'gpupci1') for 'compute-9-%', 'rack9', 'nas';

refused(qr/^rocks: there is no host «rocks-99»; /, qw(remove host gpu rocks-99 gpupci1));
misused(qr/^rocks: \{host\} is missing: physical hosts or VMs$/m, qw(remove host gpu gpupci1));
misused(qr/^rocks: \{host\} is missing: /, qw(remove host gpu));
misused(qr/^rocks: \{gpu\} is missing: name of the card there$/m,
    qw(remove host gpu host=rocks-33));

# A card is taken from its VM and its host in one call, whatever their order.
walkthrough_inventory();
is(rocks(qw(add host gpu rocks-33 gpupci1 gpupci1))->{status}, 0, 'the VM has a card');
prints('', qw(remove host gpu vm-container-0-15 rocks-33 gpupci1));
prints(<<'END', qw(list host gpu));
HOST               GPU     PCI_BUS         
vm-container-0-15: gpupci2 pci_0000_03_00_0
END

# Cards that an older file has as parts of each other, or of themselves: they can be listed,
# dumped and removed, whichever is first; a part of one of them goes before it, as ever.
for my $loop ([ 1, 1 ], [ 1, 2 ], [ 1, 2, 3 ]) {
    for my $first (@{$loop}) {
        walkthrough_inventory();
        rocks(qw(add host gpu vm-container-0-15), "gpupci$_", "1$_:00.0", 'kind=vf') for 3 .. 5;
        as_before_rules(join '; ', map { 'UPDATE card SET parent = ' . $loop->[ ($_ + 1) % @{$loop} ]
            . " WHERE id = $loop->[$_]" } 0 .. $#{$loop});
        as_before_rules("UPDATE card SET parent = $first WHERE name = 'gpupci4'");
        back_to(4);
        my $what = join('-', @{$loop}) . ", gpupci$first first";
        is(rocks(qw(list host gpu vm-container-0-15))->{out} =~ tr/\n//, 6, "$what: listed");
        restores([qw(dump host)], [qw(dump host vm)], [qw(dump host gpu)]);
        prints('', qw(set host gpu vm-container-0-15), "gpupci$first", 'numa=1');
        refused(qr/^rocks: gpupci$first of vm-container-0-15 has virtual functions: gpupci4; /,
            qw(remove host gpu vm-container-0-15), "gpupci$first");
        prints('', qw(remove host gpu vm-container-0-15), $_)
            for 'gpupci4', map { 'gpupci' . (($first - 1 + $_) % 3 + 1) } 0 .. 2;
        is(sql('SELECT name FROM card'), 'gpupci5', "$what: all are gone");
        is(sql('PRAGMA foreign_key_check; PRAGMA integrity_check'), 'ok', "$what: the file is whole");
    }
}

done_testing;
