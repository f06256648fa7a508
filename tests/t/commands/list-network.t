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
usage(qr/^rocks: one word too many: «private»$/m, qw(list network private));

done_testing;
