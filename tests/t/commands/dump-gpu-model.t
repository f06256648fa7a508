#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump gpu model: the commands that restore the names of cards.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('set attr a b', 'remove attr a');
prints('', qw(dump gpu model));
rocks(qw(add gpu model), @$_) for [qw(V100 10de:1db6)], [qw(V100 10de:1db1)], [qw(T4 10de:1eb8:10de:12a2)];
prints(<<'END', qw(dump gpu model));
/opt/rocks/bin/rocks add gpu model T4 10de:1eb8:10de:12a2
/opt/rocks/bin/rocks add gpu model V100 10de:1db1
/opt/rocks/bin/rocks add gpu model V100 10de:1db6
END
restores([qw(dump gpu model)]);
# With cards that VMs asked for by model.
rocks(@$_) for [qw(add host vm-container-0-11)], [qw(add host vm vm-container-0-11 hosted-vm name=rocks-33)],
    [qw(add host gpu vm-container-0-11 gpupci1 02:00.0 id=10de:1db6)], [qw(add host gpu rocks-33 gpupci V100)];
like(rocks(qw(dump host gpu rocks-33))->{out}, qr/ add host gpu rocks-33 gpupci pci_0000_02_00_0 asked=V100$/m, 'what was asked for');
comes_back('models');

done_testing;
