#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host attr: any value, in all forms; makes and changes.
use strict;
use warnings;

use Attr;
use Test::More;

test_set('host');
done_testing;
