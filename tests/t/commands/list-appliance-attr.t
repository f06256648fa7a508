#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list appliance attr: of some or all appliances, as a table and as JSON.
use strict;
use warnings;

use Attr;
use Inventory;
use Rocks;
use Test::More;

test_list('appliance', <<'TABLE', <<'ONE',
APPLIANCE ATTR          VALUE     
compute:  cpu_mode      host-model
compute:  kvm_autostart ----------
TABLE
APPLIANCE ATTR     VALUE     
compute:  cpu_mode host-model
ONE
    [ { appliance => 'compute', attr => [ { attr => 'cpu_mode', value => 'host-model' } ] } ]);

attr_inventory();
rocks(qw(set appliance attr login compute a x));
rocks(qw(set appliance attr compute b), "\xc3\xb6");
my $compute = "compute:  a    x    \ncompute:  b    \xc3\xb6    \n";
my $header  = "APPLIANCE ATTR VALUE\n";
my $login   = "login:    a    x    \n";
prints($header . $compute . $login, qw(list appliance attr));
prints($header . $compute, qw(list appliance attr), $_) for qw(compute Compute COMPUTE);
prints($header . $compute, qw(list appliance attr compute Compute));
prints($header . $compute, qw(list appliance attr appliance=compute));
prints($header . $login . $compute, qw(list appliance attr login compute));
refused(qr/^rocks: there is no appliance «gpu»; see `rocks list appliance`$/,
    qw(list appliance attr compute gpu));

# The name people read is as good.
rocks('set', 'appliance', 'attr', 'VM Container', 'a', 'x');
prints("APPLIANCE     ATTR VALUE\nvm-container: a    x    \n",
    'list', 'appliance', 'attr', 'vm container');

done_testing;
