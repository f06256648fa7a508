#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host attr: what counts for a host, with its source.
use strict;
use warnings;

use Attr;
use Inventory;
use Rocks;
use Test::More;

test_list('host', <<'TABLE', <<'ONE',
HOST         ATTR          VALUE       SOURCE
compute-0-0: appliance     compute     I     
compute-0-0: cpu_mode      host-model  H     
compute-0-0: hostname      compute-0-0 I     
compute-0-0: kvm_autostart ----------- H     
compute-0-0: membership    Compute     I     
compute-0-0: rack          0           I     
compute-0-0: rank          0           I     
TABLE
HOST         ATTR     VALUE      SOURCE
compute-0-0: cpu_mode host-model H     
ONE
    [ { host => 'compute-0-0',
        attr => [ { attr => 'cpu_mode', value => 'host-model', source => 'H' } ] } ]);

# The nearer level wins.
attr_inventory();
my @one = (qw(list host attr attr=a output-header=no), 'output-col=value,source');
prints('', @one);
rocks(qw(set attr a global));
prints("global G     \n" x 3, @one);
rocks(qw(set appliance attr compute a appliance));
prints("appliance A     \nglobal    G     \nappliance A     \n", @one);
rocks(qw(set host attr compute-0-1 a host));
prints(<<'END', qw(list host attr attr=a));
HOST         ATTR VALUE     SOURCE
compute-0-0: a    appliance A     
login-0-0:   a    global    G     
compute-0-1: a    host      H     
END
rocks(qw(remove host attr compute-0-1 a));
prints("appliance A     \n", @one, 'compute-0-1');
rocks(qw(remove appliance attr compute a));
prints("global G     \n", @one, 'compute-0-1');

# The host's place is what the host itself says.
rocks(qw(set host compute-0-1 rank=7));
prints("7     I     \n", qw(list host attr host=compute-0-1 attr=rank output-header=no),
    'output-col=value,source');

refused(qr/^rocks: there is no host «compute-9-9»; see `rocks list host`$/,
    qw(list host attr compute-9-9));
prints('',     qw(list host attr compute-9-%));
prints("[]\n", qw(list host attr rack9 json=yes));

done_testing;
