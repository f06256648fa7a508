#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump flavor: lines that a shell restores flavors from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-11', 'add aggregate host vm-container-0-11 t4-15core', 'add flavor empty',
    [ qw(add flavor two.t4+ cpus=30 mem=184320 near=node aggregate=t4-15core), 'gpu=T4:2,10DE:1db6', 'disksize=20 1200' ]);
my $add = '/opt/rocks/bin/rocks add flavor';
my $two = "$add two.t4+ gpu=T4:2,10de:1db6:1 cpus=30 mem=184320 disksize=20\\ 1200 near=node aggregate=t4-15core\n";
prints("$add empty\n$two", qw(dump flavor));
prints($two, qw(dump flavor two%));
restores([qw(dump host)], [qw(dump aggregate host)], [qw(dump flavor)]);
refused(qr/^rocks: there is no flavor «x»; see `rocks list flavor`$/, qw(dump flavor x));

done_testing;
