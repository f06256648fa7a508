#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list gpu: how many cards of each model are free.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $host = 'vm-container-0-11';
my @add  = qw(add host gpu vm-container-0-11);

# The rows, without blanks at their ends.
sub rows { return rocks(qw(list gpu), @_)->{out} =~ s/ +/ /gr =~ s/ $//gmr }

fresh_inventory("add host $host", 'add host vm-container-0-12',
    map { "add host vm $host hosted-vm name=$_" } 'rocks-33', 'rocks-34');
is(rows(), '', 'no cards');
rocks(@add, @$_) for (
    [qw(gpupci1 02:00.0 id=10de:1eb8:10de:12a2)], [qw(gpupci2 03:00.0 id=10de:1eb8)],
    [qw(gpupci3 04:00.0 id=10de:1db6 state=quarantined)], [qw(gpupci4 05:00.0)], [qw(gpupci5 06:00.0 id=10de:ffff:10de:0001)],
    [qw(gpupci6 07:00.0 id=10de:1db6 group=9)], [qw(gpupci7 08:00.0 id=10de:1db6 group=9)],
    [qw(gpupci8 09:00.0 id=10de:20b7)], [qw(gpupci9 09:00.4 id=10de:20b7 kind=vf parent=gpupci8)],
    [qw(gpupci10 0a:00.0 id=10de:20b5 kind=fabric)], [qw(gpupci11 0b:00.0 id=10de:1db1 state=missing)],
);
rocks(qw(add host gpu vm-container-0-12 gpupci1 02:00.0 id=10de:1eb8));
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(add host gpu rocks-34 gpupci gpupci6));
is(rows(), <<'END', 'a row for each model; a card with virtual functions, and a switch, are not counted');
MODEL CARDS FREE BOOKED USED UNBOOKED OUT NEXT_FREE
10de:ffff: 1 1 0 0 0 0 ---------
A30: 1 1 0 0 0 0 ---------
T4: 3 2 0 1 0 0 ---------
V100: 4 0 0 1 0 3 ---------
unknown: 1 1 0 0 0 0 ---------
END
is(rows('t4', '10de:20b7'), <<'END', 'those that the words name');
MODEL CARDS FREE BOOKED USED UNBOOKED OUT NEXT_FREE
A30: 1 1 0 0 0 0 ---------
T4: 3 2 0 1 0 0 ---------
END
refused(qr/^rocks: there is no model «X»; see `rocks list gpu model`$/, qw(list gpu T4 X));
refused(qr/^rocks: there is no model «\Q$_\E»; /, 'list', 'gpu', $_) for '10de:1eb', '<script>', '%';

# The site's names.
rocks(qw(add gpu model BigT4 10de:1eb8:10de:12a2));
is(rows('T4', 'bigt4'), <<'END', 'all four ids come before two');
MODEL CARDS FREE BOOKED USED UNBOOKED OUT NEXT_FREE
BigT4: 1 0 0 1 0 0 ---------
T4: 2 2 0 0 0 0 ---------
END
rocks(qw(add gpu model Turing 10de:1eb8));
is(rows('turing', 'bigt4') =~ s/ \d.*//gmr, "MODEL CARDS FREE BOOKED USED UNBOOKED OUT NEXT_FREE\nBigT4:\nTuring:\n",
    'a name of the inventory comes before the usual one');

# A file of the site's.
local $ENV{ROCKS_MODELS} = "$FOLDER/models";
spurt($ENV{ROCKS_MODELS}, "# ours\n\nOdd 10de:FFFF # as it is\n  Volta\t10de:1db6\r\n");
like(rows(), qr/^Odd: 1 1 .*^Volta: 3 0 /ms, 'adds names, and replaces usual ones');
for my $case ('Odd', 'Odd 10de', 'Odd 10de:1eb8 x', '10de:1eb8 Odd', 'gpupci1 10de:1eb8', "Odd 10de:1eb8\0", "a\"b 10de:1eb8") {
    spurt($ENV{ROCKS_MODELS}, "T4 10de:1eb8\n$case\n");
    if ($case =~ /\0/) { is(rocks(qw(list gpu))->{status}, 0, 'a NUL ends a line'); next }
    refused(qr/^rocks: \Q$ENV{ROCKS_MODELS}\E, line 2: a line is a name and ids, as in «T4 10de:1eb8»; correct it$/, qw(list gpu));
}
unlink $ENV{ROCKS_MODELS};
mkdir $ENV{ROCKS_MODELS};
refused(qr/^rocks: \Q$ENV{ROCKS_MODELS}\E: the models of cards cannot be read: Is a directory$/, qw(list gpu));

done_testing;
