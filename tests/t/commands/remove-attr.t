#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove attr: removes it; a missing one is not an error.
use strict;
use warnings;

use Attr;
use Test::More;

test_remove('global');
done_testing;
