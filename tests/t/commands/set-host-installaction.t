#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host installaction: what hosts boot to be installed, as an old dump says it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT name, runaction, installaction FROM host ORDER BY name';
for my $form (forms(host => 'compute-0-0', action => 'memtest x')) {
    fresh_inventory('add host compute-0-0', 'add host compute-0-1');
    prints('', qw(set host installaction), @{$form});
    is(sql($rows), "compute-0-0|os|memtest x\ncompute-0-1|os|install", 'that, and nothing else');
}
prints('', qw(set host installaction compute-0-0 compute-0-1 y));
is(sql($rows), "compute-0-0|os|y\ncompute-0-1|os|y", 'of several');
refused(qr/^rocks: there is no host «compute-9-9»; see/, qw(set host installaction compute-9-9 os));
for my $none ('', qw(none NULL)) {
    rocks(qw(set host installaction compute-0-0 x));
    prints('', qw(set host installaction compute-0-0), $none);
    is(sql("SELECT '.' || installaction FROM host WHERE name = 'compute-0-0'"), '.', "«$none» is none");
    like(rocks(qw(list host))->{out}, qr/ -{5,}/, 'and shows as dashes');
    restores([ 'dump', 'host' ]);
}
misused(qr/^rocks: \{host\} is missing: hosts to change; % for all$/m,
    qw(set host installaction os));
misused(qr/^rocks: \{action\} is missing/m, qw(set host installaction host=compute-0-0));
misused(qr/^rocks: there is no parameter «cpus»/m,
    qw(set host installaction compute-0-0 os cpus=1));

done_testing;
