#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add host gpu: cards of hosts, cards of VMs, and who may not have which.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @CONTAINER = ('add host vm-container-0-15', 'set attr vm_mac_base_addr 52:54:00:00:00:00');
my $cards     = 'SELECT host.name, card.name, address, last_address, state, ids, serial, path, '
    . 'numa, kind FROM card JOIN host ON host.id = card.host ORDER BY card.id';
my $functions = 'SELECT number, address, class, ids FROM function ORDER BY card, number';
my $given = 'SELECT host.name, assignment.name, card.name, role FROM assignment '
    . 'JOIN host ON host.id = vm JOIN card ON card.id = card ORDER BY assignment.id';

# A card of a host, in all forms.
for my $form (forms(host => 'vm-container-0-15', gpu => 'gpupci1', value => 'pci_0000_02_00_0')) {
    fresh_inventory(@CONTAINER);
    prints('', qw(add host gpu), @{$form});
    is(sql($cards), 'vm-container-0-15|gpupci1|512|512|present|||||pci', 'in the file');
    is(sql($functions), '0|512||', 'with its function');
}
like(sql('SELECT uuid FROM card'), qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'and a UUID');
is(sql('SELECT verb, host, card, address, vm FROM history'),
    'added|vm-container-0-15|gpupci1|512|', 'and in the history');

# Addresses in all spellings.
for my $address (qw(pci_0000_02_00_0 0000:02:00.0 02:00.0 00000000:02:00.0)) {
    fresh_inventory(@CONTAINER);
    prints('', qw(add host gpu vm-container-0-15 gpupci1), $address);
    prints("gpupci1:pci_0000_02_00_0\n", qw(report host gpu vm-container-0-15));
}
prints('', qw(add host gpu vm-container-0-15 gpupci2 0000:FE:1f.7));
prints("pci_0000_fe_1f_7\n", qw(report host gpu vm-container-0-15 gpu=gpupci2));
prints('', qw(add host gpu vm-container-0-15 gpupci3 pci_0000_02_00_0 state=missing));
is(sql("$cards LIMIT 1 OFFSET 2"), 'vm-container-0-15|gpupci3||512|missing|||||pci', 'missing');

# What else is known of it.
fresh_inventory(@CONTAINER);
prints('', qw(add host gpu vm-container-0-15 gpupci1 03:00.0 serial=S1 path=0000:00/01.0/00.0),
    qw(id=10de:1db6:10de:1214 numa=1 state=quarantined),
    'functions=0/030000/10de:1db6,1/040300/10de:10f0,2/0c0330,3');
is(sql($cards), 'vm-container-0-15|gpupci1|768|768|quarantined|10de:1db6:10de:1214|S1|'
        . '0000:00/01.0/00.0|1|pci', 'all of it');
is(sql($functions), "0|768|196608|10de:1db6\n1|769|262912|10de:10f0\n2|770|787248|\n3|771||",
    'all functions');
prints('', qw(add host gpu vm-container-0-15 gpupci2 04:00.0), 'functions=0,8@0000:05:00.0');
is(sql("$functions LIMIT 2 OFFSET 4"), "0|1024||\n8|1280||", 'two slots of one board');

# What it takes of a guest's addresses; what is not known before it is left empty.
my @kept =
    ('0/030000/10de:1db6/137472507904', '1//10de:10f0', '2///4503599627370496', '3/0c0330//0', '4');
prints('', qw(set host gpu vm-container-0-15 gpupci2), 'functions=' . join ',', @kept);
is(sql('SELECT number, class, ids, bar_bytes FROM function WHERE card = 2'), <<'END' =~ s/\n\z//r,
0|196608|10de:1db6|137472507904
1||10de:10f0|
2|||4503599627370496
3|787248||0
4|||
END
    'the bytes of its windows');
like(
    rocks(qw(dump host gpu vm-container-0-15))->{out},
    qr{ gpupci2 \S+ functions=\Q@{[ join ',', @kept ]}\E\n},
    'and a dump says all of it');

# Refused on a host.
walkthrough_inventory();
my @add = qw(add host gpu vm-container-0-15);
refused(qr/^rocks: vm-container-0-15 already has a gpupci1; `rocks set host gpu` changes it$/,
    @add, qw(gpupci1 09:00.0));
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci1$/, @add, 'gpupci3', $_)
    for qw(02:00.0 02:00.1);
