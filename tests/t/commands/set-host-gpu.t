#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host gpu: what is recorded of a card, and which card a VM has.
use strict;
use warnings;

use Inventory;
use OldInventory;
use Rocks;
use Test::More;

my $card = 'SELECT address, last_address, state, ids, serial, path, numa FROM card '
    . "WHERE name = 'gpupci1'";
my $functions = 'SELECT number, address, class FROM function '
    . "WHERE card = (SELECT id FROM card WHERE name = 'gpupci1') ORDER BY number";
my $last = 'SELECT verb, card, vm, address FROM history ORDER BY id DESC LIMIT 1';
my @one  = qw(set host gpu vm-container-0-15 gpupci1);

# A card that moved by hand keeps its name, its functions, and the VM that has it.
for my $form (forms(host => 'vm-container-0-15', gpu => 'gpupci1', value => 'pci_0000_04_00_0')) {
    walkthrough_inventory();
    rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    rocks(@one, 'functions=0/030000,1/040300,8@0000:06:00.0');
    prints('', qw(set host gpu), @{$form});
    is(sql($card),      '1024|1024|present||||',                       'there');
    is(sql($functions), "0|1024|196608\n1|1025|262912\n8|1536|", 'with all its functions');
    is(sql($last),      'moved|gpupci1||1024',                         'in the history');
    prints("gpupci:pci_0000_04_00_0\n", qw(report host gpu rocks-33));
}

# Each of the parameters, and nothing else.
for my $row (
    [ 'serial=S1',           '512|512|present||S1||' ],
    [ 'path=0000:00/01.0/00.0', '512|512|present|||0000:00/01.0/00.0|' ],
    [ 'id=10de:1db6',        '512|512|present|10de:1db6|||' ],
    [ 'numa=0',              '512|512|present||||0' ],
    [ 'state=quarantined',   '512|512|quarantined||||' ],
    [ 'state=missing',       '|512|missing||||' ],
    [ 'state=present',       '512|512|present||||' ],
    [ 'value=02:00.1',       '513|513|present||||' ],
) {
    my ($given, $row) = @{$row};
    walkthrough_inventory();
    prints('', @one, $given);
    is(sql($card), $row, "$given, and nothing else");
    is(sql("SELECT state, address FROM card WHERE name = 'gpupci2'"), 'present|768', 'of one card');
}
walkthrough_inventory();
prints('', @one, 'functions=0/030000/10de:1db6,1');
is(sql($functions), "0|512|196608\n1|513|", 'functions=');
prints('', @one, 'functions=0');
is(sql($functions), '0|512|', 'functions= replaces them');

# Missing and back: at its last address, or at another, always with its functions.
prints('', @one, 'functions=0,1', 'state=missing');
is(sql($last), 'missing|gpupci1||512', 'missing, in the history');
prints('', @one, 'state=present');
is(sql($card), '512|512|present||||', 'back at its last address');
is(sql($last), 'returned|gpupci1||512', 'in the history');
prints('', @one, 'state=missing');
prints('', @one, '05:00.0');
is(sql($card), '1280|1280|present||||', 'an address makes it present');
is(sql($functions), "0|1280|\n1|1281|", 'functions went along');
prints('', @one, qw(04:00.0 state=missing));
is(sql($card), '|1024|missing||||', 'missing, last seen elsewhere');
is(sql($functions), "0|1024|\n1|1025|", 'functions went along');
prints('', @one, 'state=present');
is(sql($functions), "0|1024|\n1|1025|", 'and came back');
prints('', @one, 'state=quarantined');
is(sql($last), 'quarantined|gpupci1||1024', 'quarantined, in the history');
prints('', @one, 'state=present');
is(sql($last), 'released|gpupci1||1024', 'released, in the history');

# Refused on a host.
refused(qr/^rocks: nothing to set is given for gpupci1 of vm-container-0-15$/, @one);
refused(qr/^rocks: vm-container-0-15 has no gpupci9; see `rocks list host gpu vm-container-0-15`$/,
    qw(set host gpu vm-container-0-15 gpupci9 state=missing));
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci2$/, @one, $_)
    for qw(03:00.0 03:00.1);
