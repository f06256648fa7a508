#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Sixteen who write at once: what was told to have succeeded is there, nobody is turned
# away, and of those who want the same card one gets it.
use strict;
use warnings;

use POSIX ();
use Rocks;
use Test::More;
use Time::HiRes qw(time);

my $workers = 16;
# A program with sanitizers is many times slower to start.
my $writes = $ENV{SANITIZE} ? 50 : 1000;

# Starts rocks with its stderr in a file; the status it ended with.
sub call {
    my ($err, @words) = @_;
    my $pid = fork() // POSIX::_exit(100);
    if ($pid == 0) {
        open STDOUT, '>', '/dev/null' or POSIX::_exit(101);
        open STDERR, '>>', $err or POSIX::_exit(101);
        exec "$BUILD/rocks", @words or POSIX::_exit(102);
    }
    waitpid $pid, 0;
    return $?;
}

# Runs code in so many processes that start together.
sub at_once {
    my ($count, $code) = @_;
    pipe(my $gate, my $open) or die "pipe: $!";
    my @pids;
    for my $number (0 .. $count - 1) {
        my $pid = fork() // die "fork: $!";
        if ($pid == 0) {
            close $open;
            sysread $gate, my $byte, 1;
            $code->($number);
            POSIX::_exit(0);
        }
        push @pids, $pid;
    }
    close $gate;
    close $open;
    return scalar grep { waitpid $_, 0; $? } @pids;
}

sub said { return join '', map { slurp($_) } glob "$FOLDER/err.*" }

# All make the file: one of them is first, all are in it.
for my $round (1 .. 5) {
    unlink glob("$ENV{ROCKS_DB}*"), glob("$FOLDER/err.*");
    at_once($workers, sub { call("$FOLDER/err.$_[0]", 'add', 'host', "compute-0-$_[0]") });
    is(said(), '', "round $round: all make the file: nobody complains");
    is(sql('SELECT count(*) FROM host'), $workers, "round $round: and all are in it");
    is_deeply([ glob "$ENV{ROCKS_DB}.new-*" ], [], "round $round: nothing is left over");
}

# Many writes of each.
{
    my $start = time;
    at_once($workers,
        sub {
            my ($number) = @_;
            open my $done, '>', "$FOLDER/done.$number" or POSIX::_exit(1);
            for my $i (1 .. $writes) {
                my @words = $i % 10
                    ? ('add', 'host', 'attr', "compute-0-$number", "a$i", "$number-$i")
                    : ('add', 'host', 'compute-' . ($number + 1) . "-$i");
                syswrite $done, "@words\n" if call("$FOLDER/err.$number", @words) == 0;
            }
        }
    );
    my $seconds = time - $start;
    diag(sprintf '%d writes of %d processes: %.1f s', $workers * $writes, $workers, $seconds);
    is(said(), '', 'nobody complains');
    is(sql('PRAGMA integrity_check; PRAGMA foreign_key_check'), 'ok', 'the file is whole');
    my %there = map { $_ => 1 } split /\n/,
        sql(q{SELECT 'add host attr ' || host.name || ' ' || attr.name || ' ' || value
            FROM attr JOIN host ON host.id = attr.host
            UNION ALL SELECT 'add host ' || name FROM host});
    my @lost;
    my $told = 0;
    for my $number (0 .. $workers - 1) {
        for my $line (split /\n/, slurp("$FOLDER/done.$number")) {
            $told++;
            push @lost, $line unless $there{$line};
        }
    }
    is($told, $workers * $writes, 'every one was told to have succeeded');
    is_deeply(\@lost, [], 'and every one of them is there');
    is(scalar(keys %there), $workers * $writes + $workers, 'once, and nothing else');
}

# Readers beside writers: each sees a whole state, none waits for long.
{
    my $rows = sql('SELECT count(*) FROM attr');
    at_once(4,
        sub {
            my ($number) = @_;
            for my $i (1 .. 50) {
                if ($number < 2) {
                    call("$FOLDER/err.r$number", 'set', 'host', 'attr', "compute-0-$number",
                        'pair', $i);
                } else {
                    call("$FOLDER/err.r$number", 'list', 'host', 'attr', 'compute-0-0');
                }
            }
        }
    );
    is(said(), '', 'readers beside writers: nobody complains');
    is(sql('SELECT count(*) FROM attr'), $rows + 2, 'one row each');
}

# The same card at the same time: one has it, the others are told who.
for my $round (1 .. ($ENV{SANITIZE} ? 2 : 10)) {
    unlink glob("$ENV{ROCKS_DB}*"), glob("$FOLDER/err.*");
    rocks(qw(add host vm-container-0-15));
    rocks(qw(add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0));
    rocks(qw(add host vm vm-container-0-15 hosted-vm), "name=rocks-$_") for 1 .. $workers;
    at_once($workers,
        sub {
            my $vm = 'rocks-' . ($_[0] + 1);
            my $status = call("$FOLDER/err.$vm", qw(add host gpu), $vm, qw(gpupci gpupci1));
            spurt("$FOLDER/status.$vm", $status >> 8);
        }
    );
    my %status = map { $_ => slurp("$FOLDER/status.rocks-$_") } 1 .. $workers;
    my @won = grep { $status{$_} eq '0' } keys %status;
    is(scalar @won, 1, "round $round: one has the card");
    is(sql('SELECT name FROM host WHERE id IN (SELECT vm FROM assignment)'),
        "rocks-$won[0]", "round $round: the one that was told so");
    my $expected = "rocks: gpupci1 is held by rocks-$won[0] (running or not); "
        . "see `rocks list host gpu rocks-$won[0]`\n";
    is_deeply(
        [   map { "$status{$_} " . slurp("$FOLDER/err.rocks-$_") }
            grep { $_ != $won[0] } 1 .. $workers
        ],
        [ ("1 $expected") x ($workers - 1) ],
        "round $round: the others are told who has it"
    );
}

# Who waits for a writer that holds its transaction gets his turn.
{
    my $pid = open(my $shell, '|-', "sqlite3 -batch $ENV{ROCKS_DB}") // die "sqlite3: $!";
    $shell->autoflush(1);
    print {$shell} "BEGIN IMMEDIATE; UPDATE host SET os = 'none';\n.shell touch $FOLDER/held\n";
    select undef, undef, undef, 0.05 until -e "$FOLDER/held";
    my $start  = time;
    my $waiter = fork() // die "fork: $!";
    POSIX::_exit(call("$FOLDER/err.waiter", qw(add attr waited yes)) >> 8) if !$waiter;
    select undef, undef, undef, 2;
    is(waitpid($waiter, POSIX::WNOHANG()), 0, 'a writer waits for the other');
    print {$shell} "COMMIT;\n";
    waitpid $waiter, 0;
    is($?, 0, 'and has its turn');
    cmp_ok(time - $start, '<', 10, 'soon after');
    close $shell;
    is(slurp("$FOLDER/err.waiter"), '', 'without a word');
    is(sql(q{SELECT count(*) FROM attr WHERE name = 'waited'}), 1, 'both wrote');
    is(sql(q{SELECT count(*) FROM host WHERE os <> 'none'}), 0, 'the other too');
}

done_testing;
