#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add host interface: every parameter, the forms of addresses, what is refused.
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
my @GIVEN = ('add network private', map { "add host compute-0-$_" } 0, 1);
my @add = qw(add host interface compute-0-0 eth0);

for my $form (forms(host => 'compute-0-0', iface => 'eth0')) {
    fresh_inventory(@GIVEN);
    prints('', qw(add host interface), @{$form});
    is(sql($rows), 'compute-0-0|eth0||||||||', 'device alone');
}
for my $row (
    [ 'ip=10.1.1.1',              'compute-0-0|eth0||10.1.1.1||||||' ],
    [ 'ip=FD00:0:0::1',           'compute-0-0|eth0||fd00::1||||||' ],
    [ 'mac=52:54:00:00:00:aF',    'compute-0-0|eth0|52:54:00:00:00:af|||||||' ],
    [ 'mac=52-54-00-00-00-AF',    'compute-0-0|eth0|52:54:00:00:00:af|||||||' ],
    [ 'mac=81:00' . ':0A' x 18,   'compute-0-0|eth0|81:00' . ':0a' x 18 . '|||||||' ],
    [ 'subnet=private',           'compute-0-0|eth0|||private|||||' ],
    [ 'name=compute-0-0-ib',      'compute-0-0|eth0||||compute-0-0-ib||||' ],
    [ 'module=ovs-bridge',        'compute-0-0|eth0|||||ovs-bridge|||' ],
    [ 'vlan=0',                   'compute-0-0|eth0||||||||' ],
    [ 'vlan=1',                   'compute-0-0|eth0||||||1||' ],
    [ 'vlan=4095',                'compute-0-0|eth0||||||4095||' ],
    [ 'options=mode=1 miimon=100', 'compute-0-0|eth0|||||||mode=1 miimon=100|' ],
    [ 'channel=a b', 'compute-0-0|eth0||||||||a b' ],
    map({
            [ "$_=", 'compute-0-0|eth0||||||||' ], [ "$_=none", 'compute-0-0|eth0||||||||' ],
                [ "$_=NULL", 'compute-0-0|eth0||||||||' ]
    } qw(ip mac subnet name module vlan options channel)),
    )
{
    my ($given, $expected) = @{$row};
    fresh_inventory(@GIVEN);
    prints('', @add, $given);
    is(sql($rows), $expected, $given);
}
fresh_inventory(@GIVEN);
prints('', @add,
    qw(ip=10.1.1.1 mac=52:54:00:00:00:01 subnet=private name=c module=e1000e vlan=7 options=o channel=x)
);
prints('', qw(add host interface compute-0-0 br0 ip=10.1.1.2));
prints('', qw(add host interface compute-0-1 eth0 vlan=7));
is(sql($rows), <<'END' =~ s/\n\z//r, 'all at once');
compute-0-0|eth0|52:54:00:00:00:01|10.1.1.1|private|c|e1000e|7|o|x
compute-0-0|br0||10.1.1.2||||||
compute-0-1|eth0||||||7||
END

# A MAC address in place of the device: that is what it is found by, and it has no device.
fresh_inventory(@GIVEN);
prints('', qw(add host interface compute-0-0 00-16-3E-00-00-0A ip=10.1.1.1));
prints('', qw(add host interface compute-0-0 00:16:3e:00:00:0b mac=00:16:3E:00:00:0B));
prints(<<'END', qw(list host interface compute-0-0), 'output-col=iface,mac,ip');
IFACE MAC               IP      
----- 00:16:3e:00:00:0a 10.1.1.1
----- 00:16:3e:00:00:0b --------
END
like(rocks(qw(list host 00:16:3E:00:00:0A))->{out}, qr/^Compute +1 +0 +0 /m, 'the host is found by it');
comes_back('interfaces without a device');
prints('', qw(set host interface mac compute-0-0 00:16:3e:00:00:0a 00:16:3e:00:00:0c));
prints('', qw(set host interface ip compute-0-0 00:16:3e:00:00:0c 10.1.1.2));
like(rocks(qw(list host interface compute-0-0))->{out}, qr/ ----- +00:16:3e:00:00:0c +10\.1\.1\.2 /,
    'another MAC address is no device either');
refused(qr/^rocks: the MAC address 00:16:3e:00:00:0b is taken by compute-0-0$/,
    qw(add host interface compute-0-1 00:16:3e:00:00:0b));
refused(
    qr/^rocks: two MAC addresses are given, «00:16:3e:00:00:0d» in place of the device and «00:16:3e:00:00:0e» in mac=$/,
    qw(add host interface compute-0-1 00:16:3e:00:00:0d mac=00:16:3e:00:00:0e)
);
fresh_inventory(@GIVEN);
prints('', @add,
    qw(ip=10.1.1.1 mac=52:54:00:00:00:01 subnet=private name=c module=e1000e vlan=7 options=o channel=x)
);
prints('', qw(add host interface compute-0-1 eth0 vlan=7));

my @new = qw(add host interface compute-0-1 eth1);
refused(
    qr/^rocks: compute-0-0 already has an interface eth0; `rocks set host interface` changes it$/,
    @add);
refused(qr/^rocks: the MAC address 52:54:00:00:00:01 is taken by compute-0-0$/, @new, "mac=$_")
    for '52:54:00:00:00:01', '52-54-00-00-00-01';
refused(qr/^rocks: the IP address 10.1.1.1 is taken by compute-0-0$/, @new, 'ip=10.1.1.1');
refused(
    qr/^rocks: «\Q$_\E» is not a MAC address; write it as 52:54:00:00:00:01, with 6 bytes, or the 20 of InfiniBand$/,
    @new, "mac=$_")
    for '52:54', '52:54:00:00:00:0g', '525400000001', '52:54-00:00:00:01', '52.54.00.00.00.01',
    '52:54:00:00:00: 1';
refused(qr/^rocks: 03:00:00:00:00:01 is a multicast address: no host has one$/, @new,
    'mac=03:00:00:00:00:01');
refused(qr/^rocks: «\Q$_\E» is not an IP address$/, @new, "ip=$_")
    for '10.1.1', '10.1.1.1/16', 'x', '::g', '10.1.1.1 ';
refused(qr/^rocks: there is no network «nowhere»; see `rocks list network`$/, @new,
    'subnet=nowhere');
refused(qr/^rocks: the name of the interface «a b» must not have a blank or =$/, @new,
    'name=a b');
refused(qr/^rocks: the $_ «\\x01» has control characters or is not UTF-8$/, @new, "$_=\x01")
    for qw(module options channel);
refused(qr/^rocks: the device is empty$/, qw(add host interface compute-0-1), '');
refused(qr/^rocks: the device «a b» must not have a blank/, qw(add host interface compute-0-1),
    'a b');
refused(qr/^rocks: there is no host «compute-0-9»; /, qw(add host interface compute-0-9 eth0));
refused(qr/^rocks: «compute» names 2 hosts; name one$/, qw(add host interface compute eth1));
misused(qr/^rocks: vlan= must be a number from 0 to 4095, not «\Q$_\E»$/m, @new, "vlan=$_")
    for 4096, -1, 'x';
misused(qr/^rocks: \{host\} is missing: /m, qw(add host interface eth0));
misused(qr/^rocks: there is no parameter «network»; /m, @new, 'network=private');
like(rocks_in('', 'list', 'host', 'compute-0-0')->{out}, qr/Compute/,
    'and the inventory is as it was');
is( run_program('', 'sqlite3', '-batch', $ENV{ROCKS_DB}, q{UPDATE interface SET ip = '10.1.1.1'})
        ->{err} =~ /UNIQUE/, 1,
    'the file itself forbids an address twice');

done_testing;
