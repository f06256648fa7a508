#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list gpu card: each card, and who has it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

sub rows { return rocks(qw(list gpu card), @_)->{out} =~ s/ +/ /gr =~ s/ $//gmr }

fresh_inventory('add host vm-container-0-11', 'add host vm-container-0-12', 'add host vm vm-container-0-11 hosted-vm name=rocks-33',
    'add host gpu vm-container-0-11 gpupci10 02:00.0 id=10de:1eb8', 'add host gpu vm-container-0-11 gpupci2 03:00.0 id=10de:1eb8 numa=1',
    'add host gpu vm-container-0-11 gpupci3 04:00.0 id=10de:1db6 state=quarantined', 'add host gpu vm-container-0-12 gpupci1 02:00.0',
    'add host gpu rocks-33 gpupci gpupci2');
is(rows(), <<'END', 'each card');
HOST GPU MODEL STATE UNTIL USER VM NUMA
vm-container-0-11: gpupci2 T4 used ----- ---- rocks-33 1
vm-container-0-11: gpupci3 V100 out ----- ---- -------- ----
vm-container-0-11: gpupci10 T4 free ----- ---- -------- ----
vm-container-0-12: gpupci1 unknown free ----- ---- -------- ----
END
is(rows('T4', 'output-col=gpu'), "GPU\ngpupci2\ngpupci10\n", 'of a model');
is(rows('host=vm-container-0-12', 'output-col=gpu'), "GPU\ngpupci1\n", 'of a host');
refused(qr/^rocks: there is no model «x»; /,            qw(list gpu card x));
refused(qr/^rocks: there is no host «vm-container-9»; /, qw(list gpu card host=vm-container-9));

done_testing;
