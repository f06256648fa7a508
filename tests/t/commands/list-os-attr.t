#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list os attr: of some or all operating systems; what counts for a host.
use strict;
use warnings;

use Attr;
use Inventory;
use Rocks;
use Test::More;

test_list('os', <<'TABLE', <<'ONE',
OS     ATTR          VALUE     
linux: cpu_mode      host-model
linux: kvm_autostart ----------
TABLE
OS     ATTR     VALUE     
linux: cpu_mode host-model
ONE
    [ { os => 'linux', attr => [ { attr => 'cpu_mode', value => 'host-model' } ] } ]);

attr_inventory();
rocks(qw(set os attr sunos linux a x));
prints("OS     ATTR VALUE\nlinux: a    x    \nsunos: a    x    \n", qw(list os attr));
prints("OS     ATTR VALUE\nsunos: a    x    \n", qw(list os attr sunos sunos));
prints('', qw(list os attr plan9));

# Nearer than global, farther than the appliance; of hosts with that os alone.
my @one = (qw(list host attr attr=a output-header=no), 'output-col=value,source', 'compute-0-0');
rocks(qw(set attr a global));
rocks(qw(set os attr linux a os));
prints("os    O     \n", @one);
prints("os\n", qw(report host attr compute-0-0 attr=a));
rocks(qw(set appliance attr compute a appliance));
prints("appliance A     \n", @one);
rocks(qw(remove appliance attr compute a));
rocks(qw(set host compute-0-0 os=sunos));
prints("x     O     \n", @one);
rocks(qw(remove os attr sunos a));
prints("global G     \n", @one);
prints("os    O     \n", @one[0 .. 5], 'compute-0-1');
rocks(qw(remove attr a));
prints('', @one);

# In the dump of all, in a select, and where the XML of VMs is made.
comes_back('attributes of operating systems');
rocks('set', 'host', 'attr', q{select name from nodes where os in (select os from os_attributes where attr = 'a')}, qw(b y));
prints("y\n", qw(report host attr compute-0-1 attr=b));
fresh_inventory('add host vm-container-0-15', 'add host vm vm-container-0-15 hosted-vm name=rocks-33',
    'add os attr linux cpu_mode host-model');
like(rocks(qw(report host vm config rocks-33))->{out}, qr/<cpu mode="host-model"/, 'it shapes VMs');

done_testing;
