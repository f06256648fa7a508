#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface: every parameter set and cleared, by device and by MAC address.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows =
    'SELECT host.name, device, mac, ip, network.name, interface.name, module, vlan, options, '
        . 'channel '
    . 'FROM interface JOIN host ON host.id = host LEFT JOIN network ON network.id = network ORDER '
        . 'BY interface.id';
my @GIVEN = (
    'add network private', 'add network public', map({ "add host compute-0-$_" } 0, 1),
    'add host interface compute-0-0 eth0 mac=52:54:00:00:00:01 ip=10.1.1.1 subnet=private name=a '
        . 'module=b vlan=7 options=c channel=d',
    'add host interface compute-0-0 eth1 mac=52:54:00:00:00:02 ip=10.1.1.2',
    'add host interface compute-0-1 eth0',
);
my $others = "\ncompute-0-0|eth1|52:54:00:00:00:02|10.1.1.2||||||\ncompute-0-1|eth0||||||||";
my @set = qw(set host interface compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0'),
    forms(host => 'compute-0-0', iface => '52-54-00-00-00-01'))
{
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface), @{$form}, 'channel=new');
    is(sql($rows), "compute-0-0|eth0|52:54:00:00:00:01|10.1.1.1|private|a|b|7|c|new$others",
        'one thing');
}
my @columns = qw(mac ip subnet name module vlan options channel);
my %before =
    (mac => '52:54:00:00:00:01', ip => '10.1.1.1', subnet => 'private', name => 'a', module => 'b',
    vlan => 7, options => 'c', channel => 'd');
my %after =
    (mac => '52:54:00:00:00:0a', ip => 'fd00::1', subnet => 'public', name => 'x', module => 'y',
    vlan => 8, options => 'z', channel => 'w');
for my $name (@columns) {
    for my $row (
        [ $after{$name}, $after{$name} ], $name eq 'vlan' ? [ '0', '' ] : (), [ '', '' ],
        [ 'none', '' ], [ 'None', '' ],
        [ 'NULL', '' ])
    {
        my ($given, $stored) = @{$row};
        fresh_inventory(@GIVEN);
        prints('', @set, "$name=$given");
        is(sql($rows),
            join('|', 'compute-0-0', 'eth0', map { $_ eq $name ? $stored : $before{$_} } @columns)
                . $others, "$name=$given");
    }
}
fresh_inventory(@GIVEN);
prints('', @set, map { "$_=$after{$_}" } @columns);
is(sql($rows), join('|', 'compute-0-0', 'eth0', @after{@columns}) . $others, 'all at once');
prints('', @set, map { "$_=$after{$_}" } @columns);
prints('', @set, map { "$_=" } @columns);
is(sql($rows), "compute-0-0|eth0||||||||$others", 'all cleared');
prints('', qw(set host interface compute-0-0 compute-0-1 eth0 subnet=private));
is(sql("SELECT group_concat(device) FROM interface WHERE network = 1"), 'eth0,eth0',
    'of several hosts');

refused(
    qr/^rocks: compute-0-1 has no interface «eth1»; see `rocks list host interface compute-0-1`$/,
    qw(set host interface % eth1 vlan=9));
refused(qr/^rocks: compute-0-1 has no interface «52:54:00:00:00:02»; /,
    qw(set host interface compute-0-1 52:54:00:00:00:02 vlan=9));
refused(qr/^rocks: the MAC address 52:54:00:00:00:02 is taken by compute-0-0$/, @set,
    'mac=52:54:00:00:00:02');
refused(qr/^rocks: the IP address 10.1.1.2 is taken by compute-0-0$/, @set, 'ip=10.1.1.2');
refused(qr/^rocks: the IP address 10.1.1.9 is taken by compute-0-0$/,
    qw(set host interface % eth0 ip=10.1.1.9));
refused(qr/^rocks: «x» is not a MAC address; /, @set, 'mac=x');
refused(qr/^rocks: «x» is not an IP address$/, @set, 'ip=x');
refused(qr/^rocks: there is no network «x»; /, @set, 'subnet=x');
misused(qr/^rocks: vlan= must be a number from 0 to 4095, not «4096»$/m, @set, 'vlan=4096');
misused(qr/^rocks: nothing to set is given$/m, @set);
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface eth0 vlan=7));

done_testing;