refused(qr/^rocks: a function of the card has an address of gpupci2, or is in its slot: /,
    @one, 'functions=0,8@0000:03:00.0');
# A slot is one card, whichever of its functions are recorded.
my $in_slot = qr/^rocks: a function of the card has an address of gpupci2, or is in its slot: /;
refused($in_slot, @one, 'functions=0,1@0000:03:00.1');
refused($in_slot, @one, qw(08:00.0), 'functions=0,1@0000:03:00.1');
rocks(qw(add host gpu vm-container-0-15 gpupci3 03:00.4 kind=vf parent=gpupci2));
refused($in_slot, qw(set host gpu vm-container-0-15 gpupci3 kind=pci));
prints('', qw(set host gpu vm-container-0-15 gpupci3 kind=pci state=missing));
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci2$/,
    qw(set host gpu vm-container-0-15 gpupci3 state=present));
rocks(qw(remove host gpu vm-container-0-15 gpupci3));

# Into a slot as its virtual function, out of it as a card, and away from whatever is there.
rocks(qw(add host gpu vm-container-0-15 gpupci3 09:00.0));
my @three = qw(set host gpu vm-container-0-15 gpupci3);
refused($in_slot, @three, qw(09:00.0), 'functions=0,8@0000:03:00.4');
prints('', @three, qw(03:00.4 kind=vf));
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci2$/, @three, qw(03:00.5 kind=pci));
prints('', @three, qw(09:00.0 kind=pci));
prints('', @three, qw(03:00.0 state=missing));
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci2$/, @three, 'state=present');
prints('', @three, qw(09:00.0), 'functions=0,8@0000:0a:00.0');
prints('', @three, 'state=missing');
rocks(qw(add host gpu vm-container-0-15 gpupci4 0a:00.0));
refused(qr/^rocks: a function of the card has an address of gpupci4, /, @three, 'state=present');
prints('', @three, 'state=present', 'functions=0,1');
rocks(qw(remove host gpu vm-container-0-15), $_) for qw(gpupci3 gpupci4);

# Two that were recorded in one slot before that was checked: everything else can still be changed.
rocks(qw(add host gpu vm-container-0-15 gpupci3 03:00.4 kind=vf));
as_before_rules("UPDATE card SET kind = 'pci' WHERE name = 'gpupci3'");
prints('', qw(set host gpu vm-container-0-15 gpupci3 serial=S3));
prints('', qw(set host gpu vm-container-0-15 gpupci3 kind=vf));
rocks(qw(remove host gpu vm-container-0-15 gpupci3));

# What no VM gets does not become of a card that one has.
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
refused(
    qr/^rocks: no VM can have a fabric switch, and rocks-33 has this card of vm-container-0-15; take it from there first \(`rocks list host gpu rocks-33` shows its name there\)$/,
    @one, 'kind=fabric');
rocks(qw(remove host gpu rocks-33 gpupci));
prints('', @one, 'kind=fabric');
prints('', @one, 'kind=pci');

rocks(@one, qw(state=missing));
rocks(qw(add host gpu vm-container-0-15 gpupci3 04:00.0));
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci3$/, @one, 'state=present');
prints('', @one, qw(02:00.0));
refused(qr/^rocks: «x» is not a PCI address/,          @one, 'x');
misused(qr/^rocks: state= must be present, missing, quarantined or quarantined,missing, not «x»$/m, @one,
    'state=x');
refused(qr/^rocks: «x» are not ids/,                 @one, 'id=x');
refused(qr/^rocks: the serial number is empty$/,    @one, 'serial=');
refused(qr/^rocks: the PCIe path is empty$/,        @one, 'path=');
refused(qr/^rocks: «x» is not a function of a card/,   @one, 'functions=x');
refused(qr/^rocks: «x» is not a PCI address/,          @one, '05:00.0', 'functions=0@x');
misused(qr/^rocks: numa= must be a number from 0 to 65535, not «x»$/m, @one, 'numa=x');