refused(qr/^rocks: a function of the card has an address of gpupci1, or is in its slot: /,
    @add, qw(gpupci3 09:00.0), 'functions=0,8@02:00.0');
refused(
    qr/^rocks: «\Q$_\E» is not a PCI address; write it as pci_0000_02_00_0, 0000:02:00.0 or 02:00.0$/,
    @add, 'gpupci3', $_
) for 'x', '', '02:00', '02:20.0', '02:00.8', 'pci_0000_02_00_0x', 'gpupci1';
refused(qr/^rocks: «\Q$_\E» is not a name of a card: gpupci1, gpupci2, … up to gpupci2147483647$/,
    @add, "gpu=$_", '09:00.0')
    for 'gpu1', '', 'gpupciX', 'gpupci-1', 'gpupci 1', 'GPUPCI1', 'gpupci2147483648';
misused(qr/^rocks: state= must be present, missing, quarantined or quarantined,missing, not «\Q$_\E»$/m,
    @add, 'gpupci3', '09:00.0', "state=$_") for 'swapped', 'moving', '';
refused(qr/^rocks: «\Q$_\E» are not ids: vendor:device/, @add, 'gpupci3', '09:00.0', "id=$_")
    for '10DX:1db6', '10de', '10de:1db6:10de', '';
refused(qr/^rocks: the serial number is empty$/, @add, qw(gpupci3 09:00.0 serial=));
refused(qr/^rocks: the PCIe path «a b» must not have a blank/, @add, qw(gpupci3 09:00.0), 'path=a b');
refused(qr/^rocks: «\Q$_->[1]\E» is not a function of a card: N\[\@ADDRESS\]/,
    @add, 'gpupci3', '09:00.0', "functions=$_->[0]")
    for [ '', '' ], [ '8', '8' ], [ 'x', 'x' ], [ '0,', '' ], [ '64@0a:00.0', '64' ],
    [ '0/3', '3' ], [ '0/03000X', '03000X' ], [ '0/030000/10de', '10de' ],
    [ '0/030000/10de:1db6/x', 'x' ], [ '0/', '' ], [ '0/030000/', '030000/' ],
    [ '0//', '/' ], [ '0/030000/10de:1db6/1/2', '1/2' ], [ '0/030000/10de:1db6/-1', '-1' ],
    [ '0/030000/10de:1db6/4503599627370497', '4503599627370497' ];
refused(qr/^rocks: «x» is not a PCI address/, @add, qw(gpupci3 09:00.0 functions=0@x));
refused(qr/^rocks: function 0 is given twice$/, @add, 'gpupci3', '09:00.0', 'functions=0,0');
misused(qr/^rocks: numa= must be a number from 0 to 65535, not «\Q$_\E»$/m,
    @add, 'gpupci3', '09:00.0', "numa=$_") for '-1', '65536', 'x', '';

# A card for a VM: by its address or its name there.
for my $value (qw(pci_0000_02_00_0 02:00.0 gpupci1)) {
    for my $form (forms(host => 'rocks-33', gpu => 'gpupci', value => $value)) {
        walkthrough_inventory();
        prints('', qw(add host gpu), @{$form});
        is(sql($given), 'rocks-33|gpupci|gpupci1|active', 'in the file');
    }
}
is(sql('SELECT verb, host, card, vm, address FROM history ORDER BY id DESC LIMIT 1'),
    'assigned|vm-container-0-15|gpupci1|rocks-33|512', 'and in the history');
prints('', qw(add host gpu rocks-33 gpupci2 gpupci2));
is(sql($given), "rocks-33|gpupci|gpupci1|active\nrocks-33|gpupci2|gpupci2|active", 'two');

# Refused for a VM.
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
rocks(@add, qw(gpupci3 04:00.0), 'functions=0,1');
rocks(@add, qw(gpupci4 12345:04:00.0));
my $see = 'see `rocks list host gpu';
refused(
    qr/^rocks: rocks-33 already has a gpupci; `rocks set host gpu` changes it, a further card is gpupci2, gpupci3, …$/,
    qw(add host gpu rocks-33 gpupci gpupci3));
