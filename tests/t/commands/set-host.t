#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host: each of its parameters, on one host and on several.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT host.name, appliance.name, rack, rank, cpus, os, runaction, installaction '
    . 'FROM host JOIN appliance ON appliance.id = host.appliance ORDER BY host.id';
my $other = 'compute-0-1|compute|0|1|1|linux|os|install';

for my $row (
    [ 'membership=hosted VM', 'hosted-vm|0|0|1|linux|os|install' ],
    [ 'membership=login',     'login|0|0|1|linux|os|install' ],
    [ 'rack=3',               'compute|3|0|1|linux|os|install' ],
    [ 'rank=4',               'compute|0|4|1|linux|os|install' ],
    [ 'cpus=32',              'compute|0|0|32|linux|os|install' ],
    [ 'os=sunos',             'compute|0|0|1|sunos|os|install' ],
    [ 'runaction=memtest x',  'compute|0|0|1|linux|memtest x|install' ],
    [ 'installaction=rescue', 'compute|0|0|1|linux|os|rescue' ],
) {
    my ($given, $row) = @{$row};
    for my $form (forms(host => 'compute-0-0')) {
        fresh_inventory('add host compute-0-0', 'add host compute-0-1');
        prints('', qw(set host), @{$form}, $given);
        is(sql($rows), "compute-0-0|$row\n$other", "$given, and nothing else");
    }
}
fresh_inventory('add host compute-0-0', 'add host compute-0-1');
prints('', qw(set host compute-0-0 rack=1 rank=2 cpus=3 os=a runaction=b installaction=c),
    'membership=login');
is(sql($rows), "compute-0-0|login|1|2|3|a|b|c\n$other", 'all at once');
prints('', qw(set host % cpus=8));
is(sql('SELECT cpus FROM host'), "8\n8", 'on all hosts');
prints('', qw(set host compute-0-0 compute-0-1 compute-0-0 cpus=9));
is(sql('SELECT cpus FROM host'), "9\n9", 'on those that are named');
prints('', qw(set host login cpus=10));
is(sql('SELECT cpus FROM host'), "10\n9", 'on a group');

my $before = inventory();
prints('', qw(set host), $_, 'cpus=1') for 'compute-9-%', 'rack9', 'nas';
ok(inventory() eq $before, 'a pattern and groups of no hosts change nothing');
refused(qr/^rocks: there is no host «compute-9-9»; see `rocks list host`$/,
    qw(set host compute-0-1 compute-9-9 cpus=1));
refused(qr/^rocks: there is no appliance «gpu»; see `rocks list appliance`$/,
    qw(set host compute-0-1 membership=gpu));
refused(qr/^rocks: the os is empty$/,           qw(set host compute-0-1 cpus=1 os=));
misused(qr/^rocks: nothing to set is given$/m, qw(set host compute-0-1));
misused(qr/^rocks: \{host\} is missing: hosts to change; % for all$/m, qw(set host cpus=1));
misused(qr/^rocks: cpus= must be a number from 1 to 65535, not «0»$/m, qw(set host compute-0-1 cpus=0));
misused(qr/^rocks: rack= must be a number from 0 to 2147483647, not «a»$/m,
    qw(set host compute-0-1 rack=a));
misused(qr/^rocks: rank= must be a number from 0 to 2147483647, not «-1»$/m,
    qw(set host compute-0-1 rank=-1));
misused(qr/^rocks: cpus is given twice: «1» and «2»$/m, qw(set host compute-0-1 cpus=1 cpus=2));

done_testing;
