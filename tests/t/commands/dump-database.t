#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump database: a copy with the history, whole or not there, while others write.
use strict;
use warnings;

use Inventory;
use POSIX qw(WNOHANG);
use Rocks;
use Test::More;

my $file = $ENV{ROCKS_DB};
my $copy = "$FOLDER/copies/copy.db";
mkdir "$FOLDER/copies";

# A child that runs rocks; its pid.
sub start {
    my (@words) = @_;
    my $pid = fork() // die "fork: $!";
    return $pid if $pid;
    open STDOUT, '>', '/dev/null' or POSIX::_exit(101);
    open STDERR, '>', '/dev/null' or POSIX::_exit(101);
    exec "$BUILD/rocks", @words or POSIX::_exit(102);
}

sub left_over { return join ' ', grep { $_ ne $copy } glob "$FOLDER/copies/*" }

# What it holds, and who can read it.
walkthrough_inventory();
my $dump    = rocks('dump')->{out};
my $history = rocks(qw(list history))->{out};
like($history, qr/added\s+vm-container-0-15 gpupci2/, 'there is a history');
umask 0;
prints('', 'dump', 'database', $copy);
umask 022;
is(sprintf('%04o', (stat $copy)[2] & 07777), '0600', 'only the owner reads it');
is(left_over(), '', 'nothing is left beside it');
is(rocks('--db', $copy, 'dump')->{out}, $dump, 'the copy has all rows');
is(rocks('--db', $copy, qw(list history))->{out}, $history, 'and the history');
is(sql('PRAGMA integrity_check; PRAGMA journal_mode', $copy), "ok\ndelete", 'as one file');

# A name that is taken.
{
    my $bytes = slurp($copy);
    rocks(qw(add host compute-0-0));
    fails(qr/^rocks: \Q$copy\E: it is there already; .*replace=yes\n/, 'dump', 'database', $copy);
    is(slurp($copy), $bytes, 'it stays');
    prints('', 'dump', 'database', $copy, 'replace=yes');
    like(rocks('--db', $copy, qw(list host))->{out}, qr/compute-0-0/, 'replace=yes replaces it');
    spurt("$FOLDER/other", 'precious');
    for my $name (qw(link dangling)) {
        my $link = "$FOLDER/copies/$name";
        symlink $name eq 'link' ? "$FOLDER/other" : "$FOLDER/none", $link;
        fails(qr/it is there already/, 'dump', 'database', $link);
        fails(qr/it is not a file; name another/, 'dump', 'database', $link, 'replace=yes');
        unlink $link;
    }
    is(slurp("$FOLDER/other"), 'precious', 'no link is followed');
    ok(!-e "$FOLDER/none", 'nor a file made where one leads to');
    fails(qr/it is not a file/, qw(dump database /dev/null replace=yes));
    fails(qr/it is an SQLite file in use.*rocks\.db-wal/, 'dump', 'database', $file, 'replace=yes');
    spurt("$FOLDER/copies/old.db-wal", 'x');
    fails(qr/old\.db-wal is beside it/, 'dump', 'database', "$FOLDER/copies/old.db");
    unlink "$FOLDER/copies/old.db-wal";
}

