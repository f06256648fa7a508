#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The inventory's file and the members of its group: they read always and write never.
use strict;
use warnings;

use File::Temp qw(tempdir);
use Machine;
use POSIX qw(:sys_wait_h);
use Rocks;
use Test::More;

need_root();

my ($user, $group) = (65534, 23456);
my $folder = tempdir(CLEANUP => 1);
my $file   = "$folder/rocks.db";
chmod 0750, $folder;
chown 0, $group, $folder;
$ENV{ROCKS_DB} = $file;

# The member sees these hosts, and the root user the same.
sub sees {
    my ($hosts, $when) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks_as($user, $group, qw(dump host));
    is($got->{err}, '', "$when: nothing on stderr");
    is($got->{status}, 0, "$when: done");
    is(join(' ', $got->{out} =~ /add host (\S+)/g), $hosts, "$when: reads what is there");
    return;
}

sub add {
    my ($host) = @_;
    my $got = rocks('add', 'host', $host);
    die $got->{err} if $got->{status};
    return;
}

# A shell of SQLite's that gets its input line by line.
sub start_writer {
    my (@statements) = @_;
    pipe(my $in, my $to)    or die "pipe: $!";
    pipe(my $from, my $out) or die "pipe: $!";
    my $pid = fork() // die "fork: $!";
    if (!$pid) {
        close $to;
        close $from;
        open STDIN,  '<&', $in  or die;
        open STDOUT, '>&', $out or die;
        exec 'sqlite3', '-batch', $file or die;
    }
    close $in;
    close $out;
    syswrite $to, join(";\n", @statements, q{SELECT 'ready'}) . ";\n";
    my $line = '';
    while ($line !~ /ready/) { sysread $from, $line, 100, length $line or die 'no writer' }
    return ($pid, $to, $from);
}

# The group is given after the file was made: what lies beside the file follows.
add('compute-0-0');
spurt("$file-busy", '');
chown 0, $group, $file;
add('compute-0-1');
is((stat "$file$_")[5], $group, "the group of the file$_") for '', '-wal', '-shm', '-busy';
is((stat "$file$_")[2] & 07777, 0640, "the mode of the file$_") for '', '-wal', '-shm', '-busy';
sees('compute-0-0 compute-0-1', 'right after a write');

chmod 0660, $file;
add('compute-0-2');
is((stat "$file$_")[2] & 07777, 0660, "the new mode of the file$_") for '', '-wal', '-shm', '-busy';
chmod 0640, $file;
rocks(qw(remove host compute-0-2));

# A folder that gives its group on, and the first write ever.
{
    unlink glob "$file*";
    chmod 02750, $folder;
    add('compute-0-0');
    sees('compute-0-0', 'right after the first write');
    chmod 0750, $folder;
}

add("compute-0-$_") for 1 .. 9;
my $all = join ' ', map { "compute-0-$_" } 0 .. 9;
sees($all, 'after many writes');
rocks(qw(list host));
sees($all, 'after a reader');
sees($all, 'after the member');

# While a writer holds its transaction: what was there before.
{
    my ($pid, $to, $from) = start_writer('BEGIN IMMEDIATE', q{UPDATE host SET os = 'none'});
    sees($all, 'while a writer writes');
    is((rocks_as($user, $group, qw(list host))->{out} =~ /none/ ? 1 : 0), 0,
        'and nothing of what it has not committed');
    kill 'KILL', $pid;
    waitpid $pid, 0;
    sees($all, 'after kill -9 of that writer');
}

# A writer that committed and was killed: its log is the only place that has the row.
{
    my ($pid, $to, $from) = start_writer(
        'PRAGMA wal_autocheckpoint = 0',
        q{INSERT INTO host (name, appliance, rack, rank)
            SELECT 'compute-1-0', id, 1, 0 FROM appliance WHERE name = 'compute'}
    );
    sees("$all compute-1-0", 'while the writer that committed is there');
    kill 'KILL', $pid;
    waitpid $pid, 0;
    cmp_ok(-s "$file-wal", '>', 0, 'the log holds the row');
    sees("$all compute-1-0", 'after kill -9 of a writer that committed');
    rocks(qw(remove host compute-1-0));
    sees($all, 'after the next writer');
}