# What only a scan or another inventory says; at another address nothing of the group is known.
{
    my $facts = "SELECT iommu_group, last_seen, uuid FROM card WHERE name = 'gpupci1'";
    my $uuid  = '0d3c0a4e-6a54-4b5b-9a36-000000000001';
    walkthrough_inventory();
    my $drawn = sql("SELECT uuid FROM card WHERE name = 'gpupci1'");
    prints('', @one, 'group=7');
    is(sql($facts), "7||$drawn", 'group, and nothing else');
    prints('', @one, 'seen=2026-11-20T12:00:00Z');
    is(sql($facts), "7|2026-11-20T12:00:00Z|$drawn", 'seen, and nothing else');
    prints('', @one, "uuid=$uuid") for 1 .. 2;
    is(sql($facts), "7|2026-11-20T12:00:00Z|$uuid", 'UUID, and nothing else');
    prints('', @one, '08:00.0');
    is(sql($facts), "|2026-11-20T12:00:00Z|$uuid", 'the group is that of an address');
    prints('', @one, '02:00.0', 'group=0');
    is(sql($facts), "0|2026-11-20T12:00:00Z|$uuid", 'and may be given with it');
    refused(qr/^rocks: the UUID $uuid is taken by gpupci1 of vm-container-0-15$/,
        qw(set host gpu vm-container-0-15 gpupci2), "uuid=$uuid");
    refused(qr/^rocks: «x» is not a UUID: /, @one, 'uuid=x');
    refused(qr/^rocks: «x» is not a time: /, @one, 'seen=x');
}

# Two VMs that hold what turns out to be one: it is recorded and reported, and neither gets XML.
for my $tie ('group=7', 'parent=gpupci1') {
    walkthrough_inventory();
    rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
    rocks(@one, 'group=7');
    rocks(qw(set host gpu vm-container-0-15 gpupci2 kind=vf));
    rocks(qw(add host gpu), @{$_}) for [qw(rocks-33 gpupci gpupci1)], [qw(rocks-34 gpupci gpupci2)];
    prints(
        "gpupci2 of vm-container-0-15 cannot be kept apart from a card that rocks-33 has (one "
            . "IOMMU group, or a "
            . "card and its virtual function); take one from its VM\n",
        qw(set host gpu vm-container-0-15 gpupci2), $tie);
    fails(qr/^rocks: $_: its gpupci, .* cannot be kept apart from a card that/,
        qw(report host vm config), $_)
        for qw(rocks-33 rocks-34);
    restores([qw(dump host)], [qw(dump host vm)], [qw(dump host gpu)]);
    for my $missing (qw(gpupci1 gpupci2)) {
        rocks(qw(set host gpu vm-container-0-15), $missing, 'state=missing');
        restores([qw(dump host)], [qw(dump host vm)], [qw(dump host gpu)]);
        rocks(qw(set host gpu vm-container-0-15), $missing, 'state=present');
    }
    prints('', qw(remove host gpu rocks-33 gpupci));
    prints('', qw(set host gpu vm-container-0-15 gpupci2), $tie);
    fails(qr/never both held; `|the cards of a group are for one VM; `/,
        qw(add host gpu rocks-33 gpupci gpupci1));
}

# A VM gets another card of the same host in place of the one it had.
for my $form (forms(host => 'rocks-33', gpu => 'gpupci', value => 'pci_0000_03_00_0')) {
    walkthrough_inventory();
    rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    prints('', qw(set host gpu), @{$form});
    prints("gpupci:pci_0000_03_00_0\n", qw(report host gpu rocks-33));
}
is(sql("SELECT group_concat(verb || ' ' || card || ' ' || vm) FROM "
            . '(SELECT verb, card, vm FROM history ORDER BY id DESC LIMIT 2)'),
    'assigned gpupci2 rocks-33,taken gpupci1 rocks-33', 'in the history');
