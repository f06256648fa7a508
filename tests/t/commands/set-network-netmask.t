#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set network netmask: of a network that interfaces are in, and of several.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT subnet, netmask, mtu, dnszone FROM network ORDER BY name';
my @GIVEN = map { "add network $_ 10.1.0.0 255.255.0.0 mtu=1400 dnszone=z" } qw(private storage);
for my $form (forms(network => 'private', netmask => '255.255.255.0')) {
    fresh_inventory(@GIVEN, 'add host compute-0-0',
        'add host interface compute-0-0 eth0 subnet=private ip=10.1.0.7');
    prints('', qw(set network netmask), @{$form});
    is(sql($rows), "10.1.0.0|255.255.255.0|1400|z\n10.1.0.0|255.255.0.0|1400|z", 'that, and nothing else');
}
is(sql('SELECT ip, network.name FROM interface JOIN network ON network.id = network'),
    '10.1.0.7|private', 'the interface stays in it');
prints('', qw(set network netmask private storage 255.0.0.0));
is(sql($rows), "10.1.0.0|255.0.0.0|1400|z\n10.1.0.0|255.0.0.0|1400|z", 'of several');
prints('', qw(add network bare));
# A network without addresses needs both.
refused(qr/^rocks: bare has neither subnet nor netmask: give both, subnet= too$/,
    qw(set network netmask bare 255.255.0.0));
prints('', qw(set network netmask bare 255.255.0.0 subnet=10.2.0.0));
is(sql("SELECT subnet, netmask FROM network WHERE name = 'bare'"), '10.2.0.0|255.255.0.0', 'both');

# Interfaces in the network show it.
like(rocks(qw(list host interface compute-0-0))->{out}, qr/ 10\.1\.0\.7 +255\.0\.0\.0 /, 'the interface too');

refused(qr/^rocks: «\Q$_\E» is not a netmask, such as 255.255.0.0$/m, qw(set network netmask private), $_) for qw(255.0.255.0 x 24), '';
refused(qr/^rocks: there is no network «publc»; see `rocks list network`$/,
    qw(set network netmask private publc 255.255.255.0));
misused(qr/^rocks: \{network\} is missing: /m, qw(set network netmask 255.255.255.0));
misused(qr/^rocks: \{netmask\} is missing: /m, qw(set network netmask network=private));
comes_back('the networks');

done_testing;
