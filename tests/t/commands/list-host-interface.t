#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host interface: the table to the byte, with and without owner; JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host compute-0-0', 'add host compute-0-1');
prints('', qw(list host interface));
prints("[]\n", qw(list host interface json=yes));

rocks(qw(add network private 10.1.0.0 255.255.0.0));
rocks(
    qw(add host interface compute-0-0 eth1 subnet=private ip=10.1.1.1 mac=52:54:00:00:00:01 name=compute-0-0 module=e1000e vlan=7),
    'options=a b', 'channel=c');
rocks(qw(add host interface compute-0-0 eth0));
my $one = <<'END';
SUBNET  IFACE MAC               IP       NETMASK     MODULE NAME        VLAN OPTIONS CHANNEL
private eth1  52:54:00:00:00:01 10.1.1.1 255.255.0.0 e1000e compute-0-0 7    a b     c      
------- eth0  ----------------- -------- ----------- ------ ----------- ---- ------- -------
END
prints($one, qw(list host interface), @{$_})
    for [], ['compute-0-0'], ['host=compute-0-0'], [qw(compute-0-0 compute-0-1)];
prints('', qw(list host interface compute-0-1));
rocks(qw(add host interface compute-0-1 eth0 subnet=private));
prints(<<'END', qw(list host interface));
HOST         SUBNET  IFACE MAC               IP       NETMASK     MODULE NAME        VLAN OPTIONS CHANNEL
compute-0-0: private eth1  52:54:00:00:00:01 10.1.1.1 255.255.0.0 e1000e compute-0-0 7    a b     c      
compute-0-0: ------- eth0  ----------------- -------- ----------- ------ ----------- ---- ------- -------
compute-0-1: private eth0  ----------------- -------- 255.255.0.0 ------ ----------- ---- ------- -------
END
prints("compute-0-0: 10.1.1.1\ncompute-0-0: --------\ncompute-0-1: --------\n",
    qw(list host interface output-header=no), 'output-col=host,ip');
my %none = map { $_ => undef } qw(subnet mac ip netmask module name vlan options channel);
json_is(
    [
        {
            host      => 'compute-0-0',
            interface => [
                {   subnet => 'private', iface => 'eth1', mac => '52:54:00:00:00:01',
                    ip => '10.1.1.1', netmask => '255.255.0.0',
                    module => 'e1000e', name => 'compute-0-0', vlan => 7, options => 'a b',
                    channel => 'c'
                },
                { %none, iface => 'eth0' },
            ]
        },
        {   host => 'compute-0-1',
            interface =>
                [ { %none, iface => 'eth0', subnet => 'private', netmask => '255.255.0.0' } ]
        },
    ],
    qw(list host interface json=yes)
);
fails(qr/^rocks: there is no host «compute-0-9»; /, qw(list host interface compute-0-9));

done_testing;
