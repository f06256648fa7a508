#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove appliance attr: what is there goes, what is not is no failure.
use strict;
use warnings;

use Attr;
use Test::More;

test_remove('appliance');
done_testing;
