#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove retired gpu: a card that is in no host is forgotten.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @uuid = map {"0d3c0a4e-6a54-4b5b-9a36-00000000000$_"} 0 .. 3;
my @LINES =
    map { "add retired gpu gpupci1 0$_:00.0 serial=" . ($_ < 2 ? 'S1' : "S$_") . " uuid=$uuid[$_]" }
    1 .. 3;
my $serials = 'SELECT group_concat(serial) FROM (SELECT serial FROM card ORDER BY serial)';

for my $form (forms(serial => 'S2')) {
    fresh_inventory(@LINES);
    prints('', qw(remove retired gpu), @{$form});
    is(sql($serials), 'S1,S3', 'that card');
    is(sql('SELECT count(*) FROM function'), 2, 'with its functions');
    is(sql('SELECT verb, card, serial FROM history ORDER BY id DESC LIMIT 1'),
        'removed|gpupci1|S2', 'in the history');
}
fresh_inventory(@LINES);
prints('', qw(remove retired gpu), $uuid[3]);
is(sql($serials), 'S1,S2', 'by its UUID');

# The UUID identifies one of two cards with the same serial number.
rocks(qw(add retired gpu gpupci9 09:00.0 serial=S2), "uuid=$uuid[0]");
refused(
    qr/^rocks: 2 cards have the serial number «S2»; give the UUID of one, see `rocks list retired gpu`$/,
    qw(remove retired gpu S2));
prints('', qw(remove retired gpu), $uuid[0]);
is(sql('SELECT group_concat(uuid) FROM (SELECT uuid FROM card ORDER BY uuid)'),
    "$uuid[1],$uuid[2]", 'just that');

# It does not remove cards of hosts.
rocks(qw(add host vm-container-0-15));
rocks(qw(add host gpu vm-container-0-15 gpupci1 02:00.0 serial=S9), "uuid=$uuid[0]");
refused(qr/^rocks: there is no card «\Q$_\E» without a host; see `rocks list retired gpu`$/,
    qw(remove retired gpu), $_)
    for 'S9', $uuid[0], 'S4', '', '%', 'gpupci1';
misused(qr/^rocks: \{serial\} is missing: its serial number, or its UUID$/m,
    qw(remove retired gpu));

done_testing;
