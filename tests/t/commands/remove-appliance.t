#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove appliance: with its attributes, unless hosts are of it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

for my $form (forms(appliance => 'gpu'), forms(appliance => 'GPU Container')) {
    fresh_inventory([ qw(add appliance gpu), 'membership=GPU Container' ],
        'add appliance attr gpu a x', 'add appliance attr compute a x');
    prints('', qw(remove appliance), @{$form});
    is(sql("SELECT count(*) FROM appliance WHERE name = 'gpu'"), 0, 'gone');
    is(sql(q{SELECT count(*) FROM attr WHERE name = 'a'}), 1, 'with its attribute, and with no other');
}
refused(qr/^rocks: there is no appliance «gpu»; see `rocks list appliance`$/,
    qw(remove appliance gpu));
rocks(qw(add host compute-0-0));
refused(qr/^rocks: 1 host is of appliance «compute»; see `rocks list host compute`$/,
    qw(remove appliance compute));
rocks(qw(add host compute-0-1));
refused(qr/^rocks: 2 hosts are of appliance «compute»; see `rocks list host compute`$/,
    qw(remove appliance compute));
rocks(qw(remove host compute));
prints('', qw(remove appliance compute));
misused(qr/^rocks: \{appliance\} is missing: name or membership$/m, qw(remove appliance));
misused(qr/^rocks: one word too many: «login»$/m, qw(remove appliance login nas));

done_testing;
