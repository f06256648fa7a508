#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list aggregate host: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-9', 'add host vm-container-0-10', 'add aggregate host vm-container-0-9 t4-15core',
    'add aggregate host vm-container T4');
prints(<<'END', qw(list aggregate host));
HOST               AGGREGATE
vm-container-0-9:  T4       
vm-container-0-9:  t4-15core
vm-container-0-10: T4       
END
json_is([ { host => 'vm-container-0-10', aggregate => [ { aggregate => 'T4' } ] } ],
    qw(list aggregate host vm-container-0-10 json=yes));
is(rocks(qw(list aggregate host t4))->{out} =~ tr/\n//, 4, 'of the hosts of one');

done_testing;