# The number is the place in the guest: who gets none moves no one. A dump still loads.
refused(
    qr/^rocks: gpupci1 is for the same place in the guest as gpupci, which rocks-33 has: give the card as gpupci2, gpupci3, …$/,
    qw(add host gpu rocks-33 gpupci1 gpupci3));
refused(qr/^rocks: gpupci0 has no place in a VM, whose cards are gpupci, gpupci2, gpupci3, …$/,
    qw(add host gpu rocks-34 gpupci0 gpupci3));
prints('', qw(add host gpu rocks-34 gpupci1 gpupci3));
refused(qr/^rocks: gpupci is for the same place in the guest as gpupci1, which rocks-34 has: /,
    qw(add host gpu rocks-34 gpupci gpupci4));
rocks(qw(remove host gpu rocks-34 gpupci1));
is( rocks_in("add host gpu rocks-33 gpupci1 gpupci3\nadd host gpu rocks-34 gpupci0 gpupci5\n"
            . "add host gpu vm-container-0-15 gpupci5 05:00.0\n", qw(--batch -))->{err}, '',
    'what VMs have is restored');
like(
    rocks(qw(report host vm config rocks-33))->{out},
    qr{domain="0x0000" bus="0x02".*?bus="0x03" slot="0x00".*domain="0x0000" bus="0x03".*?bus="0x04".*domain="0x0000" bus="0x04".*?bus="0x05" slot="0x00"}s,
    'and sits in the lowest place that is left');
rocks(qw(remove host gpu), @{$_})
    for [qw(rocks-33 gpupci1)], [qw(rocks-34 gpupci0)], [qw(vm-container-0-15 gpupci5)];

refused(qr/^rocks: $_ is held by rocks-33 \(running or not\); $see rocks-33`$/,
    qw(add host gpu rocks-34 gpupci), $_) for qw(gpupci1 02:00.0);
refused(qr/^rocks: gpupci1 is held by rocks-33 /, qw(add host gpu rocks-33 gpupci3 gpupci1));
refused(
    qr/^rocks: vm-container-0-15, which houses rocks-34, has no card $_; $see vm-container-0-15`$/,
    qw(add host gpu rocks-34 gpupci), $_
) for qw(gpupci9 09:00.0 gpupciX);
refused(
    qr/^rocks: 04:00.1 is a function of gpupci3 of vm-container-0-15; give the card's name or the address that `rocks list host gpu vm-container-0-15` shows$/,
    qw(add host gpu rocks-34 gpupci 04:00.1));
refused(
    qr/^rocks: refused: gpupci4 of vm-container-0-15 is in PCI domain 12345, above ffff: QEMU cannot start rocks-34 with it$/,
    qw(add host gpu rocks-34 gpupci gpupci4));
refused(qr/^rocks: «card» is not a name of a card/, qw(add host gpu rocks-34 card gpupci3));
refused(qr/^rocks: «x» is neither a card's name or PCI address nor a model; /, qw(add host gpu rocks-34 gpupci x));
refused(qr/^rocks: «\Q$_\E» is not a PCI address/, qw(add host gpu rocks-34 gpupci), $_) for 'T4:99', 'T4:0', '10d:1eb8';
refused(
    qr/^rocks: rocks-34 is a VM: functions=, serial=, path=, id=, numa=, state=, kind=, parent=, group=, seen=, vgpu=, uuid= and same-as= belong to the card of its container$/,
    qw(add host gpu rocks-34 gpupci gpupci3), $_
) for qw(functions=0 serial=S path=p id=10de:1db6 numa=0 state=present kind=pci parent=gpupci1);

# A virtual function: a separate card in the slot of its parent; VMs never hold both.
rocks(@add, qw(gpupci30 0a:00.0));
prints('', @add, qw(gpupci31 0a:00.4 kind=vf parent=gpupci30));
is(sql(q{SELECT card.kind, parent.name FROM card JOIN card parent ON parent.id = card.parent}),
    'vf|gpupci30', 'kind and parent');
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci30$/, @add, 'gpupci32',
    '0a:00.5');
refused(qr/^rocks: that slot of vm-container-0-15 is taken by its gpupci31$/, @add,
    qw(gpupci32 0a:00.4 kind=vf));
