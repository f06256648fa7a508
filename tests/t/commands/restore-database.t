#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks restore database: a copy becomes the inventory, whole or not at all, whatever was there.
use strict;
use warnings;

use Inventory;
use OldInventory;
use POSIX qw(WNOHANG);
use Rocks;
use Test::More;

my $file = $ENV{ROCKS_DB};
my $copy = "$FOLDER/copy.db";

# AddressSanitizer must come first, and takes no preloaded clock: there a minute is one.
my $RATE = $ENV{SANITIZE} ? 1 : 60;

sub remove_all { unlink glob "$file*"; return }
sub hosts { return rocks(qw(dump host))->{out} }

# A child of any program; its pid.
sub start {
    my (@words) = @_;
    my $pid = fork() // die "fork: $!";
    return $pid if $pid;
    open STDOUT, '>', '/dev/null' or POSIX::_exit(101);
    open STDERR, '>', '/dev/null' or POSIX::_exit(101);
    exec @words or POSIX::_exit(102);
}

# Waits for what the function sees, half a minute at most; whether it came.
sub comes {
    my ($is_there) = @_;
    for (1 .. 3000) {
        return 1 if $is_there->();
        select undef, undef, undef, 0.01;
    }
    return 0;
}

# A reader with the sqlite3 shell, which keeps a transaction open until it is stopped.
sub reader {
    unlink "$FOLDER/reader";
    pipe my $from, my $to or die;
    my $pid = fork() // die "fork: $!";
    if (!$pid) {
        open STDIN, '<&', $from or POSIX::_exit(101);
        close $to;
        open STDOUT, '>', "$FOLDER/reader" or POSIX::_exit(101);
        exec 'sqlite3', $file or POSIX::_exit(102);
    }
    close $from;
    $to->autoflush(1);
    print {$to} "BEGIN; SELECT count(*) FROM host;\n";
    comes(sub { -s "$FOLDER/reader" }) or die 'the reader does not read';
    return sub { close $to; waitpid $pid, 0 };
}

# The inventory of before, in a copy; then it is changed.
walkthrough_inventory();
my $dump = rocks('dump')->{out};
my $history = rocks(qw(list history))->{out};
prints('', 'dump', 'database', $copy);
my $bytes = slurp($copy);
rocks(qw(remove host rocks-33));
rocks(qw(add host compute-0-7));
isnt(rocks('dump')->{out}, $dump, 'it was changed');

# Over one in use: a reader keeps its state, and its -wal harms nothing.
{
    my $end = reader();
    rocks(qw(add host compute-0-8));
    cmp_ok(-s "$file-wal", '>', 0, 'there is a log');
    prints('', 'restore', 'database', $copy);
    is(rocks('dump')->{out}, $dump, 'the rows are back');
    is(rocks(qw(list history))->{out}, $history, 'and the history');
    $end->();
    is(rocks('dump')->{out}, $dump, 'and stay');
    prints('', qw(add host compute-0-9));
    is(sql('PRAGMA integrity_check; PRAGMA journal_mode'), "ok\nwal", 'a whole inventory');
    is(slurp($copy), $bytes, 'the copy is as it was');
    is(sprintf('%04o', (stat $file)[2] & 07777), '0640', 'with its mode');
}

# To a place with no inventory.
remove_all();
prints('', 'restore', 'database', $copy);
is(rocks('dump')->{out}, $dump, 'where there was none');
is(sprintf('%04o', (stat $file)[2] & 07777), '0640', 'for its group');
prints('', qw(add host compute-0-9));
is(sql('PRAGMA journal_mode'), 'wal', 'with a log from its first change on');
remove_all();
spurt($file, $bytes);
prints('', 'restore', 'database', $copy);
is(rocks('dump')->{out}, $dump, 'over a copy that was put there by hand');
is(sql('PRAGMA journal_mode'), 'wal', '... which has a log from now on');

