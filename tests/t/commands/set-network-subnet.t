#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set network subnet: of a network that interfaces are in, and of several.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT subnet, netmask, mtu, dnszone FROM network ORDER BY name';
my @GIVEN = map { "add network $_ 10.1.0.0 255.255.0.0 mtu=1400 dnszone=z" } qw(private storage);
for my $form (forms(network => 'private', subnet => '10.2.0.0')) {
    fresh_inventory(@GIVEN, 'add host compute-0-0',
        'add host interface compute-0-0 eth0 subnet=private ip=10.1.0.7');
    prints('', qw(set network subnet), @{$form});
    is(sql($rows), "10.2.0.0|255.255.0.0|1400|z\n10.1.0.0|255.255.0.0|1400|z", 'that, and nothing else');
}
is(sql('SELECT ip, network.name FROM interface JOIN network ON network.id = network'),
    '10.1.0.7|private', 'the interface stays in it');
prints('', qw(set network subnet private storage 10.3.0.0));
is(sql($rows), "10.3.0.0|255.255.0.0|1400|z\n10.3.0.0|255.255.0.0|1400|z", 'of several');
prints('', qw(add network bare));
# A network without addresses needs both.
refused(qr/^rocks: bare has neither subnet nor netmask: give both, netmask= too$/,
    qw(set network subnet bare 10.2.0.0));
prints('', qw(set network subnet bare 10.2.0.0 netmask=255.255.0.0));
is(sql("SELECT subnet, netmask FROM network WHERE name = 'bare'"), '10.2.0.0|255.255.0.0', 'both');

refused(qr/^rocks: «\Q$_\E» is not a subnet, such as 10.1.0.0$/m, qw(set network subnet private), $_) for qw(10.2 x 10.2.0.0/16), '';
refused(qr/^rocks: there is no network «publc»; see `rocks list network`$/,
    qw(set network subnet private publc 10.2.0.0));
misused(qr/^rocks: \{network\} is missing: /m, qw(set network subnet 10.2.0.0));
misused(qr/^rocks: \{subnet\} is missing: /m, qw(set network subnet network=private));
comes_back('the networks');

done_testing;
