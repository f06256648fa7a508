#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 in the middle of a write: all of the command is there or nothing, and the next
# command needs no help.
use strict;
use warnings;

use POSIX ();
use Rocks;
use Test::More;
use Time::HiRes qw(time);

my $file   = $ENV{ROCKS_DB};
my $rounds = () = thinned(2, 4, 1 .. 200);
my $host   = 'vm-container-0-15';

# Starts rocks and kills it after so many seconds: its wait status.
sub kill_after {
    my ($seconds, @words) = @_;
    my $pid = fork() // die "fork: $!";
    if ($pid == 0) {
        open STDOUT, '>', '/dev/null' or POSIX::_exit(101);
        open STDERR, '>', '/dev/null' or POSIX::_exit(101);
        exec "$BUILD/rocks", @words or POSIX::_exit(102);
    }
    select undef, undef, undef, $seconds;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    return $?;
}

# How long a command takes, so that the kill comes somewhere in it.
sub duration {
    my (@words) = @_;
    my $start = time;
    my $got   = rocks(@words);
    die "rocks @words: $got->{err}" if $got->{status};
    return time - $start;
}

sub scan_of {
    my ($cards, $shift) = @_;
    my @lines = map {
        my $slot = sprintf '%04x:%02x:%02x', 0, ($_ + $shift) >> 5, ($_ + $shift) & 31;
        qq({"card": "gpupci$_", "kind": "pci", "function": 0, "address": "$slot.0", )
            . qq("vendor": "10de", "device": "1db6", "serial": "S-$_"})
    } 1 .. $cards;
    return sprintf qq({"schema": "gpupci-scan", "version": 1, "host": "$host", )
        . qq("functions": [\n%s\n], "end": %d}\n), join(",\n", @lines), scalar @lines;
}

# The rows of hosts, cards, VMs and attributes, without values that a repeat makes again.
sub state_of {
    return sql(q{SELECT name, rack, rank FROM host ORDER BY name;
        SELECT name, address, state, serial FROM card ORDER BY name;
        SELECT count(*) FROM vm; SELECT count(*) FROM disk; SELECT count(*) FROM interface;
        SELECT vm, name FROM assignment; SELECT name, value FROM attr ORDER BY 1, 2});
}

# Kills a command again and again, at moments spread over how long it takes. It leads from
# one state to the other; undo leads back.
sub try_kill {
    my ($count, $command, $undo) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = state_of();
    my $events = sql('SELECT count(*) FROM history');
    my $length = duration(@$command);
    my $after  = state_of();
    my $noted  = sql('SELECT count(*) FROM history') - $events;
    duration(@$undo);
    is(state_of(), $before, "@$command: undone");
    my ($wrong, %saw) = ('');
    for my $round (1 .. $count) {
        $events = sql('SELECT count(*) FROM history');
        kill_after(rand($length * 1.2), @$command);

        # Another command first, without any help; it may find a log to recover.
        my $got = rocks(qw(set attr round), $round);
        $wrong .= " $round: the next command: $got->{status} $got->{err}" if $got->{status};
        rocks(qw(remove attr round));
        my $state = state_of();
        my $which = $state eq $before ? 'nothing' : $state eq $after ? 'all' : 'half';
        $saw{$which}++;
        my $check = sql('PRAGMA integrity_check; PRAGMA foreign_key_check');
        $wrong .= " $round: $check" if $check ne 'ok';
        my $more = sql('SELECT count(*) FROM history') - $events;
        $wrong .= " $round: $which is there, $more rows of history"
            if $more != ($which eq 'all' ? $noted : 0);
        $wrong .= " $round: a writer's name is left over" if sql('SELECT count(*) FROM writer');
        if ($which eq 'all') {
            $got = rocks(@$undo);
            $wrong .= " $round: undo: $got->{err}" if $got->{status};
        }
        last if $which eq 'half';
    }
    is($wrong, '', "@$command: killed $count times");
    is($saw{half} // 0, 0, "@$command: never half of it");
    cmp_ok($saw{nothing} // 0, '>', 0, "@$command: killed in time, at least once");
    return \%saw;
}

rocks(qw(add host), $host);
rocks(qw(set attr vm_mac_base_addr 52:54:00:00:00:00));
spurt("$FOLDER/none.json", scan_of(0,  0));
spurt("$FOLDER/here.json", scan_of(200, 0));
spurt("$FOLDER/there.json", scan_of(200, 77));
my @sync = (qw(sync host gpu), $host);

# The same hosts in one command, by a group.
my @many = map { "compute-0-$_" } 0 .. 39;
rocks(qw(add host), $_) for @many;
rocks(qw(set host attr compute colour red));

try_kill($rounds / 4, [ qw(add host vm), $host, qw(hosted-vm name=rocks-33 num-macs=8) ],
    [qw(remove host rocks-33)]);
try_kill($rounds / 4, [qw(set host compute rank=77)], [ 'set', 'host', 'compute', 'rank=5' ])
    if rocks(qw(set host compute rank=5))->{status} == 0;

# A card with a serial keeps its row: from here to there and back.
duration(@sync, "file=$FOLDER/here.json");
my $saw = try_kill($rounds / 4, [ @sync, "file=$FOLDER/there.json" ],
    [ @sync, "file=$FOLDER/here.json" ]);
try_kill($rounds / 4, [ @sync, "file=$FOLDER/none.json" ], [ @sync, "file=$FOLDER/here.json" ]);
cmp_ok($saw->{all} // 0, '>', 0, 'and some came too late');

# While the file is made: none, or a whole one; never half of one.
{
    unlink glob "$file*";
    my $length = duration(qw(add host compute-0-0));
    my ($wrong, %saw) = ('');
    for my $round (1 .. $rounds / 2) {
        unlink glob "$file*";
        kill_after(rand($length * 1.2), qw(add host compute-0-0));
        if (-e $file) {
            my $count = eval { sql('PRAGMA integrity_check; SELECT count(*) FROM host') } // $@;
            $saw{ $count eq "ok\n1" ? 'all' : 'empty' }++;
            $wrong .= " $round: $count" unless $count =~ /\Aok\n[01]\z/;
        } else {
            $saw{none}++;
        }
        my $got = rocks(qw(add host compute-0-1));
        $wrong .= " $round: the next command: $got->{err}" if $got->{status};
    }
    is($wrong, '', 'killed while it makes the file');
    cmp_ok($saw{none} // 0, '>', 0, 'in time, at least once');
    is(sql('PRAGMA integrity_check'), 'ok', 'whole at the end');
}

# What is reported as done is done: killed just after the report.
{
    unlink glob "$file*";
    rocks(qw(add host compute-0-0));
    my $lost = '';
    for my $round (1 .. 20) {
        my $pid = open(my $from, '-|', "$BUILD/rocks", qw(add attr), "a$round", 'x')
            // die "fork: $!";
        my $end = do { local $/; <$from> };
        kill 'KILL', $pid;
        close $from;
        next if $?;
        $lost .= " $round" unless sql("SELECT count(*) FROM attr WHERE name = 'a$round'");
    }
    is($lost, '', 'what was reported as done is there');
}

done_testing;
