#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The history: what happened to which card, who did it, and that nobody rewrites it.
use strict;
use warnings;

use Rocks;
use Test::More;

my $host = 'vm-container-0-15';
my $now  = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

sub ok_rocks {
    my (@words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(rocks(@words)->{err}, '', "rocks @words");
}

# The events since the last call, oldest first: verb, host, card, VM, address, serial.
my $seen = 0;

sub events {
    my ($expected, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $rows = sql("SELECT verb || ' ' || ifnull(host, '-') || ' ' || ifnull(card, '-') || ' '
        || ifnull(vm, '-') || ' ' || ifnull(printf('%x', address), '-') || ' '
        || ifnull(serial, '-') FROM history WHERE id > $seen ORDER BY id");
    $seen = sql('SELECT ifnull(max(id), 0) FROM history');
    return is($rows, $expected, $what);
}

sub scan {
    my (@cards) = @_;
    my @lines = map {
        my ($name, $address, $serial, @more) = @$_;
        qq({"card": "$name", "kind": "pci", "function": 0, "address": "$address", )
            . qq("vendor": "10de", "device": "1db6", "serial": "$serial"})
    } @cards;
    spurt("$FOLDER/scan.json", qq({"schema": "gpupci-scan", "version": 1, "functions": [)
        . join(",\n", @lines) . '], "end": ' . @lines . "}\n");
    return ok_rocks(qw(sync host gpu), $host, "file=$FOLDER/scan.json");
}

$ENV{SUDO_USER} = 'ada';
ok_rocks(qw(add host), $host);
ok_rocks(qw(set attr vm_mac_base_addr 52:54:00:00:00:00));
ok_rocks(qw(add host vm), $host, qw(hosted-vm name=rocks-33));
ok_rocks(qw(add host vm), $host, qw(hosted-vm name=rocks-34));
events('', 'hosts and VMs make no events');

ok_rocks(qw(add host gpu), $host, qw(gpupci1 02:00.0 serial=S-1));
ok_rocks(qw(add host gpu), $host, qw(gpupci2 03:00.0));
events("added $host gpupci1 - 200 -\nadded $host gpupci2 - 300 -", 'added');

ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
events("assigned $host gpupci1 rocks-33 200 S-1", 'assigned');
ok_rocks(qw(set host gpu rocks-33 gpupci gpupci2));
events("taken $host gpupci1 rocks-33 200 S-1\nassigned $host gpupci2 rocks-33 300 -",
    'another card');
ok_rocks(qw(remove host gpu rocks-33 gpupci));
events("taken $host gpupci2 rocks-33 300 -", 'taken');

ok_rocks(qw(set host gpu), $host, qw(gpupci1 05:00.0));
events("moved $host gpupci1 - 500 S-1", 'moved by hand');
ok_rocks(qw(set host gpu), $host, qw(gpupci1 numa=1));
events('', 'facts of a card make no event');
ok_rocks(qw(set host gpu), $host, qw(gpupci1 state=missing));
events("missing $host gpupci1 - 500 S-1", 'missing');
ok_rocks(qw(set host gpu), $host, qw(gpupci1 state=present));
events("returned $host gpupci1 - 500 S-1", 'returned');
ok_rocks(qw(set host gpu), $host, qw(gpupci1 state=quarantined));
events("quarantined $host gpupci1 - 500 S-1", 'quarantined');
ok_rocks(qw(set host gpu), $host, qw(gpupci1 state=quarantined));
events('', 'once');
ok_rocks(qw(set host gpu), $host, qw(gpupci1 06:00.0));
events("moved $host gpupci1 - 600 S-1", 'moved while quarantined');
ok_rocks(qw(set host gpu), $host, qw(gpupci1 state=present));
events("released $host gpupci1 - 600 S-1", 'released');

# By scans.
scan(['gpupci1', '0000:06:00.0', 'S-1'], ['gpupci2', '0000:03:00.0', 'S-2']);
events('', 'a scan that finds all where it was');
scan(['gpupci1', '0000:03:00.0', 'S-1'], ['gpupci2', '0000:06:00.0', 'S-2']);
events("moved $host gpupci1 - 300 S-1\nmoved $host gpupci2 - 600 S-2", 'two trade their slots');
scan(['gpupci2', '0000:06:00.0', 'S-2'], ['gpupci3', '0000:03:00.0', 'S-3']);
events("missing $host gpupci1 - 300 S-1\nadded $host gpupci3 - 300 S-3", 'missing and new');
scan([ 'gpupci2', '0000:06:00.0', 'S-2' ], [ 'gpupci3', '0000:07:00.0', 'S-3' ],
    [ 'gpupci1', '0000:03:00.0', 'S-1' ]);
events("returned $host gpupci1 - 300 S-1\nmoved $host gpupci3 - 700 S-3", 'returned');

# A VM that goes gives back its cards; so does a host its own.
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
ok_rocks(qw(add host gpu rocks-34 gpupci gpupci2));
ok_rocks(qw(add host gpu rocks-34 gpupci2 gpupci3));
events("assigned $host gpupci1 rocks-33 300 S-1\nassigned $host gpupci2 rocks-34 600 S-2\n"
    . "assigned $host gpupci3 rocks-34 700 S-3", 'three assigned');
is(rocks(qw(remove host rocks-33))->{status}, 0, 'the host of a VM goes');
events("taken $host gpupci1 rocks-33 300 S-1", 'and its card is taken');
is(rocks(qw(remove host vm rocks-34))->{status}, 0, 'the VM record goes');
events("taken $host gpupci2 rocks-34 600 S-2\ntaken $host gpupci3 rocks-34 700 S-3",
    'and its cards are taken');
ok_rocks(qw(remove host gpu), $host, 'gpupci3');
events("removed $host gpupci3 - 700 S-3", 'removed');
ok_rocks(qw(add host gpu), $host, qw(gpupci9 09:00.0));
events("added $host gpupci9 - 900 -", 'one without a serial');
is(rocks(qw(remove host), $host)->{status}, 0, 'the host goes');
{
    my %rows = map { $_ => 1 } split /\n/, sql(
        "SELECT verb || ' ' || ifnull(host, '-') || ' ' || card
        FROM history WHERE id > $seen");
    is_deeply(
        \%rows,
        {   map { $_ => 1 } "retired $host gpupci1", "retired $host gpupci2",
            "removed $host gpupci9"
        },
        'cards with a serial are retired, others removed');
}

# What fails or is only tried leaves nothing.
{
    my $count = sql('SELECT count(*) FROM history');
    rocks(qw(add host), $host);
    rocks(qw(add host gpu), $host, qw(gpupci1 bla));
    spurt("$FOLDER/scan.json",
              '{"schema": "gpupci-scan", "version": 1, "functions": [{"card": "gpupci1", '
            . '"kind": "pci", "function": 0, "address": "0000:02:00.0", "vendor": "10de", '
                . '"device": "1db6"}], "end": 1}'
    );
    is(rocks(qw(sync host gpu), $host, "file=$FOLDER/scan.json", 'dryrun=yes')->{status}, 0,
        'dryrun=yes');
    is(sql('SELECT count(*) FROM history'), $count, 'leaves nothing');
}

# Who it was. The name comes from sudo only to root.
is(sql('SELECT count(*) FROM history WHERE who <> \'ada\''), 0, 'the user of sudo');
{
    my $last = q{SELECT who FROM history ORDER BY id DESC LIMIT 1};
    local %ENV = %ENV;
    $ENV{SUDO_USER} = q{eve'); drop table history;--};
    ok_rocks(qw(add host gpu), $host, qw(gpupci4 04:00.0));
    is(sql($last), $ENV{SUDO_USER}, 'whatever it holds');
    for my $none (undef, '') {
        $ENV{SUDO_USER} = $none // '';
        delete $ENV{SUDO_USER} unless defined $none;
        ok_rocks(qw(set host gpu), $host, 'gpupci4', defined $none ? '05:00.0' : '06:00.0');
        is(sql($last), scalar getpwuid($>), 'without sudo the user');
    }
    sql(q{INSERT INTO card (host, name, address, last_address, uuid)
        SELECT id, 'gpupci77', 77, 77, 'by hand' FROM host LIMIT 1});
    is(sql($last), 'unknown', 'of a row typed into the file nobody knows');
    sql(q{DELETE FROM card WHERE name = 'gpupci77'});
}

# Nobody rewrites it.
{
    my $before = sql('SELECT * FROM history');
    for my $statement (
        q{UPDATE history SET who = 'nobody'}, q{UPDATE history SET at = '' WHERE id = 1},
        'DELETE FROM history',
        'DELETE FROM history WHERE id = (SELECT max(id) FROM history)',
        q{INSERT OR REPLACE INTO history (id, who, verb) VALUES (1, 'x', 'x')},
        q{REPLACE INTO history (id, who, verb) VALUES (1, 'x', 'x')},
        q{UPDATE OR REPLACE history SET id = 1 WHERE id = 2},
        q{INSERT INTO history (id, who, verb) VALUES (1, 'x', 'x') ON CONFLICT (id) DO UPDATE SET who = 'x'},
    ) {
        for my $recursive (qw(ON OFF)) {
            my $got = run_program('', 'sqlite3', '-batch', $ENV{ROCKS_DB},
                "PRAGMA recursive_triggers = $recursive; $statement");
            like($got->{err}, qr/history is append-only/, "refused: $statement");
            is(sql('SELECT * FROM history'), $before, 'and nothing is rewritten');
        }
    }
    cmp_ok(sql('SELECT count(*) FROM history'), '>', 25, 'there was something to rewrite');
}

# What rocks reports of it.
{
    my $got = rocks(qw(list history));
    is($got->{status}, 0, 'rocks list history');
    my @lines = split /\n/, $got->{out};
    is(scalar @lines, 1 + sql('SELECT count(*) FROM history'), 'all rows');
    like($got->{out}, qr/^$now: +ada +assigned .*gpupci1.*rocks-33/m,
        'with time, person, verb, card and VM')
        or diag($lines[0]);
    my @of_vm = split /\n/, rocks(qw(list history rocks-33 output-header=no))->{out};
    is(scalar(grep { !/rocks-33/ } @of_vm), 0, 'of a VM that is gone: just its own');
    cmp_ok(scalar @of_vm, '>=', 4, 'all of them');
}

done_testing;
