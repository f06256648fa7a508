#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump os attr: as at the other levels.
use strict;
use warnings;

use Attr;
use Test::More;

test_dump('os');
done_testing;
