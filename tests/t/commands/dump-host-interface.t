#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump host interface: lines that a shell restores the interfaces from, in order.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host compute-0-0');
prints('', qw(dump host interface));

fresh_inventory('add network private', 'add host compute-0-0', 'add host compute-0-1',
    'add host interface compute-0-1 eth0 ip=10.1.1.2',
    'add host interface compute-0-0 eth1 subnet=private mac=52:54:00:00:00:01 ip=10.1.1.1 name=c '
        . 'module=ovs-bridge vlan=7 channel=x',
    'add host interface compute-0-0 eth0');
rocks(qw(set host interface compute-0-0 eth1), q{options=a='b' $c});
rocks(qw(add host interface compute-0-0), '-x');
my $add = '/opt/rocks/bin/rocks add host interface';
my $first =
    "$add compute-0-0 eth1 subnet=private mac=52:54:00:00:00:01 ip=10.1.1.1 name=c "
        . "module=ovs-bridge vlan=7 "
    . "options=a=\\'b\\'\\ \\\$c channel=x\n$add compute-0-0 eth0\n$add compute-0-0 iface=-x\n";
prints($first . "$add compute-0-1 eth0 ip=10.1.1.2\n", qw(dump host interface));
prints($first, qw(dump host interface compute-0-0));
restores([qw(dump network)], [qw(dump host)], [qw(dump host interface)]);
my @devices = map {
    sql('SELECT group_concat(device) FROM (SELECT device FROM interface ORDER BY host, id)', $_)
} $ENV{ROCKS_DB}, "$FOLDER/restored.db";
is($devices[1], 'eth1,eth0,-x,eth0', 'in the order in which they were') || diag("@devices");
fails(qr/^rocks: there is no host «compute-0-9»; /, qw(dump host interface compute-0-9));

done_testing;
