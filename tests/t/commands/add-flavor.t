#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add flavor: what it takes, and what it does not.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $name = 'cloudveneto.15cores90GB20+600GB1T4';
my $rows = q{SELECT flavor.name, ifnull(cpus, '-'), ifnull(mem, '-'), ifnull(disk_sizes, '-'), near, ifnull(aggregate.name, '-'),
    (SELECT group_concat(model || ':' || count) FROM (SELECT * FROM flavor_card WHERE flavor = flavor.id ORDER BY position))
    FROM flavor LEFT JOIN aggregate ON aggregate.id = aggregate ORDER BY 1};
for my $form (forms(flavor => $name)) {
    fresh_inventory('add host vm-container-0-11', 'add aggregate host vm-container-0-11 t4-15core');
    prints('', qw(add flavor gpu=T4 cpus=15 mem=92160 aggregate=T4-15CORE), 'disksize=20 600', @{$form});
    is(sql($rows), "$name|15|92160|20 600|no|t4-15core|T4:1", 'it is in the file');
}
prints('', qw(add flavor a));
prints('', qw(add flavor b near=switch disksize=36), 'gpu=TitanXp:2,Quadro6000,10DE:1EB8:10de:12A2:3');
prints('', qw(add flavor c gpu=none cpus=none mem= disksize=none aggregate=NULL near=node));
is(sql($rows), "a|-|-|-|no|-|\nb|-|-|36|switch|-|TitanXp:2,Quadro6000:1,10de:1eb8:10de:12a2:3\nc|-|-|-|node|-|\n"
        . "$name|15|92160|20 600|no|t4-15core|T4:1", 'in the order that was asked for');
refused(qr/^rocks: flavor «A» is already there$/, qw(add flavor A));

# Its name.
refused(qr/^rocks: «$_» cannot be the name of a flavor: commands use that word; /, qw(add flavor), "flavor=$_")
    for qw(gpu FLAVOR Model project vm Quota);
refused(qr/^rocks: «None» cannot be the name of a flavor: it stands for no value; choose another name$/, qw(add flavor None));
refused(qr/^rocks: «\Q$_\E» is not a valid flavor name: /, qw(add flavor), "flavor=$_")
    for '<script>alert(1)</script>', 'a<b>', "it's", 'a"b', 'a b', '%', '+a', 'a,b', "\xc3\xb6";
refused(qr/^rocks: the flavor name «a\\x0ab» has control characters/, qw(add flavor), "a\nb");
misused(qr/^rocks: \{flavor\} is missing: its name$/m, qw(add flavor));

# Its cards, and the rest.
my $model = qr/a model is a name that begins with a letter, such as T4, or its ids, four hexadecimal digits each, such as 10de:1eb8$/;
refused(qr/^rocks: gpu=«\Q$_\E»: $model/, qw(add flavor x), "gpu=$_")
    for '10d:1eb8', '10de:1eb', '02:00.0', 'pci_0000_02_00_0', 'gpupci1', 'T4,', 'T4 V100', '<b>', "T4'";
refused(qr/^rocks: gpu=«$_»: the number of cards is 1 to 64, without leading zeros$/, qw(add flavor x), "gpu=$_")
    for 'T4:0', 'T4:65', 'T4:01', 'T4:x', '10de:1eb8:100';
refused(qr/^rocks: gpu=«$_»: a model is given twice; MODEL:N asks for several cards of it$/, qw(add flavor x), "gpu=$_")
    for 'T4,t4', 'T4:1,V100,T4:1', '10de:1eb8,10DE:1EB8';
refused(qr/^rocks: gpu=«T4\\x0a»: /, qw(add flavor x), "gpu=T4\n");
refused(qr/^rocks: disksize=«\Q$_\E» is not sizes in GB, with a blank between two, such as 20 600$/, qw(add flavor x), "disksize=$_")
    for '20  600', ' 20', '20 ', '0', '20,600', '-', '-1', '1.5', 'x', '2147483648', '<b>';
refused(qr/^rocks: there is no aggregate «t4»; see `rocks list aggregate`$/, qw(add flavor x aggregate=t4));
misused(qr/^rocks: near= must be no, node or switch, not «far»$/m, qw(add flavor x near=far));
misused(qr/^rocks: cpus= must be a number from 1 to 65535, not «0»$/m, qw(add flavor x cpus=0));

done_testing;
