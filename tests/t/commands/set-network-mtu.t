#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set network mtu: of a network that interfaces are in, and of several.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT subnet, netmask, mtu, dnszone FROM network ORDER BY name';
my @GIVEN = map { "add network $_ 10.1.0.0 255.255.0.0 mtu=1400 dnszone=z" } qw(private storage);
for my $form (forms(network => 'private', mtu => '9000')) {
    fresh_inventory(@GIVEN, 'add host compute-0-0',
        'add host interface compute-0-0 eth0 subnet=private ip=10.1.0.7');
    prints('', qw(set network mtu), @{$form});
    is(sql($rows), "10.1.0.0|255.255.0.0|9000|z\n10.1.0.0|255.255.0.0|1400|z", 'that, and nothing else');
}
is(sql('SELECT ip, network.name FROM interface JOIN network ON network.id = network'),
    '10.1.0.7|private', 'the interface stays in it');
prints('', qw(set network mtu private storage 1500));
is(sql($rows), "10.1.0.0|255.255.0.0|1500|z\n10.1.0.0|255.255.0.0|1500|z", 'of several');
prints('', qw(add network bare));

misused(qr/^rocks: mtu= must be a number from \d+ to \d+, not «\Q$_\E»$/m, qw(set network mtu private), $_) for qw(0 x 99999999);
refused(qr/^rocks: there is no network «publc»; see `rocks list network`$/,
    qw(set network mtu private publc 9000));
misused(qr/^rocks: \{network\} is missing: /m, qw(set network mtu 9000));
misused(qr/^rocks: \{mtu\} is missing: /m, qw(set network mtu network=private));
comes_back('the networks');

done_testing;
