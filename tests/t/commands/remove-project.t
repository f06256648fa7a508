#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove project: not while VMs or flavors have it, and those are named.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

for my $form (forms(project => 'HPC-physics')) {
    fresh_inventory('add project hpc-physics', 'add project other', 'add project user user4 user7 hpc-physics',
        'add project user user4 other');
    prints('', qw(remove project), @{$form});
    is(sql('SELECT name FROM project'), 'other', 'it is gone, and no other');
    is(sql('SELECT count(*) FROM member'), 1, 'with its users');
}
refused(qr/^rocks: there is no project «hpc-physics»; see `rocks list project`$/, qw(remove project hpc-physics));

walkthrough_inventory();
rocks(qw(add project hpc-physics));
rocks(qw(set host vm rocks-33 project=hpc-physics));
refused(qr/^rocks: project «hpc-physics» still has VMs: rocks-33; `rocks set host vm VM project=none` takes one out of it$/,
    qw(remove project hpc-physics));
rocks(qw(add host vm vm-container-0-15 hosted-vm project=hpc-physics), "name=rocks-$_") for 40 .. 48;
refused(qr/: rocks-33, rocks-40, [^…]*rocks-46, …; /, qw(remove project hpc-physics));
rocks(qw(set host vm %), 'project=');
prints('', qw(remove project hpc-physics));

# A flavor that loses its projects would be everybody's.
rocks(qw(add project hpc-physics));
rocks(qw(add flavor), $_), rocks(qw(add flavor project hpc-physics), $_) for 'two.t4', 'one.t4';
refused(qr/^rocks: project «HPC-physics» still has flavors: one.t4, two.t4; `rocks remove flavor project HPC-physics FLAVOR` takes one from it$/,
    qw(remove project HPC-physics));
rocks(qw(remove flavor one.t4));
rocks(qw(remove flavor two.t4));
prints('', qw(remove project hpc-physics));

done_testing;
