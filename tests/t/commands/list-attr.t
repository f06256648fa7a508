#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list attr: global attributes, as a table and as JSON.
use strict;
use warnings;

use Attr;
use Rocks;
use Test::More;

test_list('global',
    <<'TABLE', <<'ONE', [ { attr => 'cpu_mode', list => [ { value => 'host-model' } ] } ]);
ATTR           VALUE     
cpu_mode:      host-model
kvm_autostart: ----------
TABLE
ATTR      VALUE     
cpu_mode: host-model
ONE

# Only these: neither those of appliances nor those of hosts.
rocks(qw(set appliance attr compute of_appliance x));
rocks(qw(set host attr compute-0-0 of_host x));
unlike(rocks(qw(list attr))->{out}, qr/of_(appliance|host)/, 'global ones only');

done_testing;