# Many reads beside many writes: none fails, none sees half.
{
    my $pid = fork() // die "fork: $!";
    if (!$pid) {
        for my $i (1 .. 100) {
            rocks('add', 'host', $_) for "compute-1-$i";
            rocks('remove', 'host', "compute-1-$i");
        }
        POSIX::_exit(0);
    }
    my ($wrong, $reads) = ('', 0);
    while (waitpid($pid, WNOHANG) == 0) {
        my $got = rocks_as($user, $group, qw(dump host));
        my @got = $got->{out} =~ /add host (compute-0-\S+)/g;
        $wrong .= "$got->{status}: $got->{err}" if $got->{status} || "@got" ne $all;
        $reads++;
    }
    is($wrong, '', 'reads beside a writer');
    cmp_ok($reads, '>', 10, 'many of them');
}

# The member writes nothing, whatever the command.
{
    my $before = sql('.dump');
    my $bytes  = slurp($file);
    spurt("$folder/scan.json", '{"schema": "gpupci-scan", "version": 1, "functions": [], "end": 0}');
    chmod 0644, "$folder/scan.json";
    rocks(qw(list host));
    for my $line (
        'add host compute-0-77',
        'set host compute-0-0 cpus=2',
        'remove host compute-0-0',
        'set attr a b',
        "sync host gpu compute-0-0 file=$folder/scan.json",
    ) {
        my $got = rocks_as($user, $group, split / /, $line);
        is($got->{status}, 1, "the member does not: $line");
        is($got->{out}, '', 'nothing on stdout');
        like($got->{err},
            qr/^rocks: \Q$file\E: it cannot be written \(Permission denied\); run this as the file's owner\n\z/,
            'the error says why and what to do');
    }
    is(sql('.dump'), $before, 'nothing changed');
    is(slurp($file), $bytes, 'not a byte');
}

# The sqlite3 shell takes the log with it when it leaves: a sentence, until the next write.
{
    sql('PRAGMA wal_checkpoint');
    ok(!-e "$file-wal", 'the shell took the log with it');
    my $got = rocks_as($user, $group, qw(list host));
    is($got->{status}, 3, 'the member cannot look');
    like($got->{err}, qr/cannot be opened .*-wal and -shm.*; run any command that writes/,
        'and the error says what helps');
    rocks(qw(set attr a b));
    sees($all, 'after that');
}

# A user outside the group reads nothing.
{
    my $got = rocks_as($user, $group + 1, qw(list host));
    is($got->{status}, 3, 'a stranger');
    like($got->{err}, qr/cannot be opened \(Permission denied\); see who may read it/, 'the error says so');
}

# The error names the group, whether the file or its folder is closed.
{
    my $name = getgrgid(1) // die 'no group 1';
    for my $mode (0755, 0750) {
        unlink glob "$file*";
        chown 0, 1, $folder;
        chmod $mode, $folder;
        add('compute-0-0');
        is((stat "$file$_")[5], 1, "a new file is for its folder's group: $_")
            for '', '-wal', '-shm';
        is((stat "$file$_")[2] & 07777, 0640, "and the file$_ is closed to others")
            for '', '-wal', '-shm';
        my $got = rocks_as($user, $group, qw(list host));
        is($got->{status}, 3, 'a stranger');
        like($got->{err},
            qr/\(Permission denied\); it is for members of the group \Q$name\E: .* log in again\n\z/,
            'the error names the group');
        is(rocks_as($user, 1, qw(list host))->{status}, 0, 'a member of it reads');
    }
    # Who shuts the file out of the group means it.
    chmod 0755, $folder;
    chmod 0600, $file;
    like(rocks_as($user, $group, qw(list host))->{err}, qr/denied\); see who may read it/,
        'no group, no advice');
}

