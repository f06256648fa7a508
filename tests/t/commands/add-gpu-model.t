#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add gpu model: a name for cards with these ids.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory();
my @ids = ('SELECT name, ids FROM model JOIN model_ids ON model = id ORDER BY ids');
prints('', qw(add gpu model T4 10DE:1EB8));
prints('', qw(add gpu model t4 10de:1eb8:10de:12a2));
prints('', qw(add gpu model RTX6000.a+b 10de:1e30));
is(sql(@ids), "RTX6000.a+b|10de:1e30\nT4|10de:1eb8\nT4|10de:1eb8:10de:12a2", 'ids in lower case, of one model');
refused(qr/^rocks: 10de:1eb8 are the ids of T4; `rocks remove gpu model T4 10de:1eb8` takes them from it$/,
    qw(add gpu model Turing 10de:1eb8));
refused(qr/^rocks: «\Q$_\E» are not ids: vendor:device\[:subvendor:subdevice\] in four hexadecimal digits each, /, qw(add gpu model T4), $_)
    for '10de', '10de:1eb', '10de:1eb8:', '10de:1eb8:10de', '10dg:1eb8', '0x10de:0x1eb8', '10de:1eb8:2', '';
refused(qr/^rocks: «\Q$_\E» is not a name of a model: /, qw(add gpu model), "model=$_", '10de:1111')
    for 'gpupci1', 'pci_0000_02_00_0', '4T', '', 'T4:2', 'a b', 'a"b', '<script>', '-T4';
refused(qr/^rocks: .*«$_»/, qw(add gpu model), $_, '10de:1111') for qw(card MODEL Gpu page none);
misused(qr/^rocks: \{ids\} is missing/m, qw(add gpu model model=T4));

done_testing;
