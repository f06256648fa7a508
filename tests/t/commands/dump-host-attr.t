#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump host attr: lines that a shell restores all values from.
use strict;
use warnings;

use Attr;
use Test::More;

test_dump('host');
done_testing;
