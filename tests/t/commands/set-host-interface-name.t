#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface name: set, cleared in every way, refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $row = 'SELECT mac, ip, network, name, module, vlan, options, channel FROM interface';
my $value = 'SELECT name FROM interface';
my $empty = "|||||||";
my @GIVEN = ('add network private', 'add host compute-0-0', 'add host interface compute-0-0 eth0');
my @set = qw(set host interface name compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0', name => 'rocks-33')) {
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface name), @{$form});
    is(sql($value), 'rocks-33', 'name');
    isnt(sql($row), $empty, 'there');
}
for my $none ('', 'none', 'NULL', 'None') {
    prints('', @set, 'rocks-33');
    prints('', @set, $none);
    is(sql($row), $empty, "«$none» clears it, and nothing else was set");
}
prints('', qw(set host interface mac compute-0-0 eth0 52:54:00:00:00:01));
prints('', qw(set host interface name compute-0-0 52:54:00:00:00:01 rocks-33));
is(sql($value), 'rocks-33', 'by MAC address');

refused(qr/^rocks: the name of the interface «a b» must not have a blank or =$/, @set, 'a b');
refused(
    qr/^rocks: compute-0-0 has no interface «eth9»; see `rocks list host interface compute-0-0`$/,
    qw(set host interface name compute-0-0 eth9 rocks-33));
refused(qr/^rocks: there is no host «compute-0-9»; /,
    qw(set host interface name compute-0-9 eth0 rocks-33));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface name eth0 rocks-33));

# The domain is that of the network.
for my $set ([qw(set host interface name compute-0-0 eth0 a.example.org)],
    [qw(set host interface compute-0-0 eth0 name=a.example.org)])
{
    refused(
        qr/^rocks: «a\.example\.org» cannot be a name of compute-0-0: it has a dot; give it without its domain, which `rocks list network` shows as DNSZONE$/,
        @{$set}
    );
}

done_testing;
