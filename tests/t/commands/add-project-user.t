#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add project user: several at once, all or none.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT name, user FROM member JOIN project ON project.id = project ORDER BY 1, 2';
for my $form (forms(user => 'user4', project => 'hpc-physics')) {
    fresh_inventory('add project hpc-physics');
    prints('', qw(add project user), @{$form});
    is(sql($rows), 'hpc-physics|user4', 'it is in the file');
}
prints('', qw(add project user user7 Some.One@example.org _x-2 HPC-physics));
is(sql($rows) =~ tr/\n//, 3, 'several');
refused(qr/^rocks: user «user7» is already in project «hpc-physics»$/, qw(add project user user9 user7 hpc-physics));
refused(qr/^rocks: there is no project «x»; see `rocks list project`$/, qw(add project user user9 x));
refused(qr/^rocks: «\Q$_\E» is not a valid user: letters, digits, -, _, \. and @ only, no - in front, not only digits, and not none$/,
    qw(add project user), $_, 'hpc-physics')
    for '<script>', '-x', '0', '1000', "o'x", 'a b', 'a:b', 'a/b', 'a%', '$x', "\xc3\xb6", 'none';
refused(qr/^rocks: the user «a\\x0ab» has control characters/, qw(add project user), "a\nb", 'hpc-physics');
refused(qr/^rocks: the user is empty$/, qw(add project user), '', 'hpc-physics');
refused(qr/^rocks: the user is longer than 255 bytes$/, qw(add project user), 'x' x 256, 'hpc-physics');
misused(qr/^rocks: \{user\} is missing: login names$/m, qw(add project user hpc-physics));
comes_back('users of projects');

done_testing;
