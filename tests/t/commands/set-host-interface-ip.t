#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface ip: set, cleared in every way, refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $row = 'SELECT mac, ip, network, name, module, vlan, options, channel FROM interface';
my $value = 'SELECT ip FROM interface';
my $empty = "|||||||";
my @GIVEN = ('add network private', 'add host compute-0-0', 'add host interface compute-0-0 eth0');
my @set = qw(set host interface ip compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0', ip => '10.1.255.33')) {
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface ip), @{$form});
    is(sql($value), '10.1.255.33', 'ip');
    isnt(sql($row), $empty, 'there');
}
for my $none ('', 'none', 'NULL', 'None') {
    prints('', @set, '10.1.255.33');
    prints('', @set, $none);
    is(sql($row), $empty, "«$none» clears it, and nothing else was set");
}
prints('', qw(set host interface mac compute-0-0 eth0 52:54:00:00:00:01));
prints('', qw(set host interface ip compute-0-0 52:54:00:00:00:01 10.1.255.33));
is(sql($value), '10.1.255.33', 'by MAC address');

refused(qr/^rocks: «x» is not an IP address$/, @set, 'x');
refused(
    qr/^rocks: compute-0-0 has no interface «eth9»; see `rocks list host interface compute-0-0`$/,
    qw(set host interface ip compute-0-0 eth9 10.1.255.33));
refused(qr/^rocks: there is no host «compute-0-9»; /,
    qw(set host interface ip compute-0-9 eth0 10.1.255.33));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface ip eth0 10.1.255.33));

done_testing;
