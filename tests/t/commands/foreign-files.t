#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# An inventory that somebody else can change is not opened: its attributes ssh_command and
# libvirt_uri are commands, which would run as whoever opens it.
use strict;
use warnings;

use File::Temp qw(tempdir);
use Machine;
use Rocks;
use Test::More;

need_root();

my ($user, $group, $other) = (65533, 65533, 65532);
my $top    = tempdir(CLEANUP => 1);
my $folder = "$top/data";
my $file   = "$folder/rocks.db";
my $mark   = "$FOLDER/ran";
chmod 0755, $top;

sub spurt_program {
    my ($path, $text) = @_;
    spurt($path, "#!/bin/sh\n$text\n");
    chmod 0755, $path or die;
    return $path;
}

# An inventory in a folder of its own whose ssh leaves a mark.
sub fresh {
    system('rm', '-rf', $folder);
    mkdir $folder, 0755 or die;
    my $ssh = spurt_program("$FOLDER/ssh", "id -u > $mark; exit 1");
    for ('add host vm-container-0-1', "set attr ssh_command $ssh") {
        my $got = rocks('--db', $file, split / /);
        die $got->{err} if $got->{status};
    }
    unlink $mark;
    return;
}

# Nothing of it is used, and the error says which part is whose and what to do.
sub refused {
    my ($name, $part, $what, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks('--db', $file, @words ? @words : qw(sync host gpu));
    ok($got->{status} == 1 || $got->{status} == 3, "$name: refused");
    is($got->{out}, '', "$name: nothing is printed");
    is($got->{err},
        "rocks: $file: it is not opened, because its attributes are run as commands and $part "
            . "$what; make that root's or your own (chown) and writable by nobody else (chmod o-w), "
            . "or trust it: ROCKS_TRUST=$file\n", "$name: why");
    ok(!-e $mark, "$name: no command ran");
    return;
}

sub used {
    my ($name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks('--db', $file, qw(sync host gpu));
    unlike($got->{err}, qr/not opened/, "$name: opened");
    ok(unlink($mark), "$name: its command runs");
    return;
}

fresh();
used(q(root's own));

chown $user, $group, $file;
refused('a file of another', $file, "belongs to user $user");
refused("$_ of another", $file, "belongs to user $user", split / /)
    for 'list host', 'add host compute-0-0', 'list host vm status=yes';
for my $trust ($file, $folder, "/nowhere:$top") {
    local $ENV{ROCKS_TRUST} = $trust;
    used("a file of another, ROCKS_TRUST=$trust");
}
chown 0, 0, $file;
used('root has it again');

chmod 0666, $file;
refused('a file that all may write to', $file, 'can be written to by everybody');
chmod 0660, $file;
used('a file that its group may write to');

# A folder on the way.
fresh();
for my $part ($folder, $top) {
    chown $user, $group, $part;
    refused("$part of another", $part, "belongs to user $user");
    chown 0, $group, $part;
    my $mode = (stat $part)[2] & 07777;
    chmod 0775, $part;
    refused("$part of a group", $part, "can be written to by the group $group");
    chmod 0777, $part;
    refused("$part of all", $part, 'can be written to by everybody');
    chmod 01777, $part;
    used("a sticky $part");
    chmod $mode, $part;
    chown 0, 0, $part;
}
used('as before');

# A new file is not made below one.
{
    chmod 0777, $top;
    my $new = "$folder/new.db";
    my $got = rocks('--db', $new, qw(add host compute-0-0));
    is($got->{status}, 1, 'a new file in such a folder: refused');
    like($got->{err}, qr/\Q$top can be written to by everybody\E/, 'and why');
    is_deeply([ glob "$new*" ], [], 'nothing was made');
    chmod 0755, $top;
}

# A link: its own owner counts where anybody can make one, and what it leads through.
{
    my $sticky = "$top/sticky";
    mkdir $sticky or die;
    chmod 01777, $sticky;
    my $link = "$sticky/rocks.db";
    symlink $file, $link or die;
    like(rocks('--db', $link, qw(dump host))->{out}, qr/vm-container-0-1/, q(a link of root's));
    system('chown', '-h', $user, $link) == 0 or die;
    like(rocks('--db', $link, qw(list host))->{err},
        qr/\Q$link belongs to user $user;/, 'a link of another');
}

# In a sticky folder anybody can be the first to make what SQLite opens beside the file.
for my $ending ('-wal', '-shm') {
    fresh();
    chmod 01777, $folder;
    unlink "$file-wal", "$file-shm";
    spurt("$file$ending", '');
    chown $user, $group, "$file$ending";
    refused("$ending of another", "$file$ending", 'belongs to another user', @$_)
        for [qw(list host)], [qw(add host compute-0-0)];
    is((stat "$file$ending")[4], $user, "$ending is left alone");
}

# Who is not root: his own in his home, root's as a member of the group, and not another's.
fresh();
chown 0, $group, $folder, glob "$file*";
chmod 0750, $folder;
like(rocks_as($user, $group, '--db', $file, qw(dump host))->{out}, qr/vm-container-0-1/,
    'a member reads the inventory of root');
my $home = "$top/home";
mkdir $home or die;
chown $user, $group, $home;
is(rocks_as($user, $group, '--db', "$home/rocks.db", qw(add host compute-0-0))->{status}, 0,
    'a user makes an inventory at home');
like(rocks_as($user, $group, '--db', "$home/rocks.db", qw(dump host))->{out}, qr/compute-0-0/,
    'and reads it');
chmod 0644, "$home/rocks.db";
my $got = rocks_as($other, $group, '--db', "$home/rocks.db", qw(list host));
is($got->{status}, 3, 'another user does not');
like($got->{err}, qr/\Q$home belongs to user $user;/, 'and reads why');

done_testing;
