#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list aggregate: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
rocks(qw(add host vm-container-0-9));
prints('', qw(list aggregate));
rocks(qw(add aggregate host vm-container-0-15 t4-15core));
rocks(qw(add aggregate host vm-container t4));
rocks(qw(add host gpu vm-container-0-15 gpupci3 02:00.4 kind=vf parent=gpupci1));
prints(<<'END', qw(list aggregate));
AGGREGATE  HOST              CARDS
t4:        vm-container-0-9  0    
t4:        vm-container-0-15 2    
t4-15core: vm-container-0-15 2    
END
json_is([ { aggregate => 't4-15core', list => [ { host => 'vm-container-0-15', cards => 2 } ] } ],
    qw(list aggregate T4-% json=yes));
refused(qr/^rocks: there is no aggregate «x»; see `rocks list aggregate`$/, qw(list aggregate t4 x));

done_testing;
