#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump aggregate host: lines that a shell restores aggregates from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-9', 'add host vm-container-0-10', 'add aggregate host vm-container-0-9 t4-15core',
    'add aggregate host vm-container T4');
my $add = '/opt/rocks/bin/rocks add aggregate host';
prints("$add vm-container-0-9 T4\n$add vm-container-0-9 t4-15core\n$add vm-container-0-10 T4\n", qw(dump aggregate host));
prints("$add vm-container-0-10 T4\n", qw(dump aggregate host vm-container-0-10));
restores([qw(dump host)], [qw(dump aggregate host)]);

done_testing;
