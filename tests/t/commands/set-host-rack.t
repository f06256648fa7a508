#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host rack: of one host and of several, by its place and by its name.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT name, rack, rank, cpus, os, runaction FROM host ORDER BY name';
for my $form (forms(host => 'compute-0-0', rack => '3')) {
    fresh_inventory('add host compute-0-0', 'add host compute-0-1');
    prints('', qw(set host rack), @{$form});
    is(sql($rows), "compute-0-0|3|0|1|linux|os\ncompute-0-1|0|1|1|linux|os",
        'that, and nothing else');
}
prints('', qw(set host rack compute-0-0 compute-0-1 5));
is(sql('SELECT rack FROM host'), "5\n5", 'of several');
prints('', qw(set host rack compute 0));
is(sql('SELECT rack FROM host'), "0\n0", 'of a group');
prints('', qw(set host rack % 2147483647));
is(sql('SELECT rack FROM host'), "2147483647\n2147483647", 'of all');

refused(qr/^rocks: there is no host «compute-9-9»; see/, qw(set host rack compute-0-0 compute-9-9 1));
misused(qr/^rocks: rack= must be a number from 0 to 2147483647, not «\Q$_\E»$/m,
    qw(set host rack compute-0-0), $_)
    for qw(-1 2147483648 x);
misused(qr/^rocks: \{host\} is missing: hosts to change; % for all$/m, qw(set host rack 1));
misused(qr/^rocks: \{rack\} is missing/m, qw(set host rack host=compute-0-0));
misused(qr/^rocks: there is no parameter «os»/m, qw(set host rack compute-0-0 1 os=linux));

done_testing;