refused(
    qr/^rocks: vm-container-0-15 has no gpupci99 that a card could be part of$/,
    @add, qw(gpupci32 0a:00.5 kind=vf parent=gpupci99));
refused(
    qr/^rocks: a card can only be part of a whole card, and only if it has no parts itself$/,
    @add, qw(gpupci32 0a:00.5 kind=vf), "parent=$_"
) for qw(gpupci31 gpupci32);
misused(qr/^rocks: kind= must be pci, vf, mdev or fabric, not «$_»$/m, @add, qw(gpupci32 0a:00.5),
    "kind=$_")
    for 'x', 'VF', '';
rocks(qw(add host gpu rocks-34 gpupci gpupci31));
refused(
    qr/^rocks: refused: gpupci30 of vm-container-0-15 is the parent of gpupci31, which rocks-34 has: a virtual function and its parent are never both held; `rocks remove host gpu rocks-34 gpupci` takes that away$/,
    qw(add host gpu rocks-33 gpupci3 gpupci30));
rocks(@add, qw(gpupci32 0a:00.5 kind=vf));
rocks(qw(add host gpu rocks-33 gpupci3 gpupci32));
refused(qr/^rocks: a card can only be part of a whole card/,
    qw(set host gpu vm-container-0-15 gpupci32 parent=gpupci31));
rocks(qw(remove host gpu rocks-34 gpupci));
rocks(qw(add host gpu rocks-34 gpupci gpupci30));
rocks(qw(remove host gpu rocks-34 gpupci));

# What only a scan or another inventory says.
{
    my $facts = 'SELECT iommu_group, last_seen, uuid FROM card ORDER BY id DESC LIMIT 1';
    my @uuid  = map { "0d3c0a4e-6a54-4b5b-9a36-00000000000$_" } 0 .. 9;
    prints('', @add, qw(gpupci40 0b:00.0 group=7 seen=2026-11-20T12:00:00Z), "uuid=$uuid[0]");
    is(sql($facts), "7|2026-11-20T12:00:00Z|$uuid[0]", 'group, seen and UUID');
    is(sql('SELECT uuid FROM history ORDER BY id DESC LIMIT 1'), $uuid[0],
        'the history knows it by that');
    prints('', @add, qw(gpupci41 0c:00.0));
    like(sql($facts), qr/^\|\|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        'a UUID is drawn');
    refused(qr/^rocks: the UUID $uuid[0] is taken by gpupci40 of vm-container-0-15$/, @add,
        qw(gpupci42 0d:00.0), "uuid=$uuid[0]");
    rocks(qw(add retired gpu gpupci1 01:00.0 serial=R), "uuid=$uuid[1]");
    refused(qr/^rocks: the UUID $uuid[1] is taken by gpupci1 of no host$/, @add,
        qw(gpupci42 0d:00.0), "uuid=$uuid[1]");
    refused(
        qr/^rocks: «\Q$_\E» is not a UUID: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx with lower-case hexadecimal digits$/,
        @add, qw(gpupci42 0d:00.0), "uuid=$_")
        for '', 'x', uc "$uuid[2]a", "$uuid[2]0", substr($uuid[2], 1), $uuid[2] =~ tr/0-9a-f/A-P/r,
        "{$uuid[2]}";
    refused(qr/^rocks: «\Q$_\E» is not a time: write it as 2026-11-20T12:00:00Z$/, @add,
        qw(gpupci42 0d:00.0), "seen=$_")
        for '', 'now', '2026-11-20', '2026-11-20T12:00:00', '2026-11-20 12:00:00Z',
        '2026-02-30T12:00:00Z', '2026-11-20T24:00:00Z',
        '2026-11-20T12:00:00+01:00', '2026-11-20T12:00:00.5Z', ' 2026-11-20T12:00:00Z', '2461000.5';
    misused(qr/^rocks: group= must be a number from 0 to 2147483647, not «\Q$_\E»$/m, @add,
        qw(gpupci42 0d:00.0), "group=$_")
        for '', 'x', -1, 2147483648;
    rocks(qw(remove host gpu vm-container-0-15), $_) for qw(gpupci40 gpupci41);
}

