#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove network: gone, or refused with the names of who is in it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

for my $form (forms(network => 'storage')) {
    fresh_inventory('add network storage', 'add network private');
    prints('', qw(remove network), @{$form});
    is(sql('SELECT name FROM network'), 'private', 'the other one stays');
}
fresh_inventory('add network private',
    map { ("add host compute-0-$_", "add host interface compute-0-$_ eth0 subnet=private") }
        0 .. 8);
refused(
    qr/^rocks: interfaces are in the network private: of (?:compute-0-\d, ){7}compute-0-7, …; `rocks set host interface subnet` puts them elsewhere$/,
    qw(remove network private));
rocks(qw(set host interface compute-0-%), 'eth0', 'subnet=none');
rocks(qw(set host interface compute-0-3 eth0 subnet=private));
refused(qr/^rocks: interfaces are in the network private: of compute-0-3; /,
    qw(remove network private));
rocks(qw(remove host compute-0-3));
prints('', qw(remove network private));
refused(qr/^rocks: there is no network «private»; see `rocks list network`$/,
    qw(remove network private));
misused(qr/^rocks: \{network\} is missing: /m, qw(remove network));

done_testing;
