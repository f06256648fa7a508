#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove flavor project: says when everybody can use the flavor.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @MADE = ('add project hpc-physics', 'add project data-students', 'add flavor two.t4',
    'add flavor project hpc-physics data-students two.t4');
for my $form (forms(project => 'hpc-physics', flavor => 'two.t4')) {
    fresh_inventory(@MADE);
    prints('', qw(remove flavor project), @{$form});
    is(sql('SELECT name FROM flavor_project JOIN project ON project.id = project'), 'data-students', 'the other is left');
}
refused(qr/^rocks: flavor «two.t4» is not private to project «hpc-physics»; see `rocks list flavor project two.t4`$/,
    qw(remove flavor project data-students hpc-physics two.t4));
refused(qr/^rocks: there is no flavor «x»/, qw(remove flavor project data-students x));
refused(qr/^rocks: there is no project «x»/, qw(remove flavor project x two.t4));
my $got = rocks(qw(remove flavor project data-students two.t4));
is("$got->{status} $got->{out}$got->{err}", "0 rocks: flavor «two.t4» has no project left: everybody can use it now\n", 'the last one');
fresh_inventory(@MADE);
like(rocks(qw(remove flavor project data-students hpc-physics two.t4))->{err}, qr/everybody can use it now$/, 'all at once');

done_testing;