# A VM gets only cards of its container, but also a missing one.
rocks(qw(add host vm-container-0-14));
rocks(qw(add host gpu vm-container-0-14 gpupci1 09:00.0));
refused(qr/has no card 09:00.0; /, qw(add host gpu rocks-34 gpupci 09:00.0));
rocks(qw(set host gpu vm-container-0-15 gpupci3 state=missing));
refused(qr/has no card 04:00.0; /, qw(add host gpu rocks-34 gpupci 04:00.0));
prints('', qw(add host gpu rocks-34 gpupci gpupci3));

# A card that another VM passes by its address.
rocks(qw(add host gpu vm-container-0-15 gpupci50 0e:00.0));
sql(q{INSERT INTO claim (vm, host, address) SELECT vm.id, host.id, 0x0e01 FROM host vm, host }
        . q{WHERE vm.name = 'rocks-33' AND host.name = 'vm-container-0-15'});
my $claimed =
    qr/^rocks: rocks-33 claims 0000:0e:00\.1, which is in the slot of gpupci50: its attributes pass it by its address; take it out of them, then define rocks-33 again$/;
refused($claimed, qw(add host gpu rocks-34 gpupci2 gpupci50));
refused($claimed, qw(set host gpu rocks-34 gpupci gpupci50));
prints('', qw(add host gpu rocks-33 gpupci9 gpupci50));
rocks(qw(remove host gpu rocks-33 gpupci9));
sql('DELETE FROM claim');
prints('', qw(add host gpu rocks-34 gpupci2 gpupci50));

# Hosts and words.
refused(qr/^rocks: there is no host «rocks-99»; see `rocks list host`$/,
    qw(add host gpu rocks-99 gpupci 02:00.0));
refused(qr/^rocks: «vm-container» names 2 hosts; name one$/,
    qw(add host gpu vm-container gpupci5 0b:00.0));
refused(qr/^rocks: «rack7» names 0 hosts; name one$/, qw(add host gpu rack7 gpupci5 0b:00.0));
prints('', qw(add host gpu vm-container-0-14% gpupci5 0b:00.0));
misused(qr/^rocks: \{host\} is missing: a physical host, or a VM$/m,
    qw(add host gpu gpupci1 02:00.0));
misused(qr/^rocks: \{gpu\} is missing: /m, qw(add host gpu host=rocks-34 value=02:00.0));
misused(qr/^rocks: one word too many: «a»$/m, qw(add host gpu a b c d));
misused(qr/^rocks: there is no parameter «ids»; did you mean id=\?$/m,
    qw(add host gpu vm-container-0-15 gpupci5 0b:00.0 ids=10de:1db6));

