#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface channel: set, cleared in every way, refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $row = 'SELECT mac, ip, network, name, module, vlan, options, channel FROM interface';
my $value = 'SELECT channel FROM interface';
my $empty = "|||||||";
my @GIVEN = ('add network private', 'add host compute-0-0', 'add host interface compute-0-0 eth0');
my @set = qw(set host interface channel compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0', channel => 'e1000e')) {
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface channel), @{$form});
    is(sql($value), 'e1000e', 'channel');
    isnt(sql($row), $empty, 'there');
}
for my $none ('', 'none', 'NULL', 'None') {
    prints('', @set, 'e1000e');
    prints('', @set, $none);
    is(sql($row), $empty, "«$none» clears it, and nothing else was set");
}
prints('', qw(set host interface mac compute-0-0 eth0 52:54:00:00:00:01));
prints('', qw(set host interface channel compute-0-0 52:54:00:00:00:01 e1000e));
is(sql($value), 'e1000e', 'by MAC address');

refused(qr/^rocks: the channel «\\x01» has control characters or is no UTF-8$/, @set, "\x01");
refused(qr/^rocks: compute-0-0 has no interface «eth9»; see `rocks list host interface compute-0-0`$/,
    qw(set host interface channel compute-0-0 eth9 e1000e));
refused(qr/^rocks: there is no host «compute-0-9»; /, qw(set host interface channel compute-0-9 eth0 e1000e));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface channel eth0 e1000e));

done_testing;
