#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list flavor: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-11', 'add aggregate host vm-container-0-11 t4-15core',
    'add project hpc-physics', 'add project data-students');
prints('', qw(list flavor));
my $cv = 'cloudveneto';
rocks(@{$_})
    for [ qw(add flavor), "$cv.15cores90GB20+600GB1T4", qw(gpu=T4:1 cpus=15 mem=92160 aggregate=t4-15core), 'disksize=20 600' ],
    [ qw(add flavor), "$cv.30cores180GB20+1200GB2T4", qw(gpu=T4:2 cpus=30 mem=184320 near=node aggregate=t4-15core), 'disksize=20 1200' ],
    [ qw(add flavor), "$cv.24cores120GB25+1200GB1Quadro2TitanXP", qw(cpus=24 mem=122880), 'gpu=Quadro6000,TitanXp:2', 'disksize=25 1200' ],
    [ qw(add flavor project hpc-physics data-students), "$cv.15cores90GB20+600GB1T4" ],
    [ qw(add flavor project hpc-physics), "$cv.24cores120GB25+1200GB1Quadro2TitanXP" ];
my $table = <<'END';
FLAVOR                                            GPU                    CPUS MEM    DISKSIZE NEAR AGGREGATE PROJECTS                 
cloudveneto.15cores90GB20+600GB1T4:               T4:1                   15   92160  20 600   no   t4-15core data-students hpc-physics
cloudveneto.24cores120GB25+1200GB1Quadro2TitanXP: Quadro6000:1,TitanXp:2 24   122880 25 1200  no   --------- hpc-physics              
cloudveneto.30cores180GB20+1200GB2T4:             T4:2                   30   184320 20 1200  node t4-15core -------------------------
END
prints($table, qw(list flavor));
prints($table, qw(list flavor CLOUD%));
json_is(
    [ { flavor => "$cv.30cores180GB20+1200GB2T4", list => [ { gpu => 'T4:2', cpus => 30, mem => 184320, disksize => '20 1200',
        near => 'node', aggregate => 't4-15core', projects => undef } ] } ],
    qw(list flavor json=yes), "$cv.30cores180GB20+1200GB2T4");
refused(qr/^rocks: there is no flavor «x»; see `rocks list flavor`$/, qw(list flavor x));
comes_back('flavors');
restores(['dump']);

# What only somebody who edits the file puts there.
sql("UPDATE flavor_card SET model = '" . 'x' x 64 . "' WHERE model = 'T4'");
refused(qr/^rocks: flavor «\S+» has cards that no command records: somebody has edited the inventory$/, qw(list flavor));

done_testing;
