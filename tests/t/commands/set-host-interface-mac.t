#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface mac: set, cleared in every way, refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $row = 'SELECT mac, ip, network, name, module, vlan, options, channel FROM interface';
my $value = 'SELECT mac FROM interface';
my $empty = "|||||||";
my @GIVEN = ('add network private', 'add host compute-0-0', 'add host interface compute-0-0 eth0');
my @set = qw(set host interface mac compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0', mac => '52-54-00-00-00-0A')) {
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface mac), @{$form});
    is(sql($value), '52:54:00:00:00:0a', 'mac');
    isnt(sql($row), $empty, 'there');
}
for my $none ('', 'none', 'NULL', 'None') {
    prints('', @set, '52-54-00-00-00-0A');
    prints('', @set, $none);
    is(sql($row), $empty, "«$none» clears it, and nothing else was set");
}
prints('', qw(set host interface mac compute-0-0 eth0 52:54:00:00:00:01));
prints('', qw(set host interface mac compute-0-0 52:54:00:00:00:01 52-54-00-00-00-0A));
is(sql($value), '52:54:00:00:00:0a', 'by MAC address');

refused(
    qr/^rocks: «x» is not a MAC address; write it as 52:54:00:00:00:01, with 6 bytes, or the 20 of InfiniBand$/,
    @set, 'x');
refused(
    qr/^rocks: compute-0-0 has no interface «eth9»; see `rocks list host interface compute-0-0`$/,
    qw(set host interface mac compute-0-0 eth9 52-54-00-00-00-0A));
refused(qr/^rocks: there is no host «compute-0-9»; /,
    qw(set host interface mac compute-0-9 eth0 52-54-00-00-00-0A));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface mac eth0 52-54-00-00-00-0A));

done_testing;