# A copy that is none.
for my $case ([ 'text', 'x' x 5000, qr/it is not an inventory/ ], [ 'empty', '', qr/it is not an inventory/ ]) {
    my ($name, $text, $pattern) = @$case;
    spurt("$FOLDER/$name", $text);
    my $got = rocks('restore', 'database', "$FOLDER/$name");
    isnt($got->{status}, 0, "$name: refused");
    like($got->{err}, qr/^rocks: \Q$FOLDER\E\/$name: $pattern/, "$name: said");
}
{
    my ($refused, $wrong) = (0, '');
    for my $page (20 .. 40) {
        my $bad = $bytes;
        next if ($page + 1) * 4096 > length $bad;
        substr $bad, $page * 4096, 4096, "\xa5" x 4096;
        spurt("$FOLDER/bad.db", $bad);
        my $got = rocks('restore', 'database', "$FOLDER/bad.db");
        $refused++ if $got->{err} =~ /bad\.db: it is damaged/;
        $wrong .= " $page" if rocks('dump')->{out} ne $dump;
    }
    cmp_ok($refused, '>', 0, 'a damaged copy is refused');
    is($wrong, '', 'and nothing changed');
    spurt("$FOLDER/bad.db", $bytes);
    sql('PRAGMA user_version = 99', "$FOLDER/bad.db");
    like(rocks('restore', 'database', "$FOLDER/bad.db")->{err}, qr/of version 99/, 'a newer copy');
    is(rocks('dump')->{out}, $dump, 'changes nothing');
}

# A copy of an older version is upgraded, and not touched.
for my $of (1 .. newest_inventory() - 1) {
    my $old = "$FOLDER/old.db";
    make_old_inventory($old, $of);
    sql('PRAGMA journal_mode = DELETE', $old);
    my $before = slurp($old);
    prints('', 'restore', 'database', $old);
    is(sql('PRAGMA user_version'), newest_inventory(), "version $of is upgraded");
    like(hosts(), qr/compute-0-7/, 'with its rows');
    is(slurp($old), $before, 'the copy is as it was');
}
prints('', 'restore', 'database', $copy);

# Pages of another size.
{
    spurt("$FOLDER/pages.db", $bytes);
    sql('PRAGMA page_size = 8192; VACUUM', "$FOLDER/pages.db");
    prints('', 'restore', 'database', "$FOLDER/pages.db");
    is(rocks('dump')->{out}, $dump, 'pages of another size');
}

# A damaged inventory: the parts are moved aside together.
sub damage {
    remove_all();
    spurt($file, substr($bytes, 0, 4096) . "\xa5" x (length($bytes) - 4096));
    spurt("$file-wal", 'the log');
    spurt("$file-shm", 'the index');
    return;
}

# Which state it is in: old is the damaged file; never an empty or half one.
sub state_of {
    my $got = rocks('dump');
    return 'new' if $got->{out} eq $dump && !$got->{status};
    return 'old' if $got->{status} && $got->{err} =~ /damaged|log or a part of a restore/;
    return "half: $got->{status} $got->{out} $got->{err}";
}
{
    damage();
    is(state_of(), 'old', 'it is damaged');
    my $got = rocks('restore', 'database', $copy);
    isnt($got->{status}, 0, 'damaged: not replaced');
    like($got->{err}, qr/replace=yes moves it aside/, 'but it is said how');
    is(slurp("$file-wal"), 'the log', 'nothing is touched');
    $got = rocks('restore', 'database', $copy, 'replace=yes');
    is($got->{status}, 0, 'replace=yes');
    like($got->{err}, qr/the damaged inventory is (\S+) now/, 'it says where the old one is');
    my ($aside) = $got->{err} =~ /inventory is (\S+) now/;
    like($aside, qr/\A\Q$file\E\.\d{4}-\d\d-\d\dT\d{6}Z\z/, 'a name with the time');
    is(slurp("$aside-wal"), 'the log', 'with its log');
    ok(-e "$aside-shm", 'and its index');
    is(state_of(), 'new', 'the copy is there');
    prints('', qw(add host compute-0-9));
    is(sql('PRAGMA integrity_check'), 'ok', 'and whole');
}

sub damage_in_place {
    open my $out, '+<:raw', $file or die;
    seek $out, 4096, 0;
    print {$out} "\xa5" x (length($bytes) - 4096);
    close $out;
    return;
}

# Not while somebody has it open.
{
    remove_all();
    spurt($file, $bytes);
    sql('PRAGMA journal_mode = WAL');
    my $end = reader();
    damage_in_place();
    local $ENV{LD_PRELOAD}      = $RATE > 1 ? "$BUILD/tests/preload/clock.so" : '';
    local $ENV{TEST_CLOCK_RATE} = $RATE;
    my $got = rocks('restore', 'database', $copy, 'replace=yes');
    is($got->{status}, 1, 'it is open: refused after a minute');
    like($got->{err}, qr/process \d+ \(sqlite3\) has had it open for a minute; end it/, 'by whom');
    is_deeply([ glob "$file.*" ], [], 'nothing is moved or left');
    $end->();
}

