#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump project: lines that a shell restores projects from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add project hpc-physics', 'add project data-students group=students');
my $add = '/opt/rocks/bin/rocks add project';
prints("$add data-students group=students\n$add hpc-physics\n", qw(dump project));
prints("$add hpc-physics\n", qw(dump project hpc%));
restores([qw(dump project)]);
refused(qr/^rocks: there is no project «x»; see `rocks list project`$/, qw(dump project x));

done_testing;
