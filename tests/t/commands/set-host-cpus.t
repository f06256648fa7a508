#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host cpus: of one host and of several, by its place and by its name.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT name, rack, rank, cpus, os, runaction FROM host ORDER BY name';
for my $form (forms(host => 'compute-0-0', cpus => '32')) {
    fresh_inventory('add host compute-0-0', 'add host compute-0-1');
    prints('', qw(set host cpus), @{$form});
    is(sql($rows), "compute-0-0|0|0|32|linux|os\ncompute-0-1|0|1|1|linux|os",
        'that, and nothing else');
}
prints('', qw(set host cpus compute-0-0 compute-0-1 5));
is(sql('SELECT cpus FROM host'), "5\n5", 'of several');
prints('', qw(set host cpus compute 1));
is(sql('SELECT cpus FROM host'), "1\n1", 'of a group');
prints('', qw(set host cpus % 65535));
is(sql('SELECT cpus FROM host'), "65535\n65535", 'of all');

refused(qr/^rocks: there is no host «compute-9-9»; see/, qw(set host cpus compute-0-0 compute-9-9 1));
misused(qr/^rocks: cpus= must be a number from 1 to 65535, not «\Q$_\E»$/m,
    qw(set host cpus compute-0-0), $_)
    for qw(0 65536 x);
misused(qr/^rocks: \{host\} is missing: hosts to change; % for all$/m, qw(set host cpus 1));
misused(qr/^rocks: \{cpus\} is missing/m, qw(set host cpus host=compute-0-0));
misused(qr/^rocks: there is no parameter «os»/m, qw(set host cpus compute-0-0 1 os=linux));

done_testing;
