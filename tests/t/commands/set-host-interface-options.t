#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface options: set, cleared in every way, refused.
use strict;
use warnings;

use Interface;
use Inventory;
use Rocks;
use Test::More;

test_label('options');

# Of several hosts: all of them, or none.
rocks('add', 'host', $_) for 'compute-0-1', 'compute-0-2';
rocks(qw(add host interface compute-0-1 eth0));
my $all = 'SELECT options FROM interface ORDER BY host';
prints('', qw(set host interface options compute-0-0 compute-0-1 eth0 dhcp));
is(sql($all), "dhcp\ndhcp", 'of two');
refused(qr/^rocks: compute-0-2 has no interface «eth0»; /,
    qw(set host interface options), 'compute-0-%', qw(eth0 none));

done_testing;
