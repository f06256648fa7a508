#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list gpu model: names of cards, and where they are from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add gpu model Turing 10de:1eb8', 'add gpu model Turing 10de:1e30:10de:12ba');
local $ENV{ROCKS_MODELS} = "$FOLDER/models";
spurt($ENV{ROCKS_MODELS}, "T4 10de:1eb8\nA16 10de:25b6:10de:14a9\n");
prints(<<'END', qw(list gpu model turing A16 t4));
MODEL   IDS                 FROM     
A16:    10de:25b6:10de:14a9 site     
T4:     10de:1eb8           site     
T4:     10de:1eb8           rocks    
Turing: 10de:1e30:10de:12ba inventory
Turing: 10de:1eb8           inventory
END
# What comes with rocks: a name and two ids a line, no ids twice.
my @lines = grep { /\S/ && !/^#/ } split /\n/, slurp('system/gpu-models');
cmp_ok(scalar @lines, '>=', 60, 'usual cards');
is_deeply([ grep { !/^[A-Z]\w+ [0-9a-f]{4}:[0-9a-f]{4}$/ } @lines ], [], 'well-formed');
my %seen;
is_deeply([ grep { $seen{ (split ' ')[1] }++ } @lines ], [], 'each once');
is(scalar(() = rocks(qw(list gpu model output-header=no))->{out} =~ /rocks *$/mg), scalar @lines, 'all are listed');
refused(qr/^rocks: there is no model «x»; /, qw(list gpu model x));

done_testing;
