#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list project user: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add project hpc-physics', 'add project empty', 'add project data-students',
    'add project user user7 user4 hpc-physics', 'add project user user4 data-students');
prints(<<'END', qw(list project user));
PROJECT        USER 
data-students: user4
hpc-physics:   user4
hpc-physics:   user7
END
prints('', qw(list project user empty));
json_is([ { project => 'hpc-physics', user => [ { user => 'user4' }, { user => 'user7' } ] } ],
    qw(list project user hpc% json=yes));
refused(qr/^rocks: there is no project «x»/, qw(list project user x));

done_testing;
