#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks sync config: a script that calls it goes on; nothing changes.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
my $before = inventory();
for my $words ([qw(sync config)], ['sync config']) {
    my $got = rocks(@{$words});
    is("$got->{status} $got->{out}", '0 ', "rocks @{$words}: done");
    is( $got->{err},
        "rocks: there is nothing to sync: rocks writes no configuration files\n",
        'and says what it did');
}
ok(inventory() eq $before, 'nothing changed');
is(rocks_in("set attr a b\nsync config\nset attr c d\n", qw(--batch -))->{status}, 0, 'a batch with it');
prints("a:b\nc:d\nvm_mac_base_addr:52:54:00:00:00:00\n", qw(report attr));
usage(qr/one word too many: «x»/, qw(sync config x));

done_testing;