prints('', qw(set host gpu rocks-33 gpupci gpupci1));
prints("gpupci:pci_0000_02_00_0\n", qw(report host gpu rocks-33));
prints('', qw(set host gpu rocks-33 gpupci gpupci1));

# Refused for a VM.
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
rocks(qw(add host gpu rocks-34 gpupci gpupci2));
refused(
    qr/^rocks: gpupci2 is held by rocks-34 \(running or not\); see `rocks list host gpu rocks-34`$/,
    qw(set host gpu rocks-33 gpupci gpupci2));
refused(
    qr/^rocks: gpupci2 is held by rocks-34 \(running or not\); see `rocks list host gpu rocks-34`$/,
    qw(set host gpu rocks-33 gpupci2 gpupci2));
refused(qr/^rocks: vm-container-0-15, which houses rocks-33, has no card gpupci9; /,
    qw(set host gpu rocks-33 gpupci gpupci9));
refused(qr/^rocks: nothing to set is given for gpupci of rocks-33$/,
    qw(set host gpu rocks-33 gpupci));
refused(
    qr/^rocks: rocks-33 is a VM: functions=, serial=, path=, id=, numa=, state=, kind=, parent=, group=, seen=, vgpu=, uuid= and same-as= belong to the card of its container$/,
    qw(set host gpu rocks-33 gpupci), $_)
    for
    qw(functions=0 serial=S path=p id=10de:1db6 numa=0 state=present group=1 seen=2026-11-20T12:00:00Z
    uuid=0d3c0a4e-6a54-4b5b-9a36-000000000001);
refused(qr/^rocks: «x» is not a name of a card/, qw(set host gpu rocks-33 x gpupci1));
refused(qr/^rocks: there is no host «rocks-99»/, qw(set host gpu rocks-99 gpupci gpupci1));
refused(qr/^rocks: «%» names 3 hosts; name one$/, qw(set host gpu % gpupci gpupci1));
misused(qr/^rocks: \{host\} is missing: /, qw(set host gpu gpupci1));
misused(qr/^rocks: \{host\} is missing: /, qw(set host gpu gpupci1 value=02:00.0));
misused(qr/^rocks: one word too many: «a»$/m, qw(set host gpu a b c d));

# What is not there yet is added, on a host and in a VM; a second time nothing changes.
walkthrough_inventory();
for my $row (
    [ [qw(vm-container-0-15 gpupci3 pci_0000_04_00_0)], 'gpupci3 +pci_0000_04_00_0' ],
    [ [qw(rocks-33 gpupci pci_0000_04_00_0)],           'gpupci +pci_0000_04_00_0' ],
    [ [qw(rocks-33 gpupci2 gpupci2)],                   'gpupci2 +pci_0000_03_00_0' ],
) {
    my ($words, $listed) = @{$row};
    for my $time (1, 2) {
        prints('', qw(set host gpu), @{$words});
        like(rocks(qw(list host gpu), $words->[0])->{out}, qr/^\Q$words->[0]\E: +$listed/m,
            "$words->[1] is there");
    }
}
is(sql(q{SELECT group_concat(verb || ' ' || card, ',') FROM }
            . q{(SELECT verb, card FROM history ORDER BY id DESC LIMIT 3)}),
    'assigned gpupci2,assigned gpupci3,added gpupci3', 'each once in the history');
prints('', qw(set host gpu vm-container-0-15 gpupci4 05:00.0 serial=S4), 'functions=0,1');
is(sql(q{SELECT serial, count(*) FROM card JOIN function ON card = id WHERE name = 'gpupci4'}),
    'S4|2', 'with what is said of it');
refused(qr/^rocks: vm-container-0-15 has no gpupci9; /,
    qw(set host gpu vm-container-0-15 gpupci9 serial=S9));
refused(qr/^rocks: «gpu9» is not a name of a card: /, qw(set host gpu vm-container-0-15 gpu9 06:00.0));
refused(qr/^rocks: vm-container-0-15, which houses rocks-33, has no card gpupci9; /,
    qw(set host gpu rocks-33 gpupci9 gpupci9));
comes_back('what set added');

done_testing;
