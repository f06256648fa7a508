#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump appliance attr: lines that a shell restores all values from.
use strict;
use warnings;

use Attr;
use Inventory;
use Rocks;
use Test::More;

test_dump('appliance');

# What every inventory begins with is left out, unless it was changed or removed.
attr_inventory(whole => 1);
prints('', qw(dump appliance attr));
rocks(qw(set appliance attr compute managed false));
rocks(qw(remove appliance attr nas managed));
prints("/opt/rocks/bin/rocks set appliance attr compute managed false\n"
        . "/opt/rocks/bin/rocks remove appliance attr nas managed\n", qw(dump appliance attr));
restores(['dump']);
done_testing;
