#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface subnet: set, cleared in every way, refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $row = 'SELECT mac, ip, network, name, module, vlan, options, channel FROM interface';
my $value = 'SELECT (SELECT name FROM network WHERE id = network) FROM interface';
my $empty = "|||||||";
my @GIVEN = ('add network private', 'add host compute-0-0', 'add host interface compute-0-0 eth0');
my @set = qw(set host interface subnet compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0', subnet => 'private')) {
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface subnet), @{$form});
    is(sql($value), 'private', 'subnet');
    isnt(sql($row), $empty, 'there');
}
for my $none ('', 'none', 'NULL', 'None') {
    prints('', @set, 'private');
    prints('', @set, $none);
    is(sql($row), $empty, "«$none» clears it, and nothing else was set");
}
prints('', qw(set host interface mac compute-0-0 eth0 52:54:00:00:00:01));
prints('', qw(set host interface subnet compute-0-0 52:54:00:00:00:01 private));
is(sql($value), 'private', 'by MAC address');

refused(qr/^rocks: there is no network «x»; see `rocks list network`$/, @set, 'x');
refused(
    qr/^rocks: compute-0-0 has no interface «eth9»; see `rocks list host interface compute-0-0`$/,
    qw(set host interface subnet compute-0-0 eth9 private));
refused(qr/^rocks: there is no host «compute-0-9»; /,
    qw(set host interface subnet compute-0-9 eth0 private));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface subnet eth0 private));

# Of several hosts: all of them, or none.
rocks('add', 'host', $_) for 'compute-0-1', 'compute-0-2';
rocks(qw(add host interface compute-0-1 eth0));
my $all = 'SELECT (SELECT name FROM network WHERE id = network) FROM interface ORDER BY host';
prints('', qw(set host interface subnet compute-0-0 compute-0-1 eth0 private));
is(sql($all), "private\nprivate", 'of two');
refused(qr/^rocks: compute-0-2 has no interface «eth0»; /,
    qw(set host interface subnet), 'compute-0-%', qw(eth0 none));

done_testing;