# Folders.
fails(qr/its folder cannot be found \(No such file/, 'dump', 'database', "$FOLDER/none/x.db");
mkdir "$FOLDER/open";
chmod 0777, "$FOLDER/open";
fails(qr/others can write to its folder/, 'dump', 'database', "$FOLDER/open/x.db");
chmod 01777, "$FOLDER/open";
prints('', 'dump', 'database', "$FOLDER/open/x.db");

# No inventory, a damaged one, no room.
{
    local $ENV{ROCKS_DB} = "$FOLDER/none.db";
    is(rocks('dump', 'database', "$FOLDER/copies/none.db")->{status}, 3, 'no inventory');
    ok(!-e "$FOLDER/copies/none.db", 'no copy');
}
{
    my $good = slurp($copy);
    my $bad  = "$FOLDER/bad.db";
    my $got  = 0;
    for my $page (30 .. 33) {
        my $bytes = $good;
        substr $bytes, $page * 4096, 4096, "\xa5" x 4096;
        spurt($bad, $bytes);
        my $answer = rocks('--db', $bad, 'dump', 'database', "$FOLDER/copies/bad.db");
        # Nothing is in a page that is free.
        unlink "$FOLDER/copies/bad.db" or die if !$answer->{status};
        next unless $answer->{status};
        $got++;
        like($answer->{err}, qr/^rocks: \Q$bad\E: it is damaged/, "page $page is damaged: said");
        ok(!-e "$FOLDER/copies/bad.db", 'no copy of that');
    }
    cmp_ok($got, '>', 0, 'a damaged inventory is not copied');
    is(left_over(), '', 'nothing is left');
    substr $good, 4096, length($good) - 8192, "\xa5" x (length($good) - 8192);
    spurt($bad, $good);
}

# While others write: a state between two commands, with its history.
{
    my $writer = fork() // die "fork: $!";
    if (!$writer) {
        exec 'sh', '-c', 'for n in $(seq 4 40); do "$0" add host gpu vm-container-0-15 gpupci$n $(printf %02x:00.0 $n); done', "$BUILD/rocks"
            or POSIX::_exit(102);
    }
    my $wrong = '';
    for (1 .. 20) {
        my $got = rocks('dump', 'database', $copy, 'replace=yes');
        $wrong .= $got->{err};
        my $counts = sql('SELECT (SELECT count(*) FROM card) - (SELECT count(*) FROM history), '
                . '(SELECT count(*) FROM writer)', $copy);
        $wrong .= " $counts" if $counts ne '0|0';
    }
    waitpid $writer, 0;
    is($wrong, '', 'copies of an inventory that is written');
    prints('', 'dump', 'database', $copy, 'replace=yes');
    is(rocks('--db', $copy, 'dump')->{out}, rocks('dump')->{out}, 'the last one has all');
}

# Killed: there is no file, or a whole one; the next copy removes what was left.
{
    my ($half, $left) = (0, 0);
    for (thinned(2, 4, 1 .. 40)) {
        unlink $copy;
        my $pid = start('dump', 'database', $copy);
        my $gone;
        1 until ($gone = waitpid $pid, WNOHANG) || left_over() =~ /rocks-copy/;
        select undef, undef, undef, rand 0.01;
        kill 'KILL', $pid if !$gone;
        waitpid $pid, 0 if !$gone;
        $half++ if -e $copy && sql('PRAGMA integrity_check', $copy) ne 'ok';
        $left++ if left_over() ne '';
    }
    is($half, 0, 'killed: never half a copy');
    cmp_ok($left, '>', 0, 'killed in time, at least once');
    prints('', 'dump', 'database', $copy, 'replace=yes');
    is(left_over(), '', 'the next copy removes what the killed left');
}

# A folder of copies: the newest stay, what else is there too; a copy that fails removes none.
{
    my $folder = "$FOLDER/kept";
    mkdir $folder;
    my @old = map {"$folder/rocks-2026-01-0${_}T000000Z.db"} 1 .. 4;
    my $other = "$folder/rocks-2026-01-01T000000Z.db.mine";
    spurt($_, 'x') for @old, $other;
    {
        local $ENV{ROCKS_DB} = "$FOLDER/bad.db";
        isnt(rocks('dump', 'database', $folder, 'keep=2')->{status}, 0, 'a copy that fails');
        is(scalar(() = glob "$folder/*"), 5, 'removes none');
    }
    prints('', 'dump', 'database', $folder, 'keep=2');
    my @now = grep { $_ ne $other } glob "$folder/*";
    is(scalar @now, 2, 'keep=2: two copies');
    is($now[0], $old[3], 'the newest of the old ones');
    like($now[1], qr/rocks-20\d\d-\d\d-\d\dT\d{6}Z\.db\z/, 'and a new one');
    is(rocks('--db', $now[1], 'dump')->{out}, rocks('dump')->{out}, 'of the inventory');
    ok(-e $other, 'another file stays');
}

# In a batch it would copy what is not committed.
like(rocks_in("dump database $FOLDER/x.db\n", qw(--batch -))->{err}, qr/dump database/, 'not in a batch');
ok(!-e "$FOLDER/x.db", 'nothing is made');
misused(qr/^rocks: /, qw(dump database));

done_testing;
