#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report host attr: what counts for a host, without padding.
use strict;
use warnings;

use Attr;
use Inventory;
use Rocks;
use Test::More;

test_report('host', 'host');

attr_inventory();
rocks(qw(set attr a global));
rocks(qw(set appliance attr compute b appliance));
rocks(qw(set host attr compute-0-0 a host));
prints(<<'END', qw(report host attr compute-0-0));
a:host
appliance:compute
b:appliance
hostname:compute-0-0
membership:Compute
rack:0
rank:0
END
prints("{'a': 'host', 'appliance': 'compute', 'b': 'appliance', 'hostname': 'compute-0-0', "
        . "'membership': 'Compute', 'rack': '0', 'rank': '0'}\n",
    qw(report host attr compute-0-0 pydict=true));
prints("compute-0-0: host\nlogin-0-0: global\ncompute-0-1: global\n", qw(report host attr attr=a));
refused(qr/^rocks: login-0-0: there is no attribute «b»; see `rocks list host attr`$/,
    qw(report host attr attr=b));
prints('',     qw(report host attr compute-9-% attr=b));
prints("[]\n", qw(report host attr compute-9-% json=yes));
prints("0\n",  qw(report host attr host=compute-0-0 attr=rack));

done_testing;