# By model: which cards, and why.
{
    my $box = 'vm-container-0-11';
    my ($a, $b) = ('0000:00/01.0/00.0', '0000:40/01.0/00.0'); # two switches
    my $number = 0;
    make_inventory("add host $box", map({ "add host vm $box hosted-vm name=$_" } 'rocks-1', 'rocks-2', 'rocks-3'),
        map({ my ($numa, $path) = @$_; sprintf 'add host gpu %s gpupci%d %02x:00.0 id=10de:1eb8 numa=%d path=%s', $box, ++$number, $number, $numa, $path }
            [ 0, "$a/08.0/00.0" ], [ 0, "$a/09.0/00.0" ], [ 0, "$a/0a.0/00.0" ], [ 1, "$b/08.0/00.0" ], [ 1, "$b/09.0/00.0" ], [ 1, '0000:41/01.0/00.0' ]),
        'add host gpu vm-container-0-11 gpupci7 07:00.0 id=10de:1db6');
    my @rows = (
        [ 'T4', [], qr/^rocks-1: gpupci is gpupci1 of $box \(T4, of 3 free on NUMA node 0\)$/, 'gpupci1' ],
        [ 'T4:2', [], qr/ of 3 free on NUMA node 0\)\n.*: gpupci2 is gpupci2 /, 'gpupci1 gpupci2' ],
        [ 'T4:4', [], qr/\(T4, of 6 free\)/, 'gpupci1 gpupci2 gpupci3 gpupci4' ],
        [ 't4:3', ['near=node'], qr/NUMA node 0/, 'gpupci1 gpupci2 gpupci3' ],
        [ '10DE:1EB8:2', ['near=switch'], qr/of 2 free on the switch \Q$b\E\)/, 'gpupci4 gpupci5' ],
        [ 'T4:3', ['near=switch'], qr/of 3 free on the switch \Q$a\E/, 'gpupci1 gpupci2 gpupci3' ],
        [ '10de:1db6', [], qr/\(10de:1db6, of 1 free\)/, 'gpupci7' ],
    );
    for my $row (@rows) {
        my ($value, $near, $out, $cards) = @$row;
        my $got = rocks(qw(add host gpu rocks-1 gpupci), $value, @$near);
        like($got->{out}, $out, "$value @$near: what it says") or diag($got->{err});
        is(sql("SELECT group_concat(card.name, ' ') FROM assignment JOIN card ON card.id = card ORDER BY card.id"), $cards, "$value @$near: which");
        rocks(qw(remove host gpu rocks-1), $_) for map { $_ == 1 ? 'gpupci' : "gpupci$_" } 1 .. split ' ', $cards;
    }
    # The node that loses least.
    rocks(qw(add host gpu rocks-2 gpupci gpupci4));
    like(rocks(qw(add host gpu rocks-1 gpupci T4:2))->{out}, qr/gpupci5 .*of 2 free on NUMA node 1.*gpupci6 /s, 'the node with the fewest free');
    rocks(qw(remove host gpu rocks-1), $_) for 'gpupci', 'gpupci2';
    refused(qr/^rocks: $box has no NUMA node with 4 free cards of the model T4; the best, NUMA node 0, has 3; near=no takes them from several$/,
        qw(add host gpu rocks-1 gpupci T4:4 near=node));
    refused(qr/^rocks: $box has no PCIe switch with 4 free cards of the model T4; the best, \Q$a\E, has 3; near=no /,
        qw(add host gpu rocks-1 gpupci T4:4 near=switch));
    refused(qr/^rocks: $box has no NUMA node with 1 free card of the model V100; the best, none known, has 0; /,
        qw(add host gpu rocks-1 gpupci V100 near=node));
    refused(qr/^rocks: $box has 5 of its 6 cards of the model T4 free, and rocks-1 asks for 6; see `rocks list gpu card T4 host=$box`$/,
        qw(add host gpu rocks-1 gpupci T4:6));
    refused(qr/^rocks: near= is for a VM that asks for cards of a model/, qw(add host gpu rocks-1 gpupci gpupci1 near=node));
    refused(qr/^rocks: asked=<x> is no model$/, qw(add host gpu rocks-1 gpupci gpupci1), 'asked=<x>');
    refused(qr/^rocks: $box is no VM: asked= belongs to a VM's card$/, 'add', 'host', 'gpu', $box, qw(gpupci8 08:00.0 asked=T4));
    # The places that follow, without those that are taken.
    rocks(qw(add host gpu rocks-1 gpupci3 gpupci7));
    like(rocks(qw(add host gpu rocks-1 gpupci2 T4:2))->{out}, qr/^rocks-1: gpupci2 is .*\nrocks-1: gpupci4 is /, 'places');
    is(sql(q{SELECT group_concat(name || asked, ' ') FROM (SELECT name, asked FROM assignment WHERE vm = (SELECT id FROM host WHERE name = 'rocks-1') ORDER BY name)}),
        'gpupci2T4 gpupci3card gpupci4T4', 'what was asked for is recorded');
    # Many ask for the last ones: each card is of one VM.
    rocks(qw(remove host gpu rocks-1), $_) for 'gpupci2', 'gpupci3', 'gpupci4';
    my @children;
    for my $place (1 .. 16) {
        my $pid = fork // die "fork: $!";
        if (!$pid) { exit rocks(qw(add host gpu rocks-3), "gpupci$place", 'T4')->{status} }
        push @children, $pid;
    }
    my %status;
    for my $pid (@children) { waitpid $pid, 0; $status{ $? >> 8 }++ }
    is_deeply(\%status, { 0 => 5, 1 => 11 }, '16 ask for the last five');
    is(sql('SELECT count(DISTINCT card) FROM assignment'), "6", 'each of them is given once');
}

done_testing;
