#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The main job, whole, with VMs of the machine pc.
use strict;
use warnings;

use Lab::MainJob;

main_job('pc');