# The group of a folder that somebody else owns is not his to give.
{
    my $theirs = tempdir(CLEANUP => 1);
    chmod 0777, $theirs;
    chown $user, $group, $theirs;
    local $ENV{ROCKS_TRUST} = $theirs;
    is(rocks('--db', "$theirs/rocks.db", qw(add host compute-0-0))->{status}, 0, 'made there');
    is((stat "$theirs/rocks.db")[5], 0, 'with the group of who made it');
}

# A file beside it that may be another's keeps its owner and mode: a link of either kind, and
# whatever is there in a folder where others may move files to that name.
sub keeps {
    my ($what, $where, $make) = @_;
    my $file = "$where/rocks.db";
    local $ENV{ROCKS_TRUST} = $where;
    unlink glob "$file*";
    is(rocks('--db', $file, qw(add host compute-0-0))->{status}, 0, "$what: made");
    my $secret = "$where/secret";
    spurt($secret, "root's\n");
    chmod 0600, $secret;
    unlink "$file-busy";
    $make->($secret, "$file-busy") or die "$what: $!";
    chown $user, $group, $file;
    chmod 0666, $file;
    is(rocks('--db', $file, qw(add host compute-0-1))->{status}, 0, "$what: written");
    my @kept = stat(-e $secret ? $secret : "$file-busy");
    is_deeply([ $kept[2] & 07777, @kept[ 4, 5 ] ], [ 0600, 0, 0 ], "$what: kept");
    return $file;
}
{
    my $ours = tempdir(CLEANUP => 1);
    my $file = keeps('a symbolic link', $ours, sub { symlink $_[0], $_[1] });
    is((lstat "$file-busy")[4], 0, 'nor does the link itself change');
    keeps('a hard link', $ours, sub { link $_[0], $_[1] });
    for ([ 'a folder of another', 0755, $user ], [ 'a folder of a group', 0775, 0 ],
        [ 'a folder of all', 0777, 0 ], [ 'a sticky folder of all', 01777, 0 ])
    {
        my ($what, $mode, $owner) = @$_;
        my $folder = tempdir(CLEANUP => 1);
        chown $owner, $group, $folder;
        chmod $mode, $folder;
        keeps($what, $folder, sub { rename $_[0], $_[1] });
    }
    # In a folder of root's own, an ordinary file follows.
    local $ENV{ROCKS_TRUST} = $ours;
    unlink "$file-busy";
    spurt("$file-busy", '');
    chmod 0600, "$file-busy";
    is(rocks('--db', $file, qw(add host compute-0-2))->{status}, 0, 'written in our folder');
    is_deeply([ (stat "$file$_")[ 2, 4, 5 ] ], [ 0100666, $user, $group ], "file$_ follows")
        for qw(-wal -shm -busy);
}

# To lock a VM no link is followed, and nothing is waited for.
for (
    [ 'a symbolic link', sub { symlink "$folder/none", $_[0] } ],
    [ 'a FIFO', sub { require POSIX; POSIX::mkfifo($_[0], 0600) } ]
) {
    my ($what, $make) = @$_;
    unlink glob "$file*";
    add('vm-container-0-0');
    rocks(qw(add host vm vm-container-0-0 hosted-vm name=rocks-1));
    unlink "$file-busy";
    $make->("$file-busy") or die $!;
    my $got = run_program('', 'timeout', '10', "$BUILD/rocks", qw(start host vm rocks-1));
    is($got->{status}, 1, "$what at the name of the locks: status");
    like($got->{err}, qr/-busy: it cannot be .*\(it is a link, or not a file; remove it\)$/m,
        'and what it is');
    ok(!-e "$folder/none", 'nothing was made');
}

done_testing;