# Two that wait for one reader: the second does not move aside what the first restored.
{
    remove_all();
    spurt($file, $bytes);
    chmod 0640, $file;
    sql('PRAGMA journal_mode = WAL');
    my $end = reader();
    damage_in_place();
    my @pids = map {
        start('sh', '-c', "exec '$BUILD/rocks' restore database '$copy' replace=yes 2> '$FOLDER/restore$_'")
    } 1, 2;
    # Each new file has its mode, which it gets after SQLite has closed the old one; so who has
    # that open waits for its lock.
    my $ready = sub {
        return 0 if 2 != grep { ((stat)[2] & 0777) == 0640 } glob "$file.new-??????";
        return !grep {
            my $pid = $_;
            !grep { (readlink // '') eq $file } glob "/proc/$pid/fd/*"
        } @pids;
    };
    ok(comes($ready), 'two wait');
    $end->();
    waitpid $_, 0 for @pids;
    my $said = join '', map { slurp("$FOLDER/restore$_") } 1, 2;
    like($said, qr/^rocks: \Q$file\E: it was just replaced; try again$/m, 'one of two is refused');
    is(state_of(), 'new', 'the copy is there');
    is(scalar(grep { /Z\z/ } glob "$file.*"), 1, 'only the damaged file is moved aside');
}

# Killed at any moment: the old state or the new one; again, and it is the new one.
for my $how ('damaged', 'whole') {
    my $wrong = '';
    my %saw;
    for (thinned(2, 4, 1 .. 40)) {
        if ($how eq 'damaged') { damage() }
        else {
            remove_all();
            spurt($file, $bytes);
            rocks(qw(add host compute-0-9));
        }
        my $before = $how eq 'damaged' ? undef : rocks('dump')->{out};
        my $pid = start("$BUILD/rocks", 'restore', 'database', $copy, 'replace=yes');
        my $gone;
        1 until ($gone = waitpid $pid, WNOHANG) || (() = glob "$file.new-*");
        select undef, undef, undef, rand 0.03;
        kill 'KILL', $pid if !$gone;
        waitpid $pid, 0 if !$gone;
        my $got = rocks('dump');
        my $state = defined $before && $got->{out} eq $before ? 'old' : state_of();
        $saw{$state}++;
        $wrong .= " add: $state" if $how eq 'damaged' && $state eq 'old' && !rocks(qw(add host compute-0-1))->{status};
        my $again = rocks('restore', 'database', $copy, 'replace=yes');
        $wrong .= " again: $again->{err}" if state_of() ne 'new';
        last if $wrong;
    }
    is($wrong, '', "$how, killed: the next restore completes");
    is(join(' ', grep { !/^(?:old|new)$/ } keys %saw), '', "$how, killed: old or new");
    cmp_ok($saw{old} // 0, '>', 0, "$how: killed in time, at least once");
}

# Each state between two steps: nobody makes an empty inventory, nor uses the log of another.
for my $left ("$file-wal", "$file-restored") {
    remove_all();
    spurt($left, 'something');
    for my $words ([qw(list host)], [qw(add host compute-0-1)]) {
        my $got = rocks(@$words);
        isnt($got->{status}, 0, "@$words: refused");
        ok(!-e $file, 'nothing is made');
    }
    like(rocks(qw(add host compute-0-1))->{err}, qr/a part of a restore is there; run/, 'said');
    rocks('restore', 'database', $copy, 'replace=yes');
    is(state_of(), 'new', 'restored');
}

# What a killed first write left is removed by the next one.
remove_all();
spurt("$file.new-aBc123",     'x');
spurt("$file.new-aBc123-wal", 'x');
spurt("$file.new-other",      'x');
prints('', qw(add host compute-0-1));
is_deeply([ map {s/.*rocks\.db//r} glob "$file.new-*" ], ['.new-other'], 'leftovers are removed');

like(rocks_in("restore database $copy\n", qw(--batch -))->{err}, qr/restore database/, 'not in a batch');
misused(qr/^rocks: /, qw(restore database));

done_testing;
