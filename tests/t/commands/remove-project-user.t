#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove project user: those that are in it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

for my $form (forms(user => 'user4', project => 'hpc-physics')) {
    fresh_inventory('add project hpc-physics', 'add project other', 'add project user user4 user7 hpc-physics',
        'add project user user4 other');
    prints('', qw(remove project user), @{$form});
    is(sql('SELECT name, user FROM member JOIN project ON project.id = project ORDER BY 1'),
        "hpc-physics|user7\nother|user4", 'from this project');
}
refused(qr/^rocks: user «user4» is not in project «hpc-physics»; see `rocks list project user hpc-physics`$/,
    qw(remove project user user7 user4 hpc-physics));
refused(qr/^rocks: there is no project «x»/, qw(remove project user user4 x));

done_testing;
