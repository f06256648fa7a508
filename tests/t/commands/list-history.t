#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list history: who had which card when, also of hosts that are gone.
use strict;
use warnings;

use Inventory;
use JSON::PP;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-15');
prints('',     qw(list history));
prints("[]\n", qw(list history json=yes));

# Verb, card, VM, address, serial number of all rows.
sub events {
    my $got = rocks(qw(list history json=yes), @_);
    is($got->{status}, 0, 'list history');
    return map {
        map { join ' ', map { $_ // '-' } @{$_}{qw(verb host gpu vm pci_bus serial)} }
            @{ $_->{history} }
    } @{ decode_json($got->{out}) };
}

walkthrough_inventory();
my $who = getpwuid($>) // "uid $>";
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
my $got = rocks(qw(list history));
my @lines = split /\n/, $got->{out};
my $pad = ' ' x (length($who) > 3 ? length($who) - 3 : 0);
is($lines[0],
    "AT                        WHO$pad VERB     HOST              GPU     VM       PCI_BUS         "
        . " SERIAL",
    'the header');
my $at = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;
like($lines[1],
    qr/^$at: $who +added    vm-container-0-15 gpupci1 -------- pci_0000_02_00_0 ------$/, 'added');
like($lines[3],
    qr/^$at: $who +assigned vm-container-0-15 gpupci1 rocks-33 pci_0000_02_00_0 ------$/,
    'assigned');
is(scalar @lines, 4, 'a row an event');
is(rocks(qw(list history output-header=no output-col=verb))->{out},
    "added   \nadded   \nassigned\n", 'a column');

# All verbs, oldest first.
rocks(qw(set host gpu rocks-33 gpupci gpupci2));
rocks(qw(set host gpu vm-container-0-15 gpupci1 04:00.0 serial=S1));
rocks(qw(set host gpu vm-container-0-15 gpupci1), "state=$_")
    for qw(missing present quarantined present);
rocks(qw(remove host gpu rocks-33 gpupci));
rocks(qw(remove host gpu vm-container-0-15 gpupci2));
my $card = 'vm-container-0-15 gpupci1';
my $two  = 'vm-container-0-15 gpupci2';
my @all = (
    "added $card - pci_0000_02_00_0 -",          "added $two - pci_0000_03_00_0 -",
    "assigned $card rocks-33 pci_0000_02_00_0 -", "taken $card rocks-33 pci_0000_02_00_0 -",
    "assigned $two rocks-33 pci_0000_03_00_0 -", "moved $card - pci_0000_04_00_0 -",
    "missing $card - pci_0000_04_00_0 S1",       "returned $card - pci_0000_04_00_0 S1",
    "quarantined $card - pci_0000_04_00_0 S1",   "released $card - pci_0000_04_00_0 S1",
    "taken $two rocks-33 pci_0000_03_00_0 -",    "removed $two - pci_0000_03_00_0 -",
);
is_deeply([ events() ], \@all, 'all');
is_deeply([ events('rocks-33') ],          [ grep { /rocks-33/ } @all ], 'of a VM');
is_deeply([ events('host=rocks-33') ],     [ grep { /rocks-33/ } @all ], 'by name');
is_deeply([ events('vm-container-0-15') ], \@all,                        'of a host');

# Setting the present value makes no event, nor does a failure.
rocks(qw(set host gpu vm-container-0-15 gpupci1 04:00.0 numa=1 state=present));
rocks(qw(remove host gpu vm-container-0-15 gpupci9));
is(scalar(events()), scalar @all, 'nothing happened');

# It outlives hosts and VMs, and cannot be changed.
rocks(qw(remove host rocks-33 vm-container-0-15));
is_deeply([ events('vm-container-0-15') ], [ @all, "retired $card - pci_0000_04_00_0 S1" ],
    'retired');
is_deeply([ events('rocks-33') ], [ grep {/rocks-33/} @all ], 'of a VM that is gone');
is_deeply([ events('rocks-99') ], [], 'of one that never was');
for my $statement ('DELETE FROM history', "UPDATE history SET who = 'x'") {
    like(run_program('', 'sqlite3', '-batch', $ENV{ROCKS_DB}, $statement)->{err},
        qr/history is append-only/, "$statement: not even by hand");
}
is(scalar(events()), @all + 1, 'all rows are there');

# Behind sudo it is the person.
if ($> == 0) {
    local $ENV{SUDO_USER} = 'somebody';
    rocks(qw(add host vm-container-0-15));
    rocks(qw(add host gpu vm-container-0-15 gpupci1 02:00.0));
    is(sql('SELECT who FROM history ORDER BY id DESC LIMIT 1'), 'somebody', 'SUDO_USER');
}

misused(qr/^rocks: one word too many: «a»$/m, qw(list history a b));
misused(qr/^rocks: output-col= has an unknown column: «x»$/m,
    qw(list history vm-container-0-15 output-col=x));

done_testing;
