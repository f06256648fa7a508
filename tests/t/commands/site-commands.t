#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands of a site: rocks-VERB-OBJECT in ROCKS_LIBEXEC, when nobody else may write there.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

umask 022;
fresh_inventory('add host compute-0-0');
my $folder = "$FOLDER/libexec";
mkdir $folder or die;
$ENV{ROCKS_LIBEXEC} = $folder;

# Prints its name and its arguments, a line each, and what it reads.
sub program {
    my ($name, $status, $where) = @_;
    my $path = ($where // $folder) . "/$name";
    spurt($path,
              "#!/bin/sh\nbasename \"\$0\"\nfor a; do echo \"<\$a>\"; done\ncat\nexit "
            . ($status // 0)
            . "\n");
    chmod 0755, $path or die;
    return $path;
}

my $frob = program('rocks-frob');
prints("rocks-frob\n", 'frob');
prints("rocks-frob\n<a b>\n<c=d>\n<>\n<--help>\n<help>\n", 'frob', 'a b', 'c=d', '', '--help',
    'help');
prints("rocks-frob\n<Disk>\n", qw(FROB Disk));
is(rocks_in("input\n", 'frob')->{out}, "rocks-frob\ninput\n", 'standard input is its own');
program('rocks-fail', 7);
is(rocks('fail')->{status}, 7, 'its exit status is the answer');

# The longest match, against one another and against what is built in.
program('rocks-frob-disk_0');
prints("rocks-frob-disk_0\n<x>\n", qw(frob disk_0 x));
prints("rocks-frob-disk_0\n",      qw(Frob DISK_0));
prints("rocks-frob\n<disk_1>\n",   qw(frob disk_1));
program($_) for 'rocks-list-host', 'rocks-list-host-thing', 'rocks-list';
prints("rocks-list-host-thing\n<compute-0-0>\n", qw(list host thing compute-0-0));
prints("MEMBERSHIP CPUS RACK RANK RUNACTION INSTALLACTION\n"
        . "Compute    1    0    0    os        install      \n", qw(list host compute-0-0));
prints("rocks-list\n<nothing>\n", qw(list nothing));
unlink "$folder/rocks-list";
is(rocks('list')->{status}, 2, 'a prefix is not a command');

# No word leads out of the folder.
program('rocks-outside', 0, $FOLDER);
is(rocks(@{$_})->{status}, 2, "rocks @{$_}: no command")
    for [qw(../rocks-outside)], [qw(x/../../rocks-outside)], ['outside'], [qw(frob-disk_0)], [''];

# Refused while somebody else may write there or owns it.
sub not_run {
    my ($path, $part, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $sentence = "$path: it is not run, because $part $what; make that root's or your own "
        . "(chown) and writable by nobody else (chmod go-w), or trust it: ROCKS_TRUST=$path";
    return fails(qr/^rocks: \Q$sentence\E$/, 'frob');
}
for my $path ($frob, $folder) {
    for my $mode (0775, 0757, 0777) {
        chmod $mode, $path or die;
        not_run($path, $path,
            'can be written to by ' . ($mode & 2 ? 'everybody' : 'the group ' . getgrgid $)));
    }
    chmod 0755, $path or die;
    prints("rocks-frob\n", 'frob');
    next if $>;
    chown 65533, -1, $path or die;
    not_run($path, $path, 'belongs to user 65533');
    chown 0, -1, $path or die;
}
prints("rocks-frob\n", 'frob');

# Nor while one of the folders above is another's, or open: he could put his own in its place.
chmod 0777, $FOLDER or die;
not_run($folder, $FOLDER, 'can be written to by everybody');
unlike(rocks('--complete', '')->{out}, qr/frob/, 'and it is not offered');
{
    local $ENV{ROCKS_TRUST} = "/nowhere:$folder";
    prints("rocks-frob\n", 'frob');
}
chmod 01777, $FOLDER or die;
prints("rocks-frob\n", 'frob');
chmod 0700, $FOLDER or die;
chmod 0777, $folder or die;
is(rocks(qw(list host))->{status}, 0, 'what is built in is run nevertheless');
chmod 0755, $folder or die;

# A program that cannot be run, a folder that is not there.
chmod 0644, $frob or die;
fails(qr/^rocks: \Q$frob\E: Permission denied$/, 'frob');
$ENV{ROCKS_LIBEXEC} = "$FOLDER/nowhere";
is(rocks('frob')->{status}, 2, 'no folder, no command');
prints('', qw(set attr a b));

# Without ROCKS_LIBEXEC it is ../libexec/rocks from where the program is.
delete $ENV{ROCKS_LIBEXEC};
mkdir "$FOLDER/$_" or die for qw(prefix prefix/bin prefix/libexec prefix/libexec/rocks);
system('cp', "$BUILD/rocks", "$FOLDER/prefix/bin") == 0 or die;
program('rocks-frob', 0, "$FOLDER/prefix/libexec/rocks");
is(run_program('', "$FOLDER/prefix/bin/rocks", 'frob')->{out}, "rocks-frob\n",
    'beside the program');

done_testing;
