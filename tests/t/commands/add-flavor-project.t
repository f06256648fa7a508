#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add flavor project: a flavor is private to projects, all or none of those that are named.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT flavor.name, project.name FROM flavor_project JOIN flavor ON flavor.id = flavor JOIN project ON project.id = project ORDER BY 2';
for my $form (forms(project => 'HPC-physics', flavor => 'Two.T4')) {
    fresh_inventory('add project hpc-physics', 'add project data-students', 'add flavor two.t4');
    prints('', qw(add flavor project), @{$form});
    is(sql($rows), 'two.t4|hpc-physics', 'it is in the file');
}
refused(qr/^rocks: flavor «two.t4» is already private to project «hpc-physics»$/, qw(add flavor project data-students hpc-physics two.t4));
refused(qr/^rocks: there is no project «x»; see `rocks list project`$/, qw(add flavor project data-students x two.t4));
refused(qr/^rocks: there is no flavor «x»; see `rocks list flavor`$/, qw(add flavor project hpc-physics x));
prints('', qw(add flavor project data-students two.t4));
is(sql($rows), "two.t4|data-students\ntwo.t4|hpc-physics", 'two');
misused(qr/^rocks: \{project\} is missing: projects$/m, qw(add flavor project two.t4));

done_testing;
