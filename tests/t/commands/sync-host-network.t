#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks sync host network: a script that calls it goes on; nothing changes.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
my $before = inventory();
for my $words ([qw(sync host network)], ['sync host network'], [qw(sync host network vm-container-0-15 rack0)]) {
    my $got = rocks(@{$words});
    is("$got->{status} $got->{out}", '0 ', "rocks @{$words}: done");
    is( $got->{err},
        "rocks: there is nothing to sync: rocks writes no network settings of hosts\n",
        'and says what it did');
}
ok(inventory() eq $before, 'nothing changed');
is(rocks_in("set attr a b\nsync host network\nset attr c d\n", qw(--batch -))->{status}, 0, 'a batch with it');
prints("a:b\nc:d\nvm_mac_base_addr:52:54:00:00:00:00\n", qw(report attr));
usage(qr/there is no parameter «x»/, qw(sync host network x=y));

done_testing;
