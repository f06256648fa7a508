#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Sixteen writers at once: everything reported as done is there, nobody is turned
# away, and of those who want the same card one gets it.
use strict;
use warnings;

use Inventory;
use POSIX ();
use Rocks;
use Starter;
use Test::More;
use Time::HiRes qw(time);

# Each write is made while fifteen others wait for their turn: more of them show no more.
my $workers = 16;
my $writes  = () = thinned(2, 4, 1 .. 100);

# A call of rocks with its stderr in a file.
sub call { my ($err, @words) = @_; return [ { err => "$FOLDER/err.$err" }, "$BUILD/rocks", @words ] }

sub said { return join '', map { slurp($_) } glob "$FOLDER/err.*" }

# All make the file: one of them is first, all are in it.
for my $round (thinned(2, 4, 1 .. 5)) {
    unlink glob("$ENV{ROCKS_DB}*"), glob("$FOLDER/err.*");
    Starter::at_once(map { [ call($_, 'add', 'host', "compute-0-$_") ] } 0 .. $workers - 1);
    is(said(), '', "round $round: all make the file: nobody complains");
    is(sql('SELECT count(*) FROM host'), $workers, "round $round: and all are in it");
    is_deeply([ glob "$ENV{ROCKS_DB}.new-*" ], [], "round $round: nothing is left over");
}

# Many writes of each.
{
    my $start = time;
    my @lines = map {
        my $number = $_;
        [   map {
                $_ % 10
                    ? "add host attr compute-0-$number a$_ $number-$_"
                    : 'add host compute-' . ($number + 1) . "-$_"
            } 1 .. $writes
        ]
    } 0 .. $workers - 1;
    my @statuses = Starter::at_once(
        map {
            my $number = $_;
            [ map { call("$number.$_", split / /, $lines[$number][$_]) } 0 .. $writes - 1 ]
        } 0 .. $workers - 1
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
        for my $i (grep { $statuses[$number][$_] == 0 } 0 .. $writes - 1) {
            my $line = $lines[$number][$i];
            $told++;
            push @lost, $line unless $there{$line};
        }
    }
    is($told, $workers * $writes, 'every one reported success');
    is_deeply(\@lost, [], 'and every one of them is there');
    is(scalar(keys %there), $workers * $writes + $workers, 'once, and nothing else');
    unlink glob "$FOLDER/err.*";
}

# Readers beside writers: each sees a whole state, none waits for long.
{
    my $rows = sql('SELECT count(*) FROM attr');
    Starter::at_once(
        map {
            my $number = $_;
            [   map {
                    call("$number.$_", $number < 2
                        ? ('set', 'host', 'attr', "compute-0-$number", 'pair', $_)
                        : qw(list host attr compute-0-0))
                } 1 .. 50
            ]
        } 0 .. 3
    );
    is(said(), '', 'readers beside writers: nobody complains');
    is(sql('SELECT count(*) FROM attr'), $rows + 2, 'one row each');
}

# The same card at the same time: one has it, the others learn which VM.
for my $round (thinned(2, 4, 1 .. 10)) {
    unlink glob "$FOLDER/err.*";
    fresh_inventory('add host vm-container-0-15',
        'add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0',
        map {"add host vm vm-container-0-15 hosted-vm name=rocks-$_"} 1 .. $workers);
    my @statuses = Starter::at_once(
        map { [ call($_, qw(add host gpu), "rocks-$_", qw(gpupci gpupci1)) ] } 1 .. $workers);
    my %status = map { $_ => $statuses[ $_ - 1 ][0] } 1 .. $workers;
    my @won    = grep { $status{$_} == 0 } keys %status;
    is(scalar @won, 1, "round $round: one has the card");
    is(sql('SELECT name FROM host WHERE id IN (SELECT vm FROM assignment)'),
        "rocks-$won[0]", "round $round: the one that succeeded");
    my $expected = "rocks: gpupci1 is held by rocks-$won[0] (running or not); "
        . "see `rocks list host gpu rocks-$won[0]`\n";
    is_deeply(
        [   map { $status{$_} / 256 . ' ' . slurp("$FOLDER/err.$_") }
            grep { $_ != $won[0] } 1 .. $workers
        ],
        [ ("1 $expected") x ($workers - 1) ],
        "round $round: the others learn who has it"
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
    if (!$waiter) {
        my $got = rocks(qw(add attr waited yes));
        spurt("$FOLDER/waiter", $got->{err});
        POSIX::_exit($got->{status});
    }
    select undef, undef, undef, 2;
    is(waitpid($waiter, POSIX::WNOHANG()), 0, 'a writer waits for the other');
    print {$shell} "COMMIT;\n";
    waitpid $waiter, 0;
    is($?, 0, 'and has its turn');
    cmp_ok(time - $start, '<', 10, 'soon after');
    close $shell;
    is(slurp("$FOLDER/waiter"), '', 'silently');
    is(sql(q{SELECT count(*) FROM attr WHERE name = 'waited'}), 1, 'both wrote');
    is(sql(q{SELECT count(*) FROM host WHERE os <> 'none'}), 0, 'the other too');
}

done_testing;
