#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set flavor: what is given changes, and nothing else.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @MADE = ('add host vm-container-0-11', 'add aggregate host vm-container-0-11 t4-15core',
    [ qw(add flavor two.t4 gpu=T4:2 cpus=30 mem=184320 near=node aggregate=t4-15core), 'disksize=20 1200' ]);
sub shown { return rocks(qw(list flavor output-header=no two.t4))->{out} =~ s/\s+/ /gr }
for my $form (forms(flavor => 'Two.T4')) {
    fresh_inventory(@MADE);
    is(shown(), 'two.t4: T4:2 30 184320 20 1200 node t4-15core -------- ', 'as made');
    prints('', qw(set flavor cpus=15), @{$form});
    is(shown(), 'two.t4: T4:2 15 184320 20 1200 node t4-15core -------- ', 'only that');
}
prints('', qw(set flavor two.t4 near=no mem=none aggregate=none disksize=none), 'gpu=V100,T4:1');
is(shown(), 'two.t4: V100:1,T4:1 15 --- -------- no --------- -------- ', 'and none of some');
prints('', qw(set flavor two.t4 gpu= cpus=));
is(shown(), 'two.t4: --- ---- --- -------- no --------- -------- ', 'nor cards');
misused(qr/^rocks: nothing to set is given$/m, qw(set flavor two.t4));
refused(qr/^rocks: there is no flavor «x»; see `rocks list flavor`$/, qw(set flavor x cpus=1));
refused(qr/^rocks: gpu=«T4,T4»: a model is given twice/, qw(set flavor two.t4), 'gpu=T4,T4');
refused(qr/^rocks: there is no aggregate «x»; /, qw(set flavor two.t4 cpus=4 aggregate=x));

done_testing;
