#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump host alias: the lines that bring aliases back.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host compute-0-0', 'add host compute-0-1');
prints('', qw(dump host alias));
rocks(qw(add host alias), @{$_}) for [qw(compute-0-1 node1)], [qw(compute-0-0 www.example.org)];
prints(<<'END', qw(dump host alias));
/opt/rocks/bin/rocks add host alias compute-0-0 www.example.org
/opt/rocks/bin/rocks add host alias compute-0-1 node1
END
prints("/opt/rocks/bin/rocks add host alias compute-0-1 node1\n", qw(dump host alias node1));
restores([qw(dump host)], [qw(dump host alias)]);
comes_back('the whole');
prints('', 'set', 'host', 'attr', 'select nodes.name from nodes, aliases where node = nodes.id and aliases.name = \'node1\'', 'x', 'y');
prints("y\n", qw(report host attr compute-0-1 attr=x));
refused(qr/there is no host «x»/, qw(dump host alias x));

done_testing;
