#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove aggregate host: the last host takes the aggregate with it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @MADE = ((map {"add host vm-container-0-$_"} 8, 9, 10), 'add aggregate host vm-container-0-9 vm-container-0-10 t4-15core',
    'add aggregate host vm-container-0-9 other');
my $rows = 'SELECT aggregate.name, host.name FROM aggregate_host JOIN aggregate ON aggregate.id = aggregate '
    . 'JOIN host ON host.id = host ORDER BY 1, 2';
sub names { return sql('SELECT group_concat(name) FROM (SELECT name FROM aggregate ORDER BY name)') }

for my $form (forms(host => 'vm-container-0-9', aggregate => 'T4-15core')) {
    fresh_inventory(@MADE);
    prints('', qw(remove aggregate host), @{$form});
    is(sql($rows), "other|vm-container-0-9\nt4-15core|vm-container-0-10", 'from this one');
}
refused(qr/^rocks: none of these hosts is in aggregate «t4-15core»; see `rocks list aggregate t4-15core`$/,
    qw(remove aggregate host vm-container-0-8 vm-container-0-9 t4-15core));
refused(qr/^rocks: there is no aggregate «x»; see `rocks list aggregate`$/, qw(remove aggregate host % x));
prints('', qw(remove aggregate host % t4-15core));
is(names(), 'other', 'gone with its last host');
refused(qr/^rocks: there is no host «t4-15core»/, qw(list host t4-15core));
prints('', qw(add host t4-15core membership=compute rack=0 rank=0));

# A host that is removed.
fresh_inventory(@MADE);
is(rocks(qw(remove host vm-container-0-9))->{status}, 0, 'a host of two goes');
is(sql($rows), 't4-15core|vm-container-0-10', 'and its rows');
is(names(), 't4-15core', 'and what had no other host');
is(rocks(qw(remove host %))->{status}, 0, 'all hosts go');
is(names(), '', 'and all aggregates');

# A flavor keeps its aggregate.
fresh_inventory(@MADE, 'add flavor two.t4 aggregate=t4-15core', 'add flavor one.t4 aggregate=t4-15core');
my $needed = qr/^rocks: no host of aggregate «t4-15core» would be left, and flavors use it: one.t4, two.t4; change them first \(`rocks set flavor FLAVOR aggregate=none`\)$/;
refused($needed, qw(remove aggregate host % T4-15core));
refused($needed, qw(remove host %));
is(rocks(qw(remove host vm-container-0-9))->{status}, 0, 'a host that is not the last');
refused($needed, qw(remove host vm-container-0-10));
refused($needed, qw(remove aggregate host vm-container-0-10 t4-15core));
rocks(qw(remove flavor one.t4));
rocks(qw(set flavor two.t4 aggregate=none));
prints('', qw(remove host vm-container-0-10));
is(names(), '', 'no flavor, no aggregate');

done_testing;
