#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add retired gpu: a card that is in no host, as a dump brings it back.
use strict;
use warnings;

use Inventory;
use Rocks;
use Scan;
use Test::More;

my $uuid = '0d3c0a4e-6a54-4b5b-9a36-000000000001';
my $row =
    'SELECT host, kind, name, parent, address, last_address, ids, serial, path, numa, iommu_group, '
        . 'state, last_seen FROM card';
my @add = qw(add retired gpu gpupci2 pci_0000_03_00_0);

for my $form (forms(gpu => 'gpupci2', value => 'pci_0000_03_00_0')) {
    fresh_inventory();
    prints('', qw(add retired gpu), @{$form}, 'serial=S2');
    is(sql($row), '|pci|gpupci2|||768||S2||||missing|', 'there, in no host');
    is(sql('SELECT number, address, host FROM function'), '0|768|', 'with a function');
    is(sql('SELECT verb, host, card FROM history'), 'added||gpupci2', 'in the history');
}
fresh_inventory();
prints(
    '', @add, qw(serial=S2 path=a/b id=10de:1db6 numa=1 kind=vf seen=2026-11-20T12:00:00Z),
    'state=quarantined,missing',
    'functions=0/030000,1', "uuid=$uuid");
is(sql($row), '|vf|gpupci2|||768|10de:1db6|S2|a/b|1||quarantined|2026-11-20T12:00:00Z',
    'all that may be known');
is(sql('SELECT uuid FROM card'), $uuid, 'its UUID');
is(sql('SELECT number, address, class FROM function'), "0|768|196608\n1|769|", 'its functions');

# Names and addresses are those of hosts that are gone: several may have the same.
prints('', @add, 'serial=S2');
prints('', @add, 'serial=S3');
is(sql('SELECT count(*) FROM card'), 3, 'three cards');

refused(qr/^rocks: a card that is in no host is known by its serial number alone: give serial=$/,
    @add);
refused(
    qr/^rocks: a card that is in no host is missing, part of no other card and in no IOMMU group$/,
    @add, 'serial=S', $_)
    for qw(state=present state=quarantined parent=gpupci1 group=0);
refused(qr/^rocks: the UUID $uuid is taken by gpupci2 of no host$/, @add, 'serial=S', "uuid=$uuid");
refused(qr/^rocks: «x» is not a name of a card: /, qw(add retired gpu x 03:00.0 serial=S));
refused(qr/^rocks: «x» is not a PCI address; /, qw(add retired gpu gpupci1 x serial=S));
refused(qr/^rocks: the serial number is empty$/, @add, 'serial=');
misused(qr/^rocks: state= must be present, missing, quarantined or quarantined,missing, not «x»$/m, @add,
    qw(serial=S state=x));
misused(qr/^rocks: \{gpu\} is missing: the name it had on its host$/m,
    qw(add retired gpu 03:00.0 serial=S));

# A person who says that a scan has found it goes on with the card; what was quarantined still is.
for my $state ('missing', 'quarantined,missing') {
    begin();
    ok_rocks(@add, 'serial=S-2', "state=$state", "uuid=$uuid");
    my $scan = document([ card('gpupci1', '0000:04:00', serial => 'S-2', functions => 1) ]);
    like(sync_text($scan, 'adopt=S-2')->{out}, qr/: gpupci1 pci_0000_04_00_0 moved /, "a scan that finds it: $state");
    is(sql('SELECT count(*) FROM card'), 1, 'is the same card');
    is(sql('SELECT uuid, state FROM card'),
        "$uuid|" . ($state eq 'missing' ? 'present' : 'quarantined'), 'with its UUID and state');
}

done_testing;
