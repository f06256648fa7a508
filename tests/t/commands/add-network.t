#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add network: every parameter by name and by place, what is refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT name, subnet, netmask, mtu, dnszone FROM network ORDER BY id';

fresh_inventory('add host compute-0-0');
is(sql($rows), '', 'a new inventory has none');

for my $form (forms(network => 'private', subnet => '10.1.0.0', netmask => '255.255.0.0')) {
    fresh_inventory();
    prints('', qw(add network), @{$form});
    is(sql($rows), 'private|10.1.0.0|255.255.0.0||', 'network, subnet and netmask');
}
fresh_inventory();
prints('', qw(add network private));
prints('', qw(add network public 192.168.1.0 netmask=255.255.255.128 mtu=1500 dnszone=example.org));
prints('', qw(add network storage mtu=9000 subnet= netmask=none dnszone=NULL));
prints('', qw(add network all 0.0.0.0 0.0.0.0 mtu=68));
prints('', qw(add network one 10.2.3.4 255.255.255.255 mtu=65535));
is(sql($rows), <<'END' =~ s/\n\z//r, 'what was given');
private||||
public|192.168.1.0|255.255.255.128|1500|example.org
storage|||9000|
all|0.0.0.0|0.0.0.0|68|
one|10.2.3.4|255.255.255.255|65535|
END

my @add = qw(add network new);
refused(qr/^rocks: network «private» is already there$/, qw(add network private));
refused(qr/^rocks: «\Q$_\E» cannot be the name of a network: it means none$/, qw(add network), $_)
    for qw(none None NULL);
refused(qr/^rocks: the name of the network is empty$/, qw(add network), '');
refused(qr/^rocks: the name of the network «a b» must not have a blank or =$/, qw(add network),
    'a b');
refused(qr/^rocks: give both subnet= and netmask=, or neither$/, @add, $_)
    for '10.1.0.0', 'netmask=255.0.0.0';
refused(qr/^rocks: «\Q$_\E» is not a subnet, such as 10.1.0.0$/, @add, $_, '255.255.0.0')
    for '10.1.0', '10.1.0.0/16', '10.1.0.256', 'fd00::', 'x';
refused(qr/^rocks: «\Q$_\E» is not a netmask, such as 255.255.0.0$/, @add, '10.1.0.0', $_)
    for '255.0.255.0', '0.0.0.255', '16', '255.255.0', 'x';
refused(qr/^rocks: the DNS zone «a b» must not have a blank/, @add, 'dnszone=a b');
misused(qr/^rocks: mtu= must be a number from 68 to 65535, not «\Q$_\E»$/m, @add, "mtu=$_")
    for '67', '65536', 'x', '';
misused(qr/^rocks: \{network\} is missing: /m, qw(add network));
misused(qr/^rocks: one word too many: «new»$/m, @add, qw(10.1.0.0 255.255.0.0 x));

done_testing;
