#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report appliance attr: values without padding, as they were given.
use strict;
use warnings;

use Attr;
use Test::More;

test_report('appliance', 'appliance');
done_testing;
