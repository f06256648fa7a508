#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump network: lines that a shell restores the networks from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host compute-0-0');
prints('', qw(dump network));
my $add = '/opt/rocks/bin/rocks add network';
rocks(qw(add network storage mtu=9000));
rocks(qw(add network private 10.1.0.0 255.255.0.0 dnszone=local));
rocks(qw(add network), "it's");
prints(
    "$add it\\'s\n$add private subnet=10.1.0.0 netmask=255.255.0.0 dnszone=local\n"
        . "$add storage mtu=9000\n",
    qw(dump network));
restores([qw(dump network)]);
like(rocks(qw(dump network private))->{out}, qr/\A[^\n]* add network private [^\n]*\n\z/, 'one of them');
refused(qr/^rocks: there is no network «x»/, qw(dump network x));

done_testing;
