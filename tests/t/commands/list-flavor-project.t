#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list flavor project: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add project hpc-physics', 'add project data-students', 'add flavor two.t4', 'add flavor one.t4', 'add flavor all.t4',
    'add flavor project hpc-physics data-students two.t4', 'add flavor project hpc-physics one.t4');
prints(<<'END', qw(list flavor project));
FLAVOR  PROJECT      
one.t4: hpc-physics  
two.t4: data-students
two.t4: hpc-physics  
END
json_is([ { flavor => 'one.t4', project => [ { project => 'hpc-physics' } ] } ], qw(list flavor project ONE.t4 json=yes));
prints('', qw(list flavor project all.t4));
refused(qr/^rocks: there is no flavor «x»/, qw(list flavor project x));

done_testing;
