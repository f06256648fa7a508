#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report nextip: the free address that Rocks would name.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @NETWORKS = ('add network private 10.1.0.0 255.255.0.0', 'add network small 192.0.2.8 255.255.255.252',
    'add network bare', 'add host compute-0-0');
for my $form (forms(subnet => 'private')) {
    fresh_inventory(@NETWORKS);
    prints("10.1.255.254\n", qw(report nextip), @{$form});
}
rocks(qw(add host interface compute-0-0), "eth$_", "ip=10.1.255.@{[ 254 - $_ ]}", 'subnet=private') for 0, 1, 3;
prints("10.1.255.252\n", qw(report nextip private));
prints("10.1.255.252\n", qw(report nextip private));    # it reserves nothing
json_is([ { ip => '10.1.255.252' } ], qw(report nextip private json=yes));
prints("10.1.255.250\n", qw(report nextip private baseip=10.1.255.252));
prints("10.1.0.10\n", qw(report nextip private baseip=10.1.0.9 increment=1));
rocks(qw(add host interface compute-0-0 eth9 ip=10.1.0.10));
prints("10.1.0.11\n", qw(report nextip private baseip=10.1.0.9 increment=1));
prints("10.1.0.7\n", qw(report nextip private baseip=10.1.0.9 increment=-2));

# A network that is full, and what is none.
prints("192.0.2.10\n", qw(report nextip small));
rocks(qw(add host interface compute-0-0 s1 ip=192.0.2.10));
prints("192.0.2.9\n", qw(report nextip small));
rocks(qw(add host interface compute-0-0 s2 ip=192.0.2.9));
refused(qr/^rocks: no address of the network small is free there$/, qw(report nextip small));
refused(qr/^rocks: the network bare has no subnet; `rocks set network subnet` sets it$/, qw(report nextip bare));
refused(qr/^rocks: there is no network «x»; see `rocks list network`$/, qw(report nextip x));
refused(qr/^rocks: 11.1.0.1 is not an address of the network private$/, qw(report nextip private baseip=11.1.0.1));
refused(qr/^rocks: «x» is not an IP address$/, qw(report nextip private baseip=x));
refused(qr/^rocks: increment=0 leads to no other address$/, qw(report nextip private increment=0));
misused(qr/\{subnet\} is missing/, qw(report nextip));

done_testing;
