#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host alias: the table to the byte, JSON, of some hosts.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host compute-0-0', 'add host compute-0-1');
prints('', qw(list host alias));
prints("[]\n", qw(list host alias json=yes));
rocks(qw(add host alias), @{$_}) for [qw(compute-0-1 node1)], [qw(compute-0-0 head)], [qw(compute-0-0 a)];
prints(<<'END', qw(list host alias));
HOST         ALIAS
compute-0-0: a    
compute-0-0: head 
compute-0-1: node1
END
prints("HOST         ALIAS\ncompute-0-1: node1\n", qw(list host alias node1));
prints("compute-0-1: node1\n", qw(list host alias compute-0-1 output-header=no));
json_is([ { host => 'compute-0-1', alias => [ { alias => 'node1' } ] } ],
    qw(list host alias compute-0-1 json=yes));
refused(qr/there is no host «x»/, qw(list host alias x));

done_testing;
