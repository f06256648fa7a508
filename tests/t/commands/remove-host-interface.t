#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove host interface: by device and MAC address, of one host and of several.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows =
    'SELECT host.name, device FROM interface JOIN host ON host.id = host ORDER BY interface.id';
my @GIVEN = (
    map({ ("add host compute-0-$_", "add host interface compute-0-$_ eth0 mac=52:54:00:00:00:0$_") }
        0,
        1),
    'add host interface compute-0-0 eth1');

for my $form (forms(host => 'compute-0-0', iface => 'eth0'),
    forms(host => 'compute-0-0', iface => '52-54-00-00-00-00'))
{
    fresh_inventory(@GIVEN);
    prints('', qw(remove host interface), @{$form});
    is(sql($rows), "compute-0-1|eth0\ncompute-0-0|eth1", 'that one is gone');
}
fresh_inventory(@GIVEN);
refused(
    qr/^rocks: compute-0-1 has no interface «eth1»; see `rocks list host interface compute-0-1`$/,
    qw(remove host interface % eth1));
prints('', qw(remove host interface compute-0-0 compute-0-1 eth0));
is(sql($rows), 'compute-0-0|eth1', 'of two hosts');
prints('', qw(add host interface compute-0-1 eth0 mac=52:54:00:00:00:00));
refused(qr/^rocks: compute-0-0 has no interface «52:54:00:00:00:00»; /,
    qw(remove host interface compute-0-0 52:54:00:00:00:00));
refused(qr/^rocks: there is no host «compute-0-9»; /, qw(remove host interface compute-0-9 eth0));
misused(qr/^rocks: \{host\} is missing: /m, qw(remove host interface eth0));

done_testing;
