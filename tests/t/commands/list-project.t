#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list project: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
prints('', qw(list project));
rocks(qw(add project hpc-physics));
rocks(qw(add project data-students group=students));
rocks(qw(add project user user4 user7 hpc-physics));
rocks(qw(set host vm rocks-33 project=hpc-physics));
prints(<<'END', qw(list project));
PROJECT        GROUP    USERS VMS
data-students: students 0     0  
hpc-physics:   -------- 2     1  
END
json_is([ { project => 'hpc-physics', list => [ { group => undef, users => 2, vms => 1 } ] } ],
    qw(list project HPC-physics json=yes));
prints("PROJECT       \ndata-students:\n", qw(list project data% output-col=project));
refused(qr/^rocks: there is no project «x»; see `rocks list project`$/, qw(list project x));

done_testing;
