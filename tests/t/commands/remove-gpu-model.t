#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove gpu model: forget a name that the inventory has for cards.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add gpu model V100 10de:1db6', 'add gpu model V100 10de:1db1', 'add gpu model Turing 10de:1eb8');
prints('', qw(remove gpu model v100 10DE:1DB6));
is(sql('SELECT ids FROM model_ids ORDER BY ids'), "10de:1db1\n10de:1eb8", 'these ids of it');
refused(qr/^rocks: V100 does not have the ids 10de:1db6; /, qw(remove gpu model V100 10de:1db6));
refused(qr/^rocks: V100 does not have the ids 10de:1eb8; /, qw(remove gpu model V100 10de:1eb8));
prints('', qw(remove gpu model V100 10de:1db1));
is(sql('SELECT name FROM model'), 'Turing', 'a model without ids is gone');
prints('', qw(remove gpu model turing));
is(sql('SELECT count(*) FROM model_ids'), '0', 'and all its ids with it');
refused(qr/^rocks: the inventory has no model «T4»; see `rocks list gpu model`$/, qw(remove gpu model T4));
refused(qr/^rocks: «x:y» is not a name of a model: /, qw(remove gpu model x:y));

done_testing;
