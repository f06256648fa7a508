#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface options: set, cleared in every way, refused.
use strict;
use warnings;

use Interface;
use Test::More;

test_label('options');

done_testing;
