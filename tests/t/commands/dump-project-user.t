#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump project user: lines that a shell restores the users of projects from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add project hpc-physics', 'add project data-students',
    'add project user user7 user4 hpc-physics', 'add project user user4 data-students');
my $add = '/opt/rocks/bin/rocks add project user';
prints("$add user4 data-students\n$add user4 hpc-physics\n$add user7 hpc-physics\n", qw(dump project user));
prints("$add user4 data-students\n", qw(dump project user data-students));
restores([qw(dump project)], [qw(dump project user)]);

done_testing;
