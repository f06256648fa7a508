#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove flavor: with its cards and projects.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

for my $form (forms(flavor => 'Two.T4')) {
    fresh_inventory('add project hpc-physics', 'add flavor two.t4 gpu=T4:2', 'add flavor one.t4 gpu=T4',
        'add flavor project hpc-physics two.t4');
    prints('', qw(remove flavor), @{$form});
    is(sql('SELECT name FROM flavor'), 'one.t4', 'it is gone, and no other');
    is(sql('SELECT count(*) FROM flavor_card'), 1, 'with its cards');
    is(sql('SELECT count(*) FROM flavor_project'), 0, 'and projects');
}
refused(qr/^rocks: there is no flavor «two.t4»; see `rocks list flavor`$/, qw(remove flavor two.t4));

done_testing;
