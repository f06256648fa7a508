#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Two VMs of the machine q35, each with a card, at once, up to what their kernels see.
use strict;
use warnings;

use Lab::MainJob;

two_guests('q35');
