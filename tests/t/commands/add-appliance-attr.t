#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add appliance attr: any value, in all forms; what is there already is refused.
use strict;
use warnings;

use Attr;
use Test::More;

test_add('appliance');
done_testing;
