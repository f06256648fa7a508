#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump flavor project: lines that a shell restores them from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add project hpc-physics', 'add project data-students', 'add flavor two.t4', 'add flavor one.t4',
    'add flavor project hpc-physics data-students two.t4', 'add flavor project hpc-physics one.t4');
my $add = '/opt/rocks/bin/rocks add flavor project';
prints("$add hpc-physics one.t4\n$add data-students two.t4\n$add hpc-physics two.t4\n", qw(dump flavor project));
prints("$add hpc-physics one.t4\n", qw(dump flavor project one.t4));
restores([qw(dump project)], [qw(dump flavor)], [qw(dump flavor project)]);

done_testing;
