#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list network: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host compute-0-0');
prints('', qw(list network));
prints("[]\n", qw(list network json=yes));

rocks(qw(add network storage mtu=9000));
prints("NETWORK  SUBNET NETMASK MTU  DNSZONE\nstorage: ------ ------- 9000 -------\n",
    qw(list network));
rocks(qw(add network private 10.1.0.0 255.255.0.0 dnszone=local));
prints(<<'END', qw(list network));
NETWORK  SUBNET   NETMASK     MTU  DNSZONE
private: 10.1.0.0 255.255.0.0 ---- local  
storage: -------- ----------- 9000 -------
END
prints("private: 10.1.0.0\nstorage: --------\n", qw(list network output-header=no),
    'output-col=network,subnet');
json_is(
    [
        {   network => 'private',
            list => [ {
                subnet => '10.1.0.0', netmask => '255.255.0.0', mtu => undef, dnszone => 'local' } ]
        },
        {   network => 'storage',
            list => [ { subnet => undef, netmask => undef, mtu => 9000, dnszone => undef } ]
        },
    ],
    qw(list network json=yes)
);

prints("private: 10.1.0.0\n", qw(list network output-header=no), 'output-col=network,subnet', $_) for 'private', 'pri%', 'PRI%';
prints('', qw(list network x%));
is(rocks(qw(list network storage private))->{out} =~ tr/\n//, 3, 'several');
refused(qr/^rocks: there is no network «x»; see `rocks list network`$/, qw(list network private x));

done_testing;
