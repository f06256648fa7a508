#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface vlan: set, cleared in every way, refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $row = 'SELECT mac, ip, network, name, module, vlan, options, channel FROM interface';
my $value = 'SELECT vlan FROM interface';
my $empty = "|||||||";
my @GIVEN = ('add network private', 'add host compute-0-0', 'add host interface compute-0-0 eth0');
my @set = qw(set host interface vlan compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0', vlan => '4095')) {
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface vlan), @{$form});
    is(sql($value), '4095', 'vlan');
    isnt(sql($row), $empty, 'there');
}
for my $none ('', 'none', 'NULL', 'None') {
    prints('', @set, '4095');
    prints('', @set, $none);
    is(sql($row), $empty, "«$none» clears it, and nothing else was set");
}
prints('', qw(set host interface mac compute-0-0 eth0 52:54:00:00:00:01));
prints('', qw(set host interface vlan compute-0-0 52:54:00:00:00:01 4095));
is(sql($value), '4095', 'by MAC address');

misused(qr/^rocks: vlan= must be a number from 0 to 4095, not «\Q$_\E»$/m, @set, $_) for qw(4096 -1 x);
refused(
    qr/^rocks: compute-0-0 has no interface «eth9»; see `rocks list host interface compute-0-0`$/,
    qw(set host interface vlan compute-0-0 eth9 4095));
refused(qr/^rocks: there is no host «compute-0-9»; /,
    qw(set host interface vlan compute-0-9 eth0 4095));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface vlan eth0 4095));

# Of several hosts: all of them, or none.
rocks('add', 'host', $_) for 'compute-0-1', 'compute-0-2';
rocks(qw(add host interface compute-0-1 eth0));
my $all = 'SELECT vlan FROM interface ORDER BY host';
prints('', qw(set host interface vlan compute-0-0 compute-0-1 eth0 7));
is(sql($all), "7\n7", 'of two');
refused(qr/^rocks: compute-0-2 has no interface «eth0»; /,
    qw(set host interface vlan), 'compute-0-%', qw(eth0 none));

done_testing;
