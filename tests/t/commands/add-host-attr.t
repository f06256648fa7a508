#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add host attr: any value, in all forms; what is there already is refused.
use strict;
use warnings;

use Attr;
use Test::More;

test_add('host');
done_testing;
