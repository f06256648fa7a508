#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Which card of a scan is which card of the inventory: what must not be guessed.
use strict;
use warnings;

use Identity;
use Rocks;
use Scan;
use Test::More;

my $path = '0000:00/02.0/00.0';

# Quarantine outlives an absence: a card that fell off the bus does not come back well.
begin(card('gpupci1', '0000:02:00', serial => 'S-1'));
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
ok_rocks('set', 'host', 'gpu', $host, qw(gpupci1 state=quarantined));
syncs('gpupci1 ---------------- missing pci_0000_02_00_0 rocks-33', 'a quarantined card is gone');
syncs('gpupci1 pci_0000_02_00_0 returned --- rocks-33', 'and is back',
    card('gpupci1', '0000:02:00', serial => 'S-1'));
fails(qr/is quarantined/, qw(report host vm config rocks-33));
rocks('set', 'host', 'gpu', $host, qw(gpupci1 state=missing));
ok_rocks('set', 'host', 'gpu', $host, qw(gpupci1 state=quarantined));
is(sql('SELECT state, address IS NULL FROM card'), 'quarantined|1',
    'a missing card may be quarantined');

# Two halves of a board with one serial: once it was seen on both, it identifies neither.
my @halves = (card('gpupci1', '0000:02:00', serial => 'S', path => 'pA'),
    card('gpupci2', '0000:03:00', serial => 'S', path => 'pB'));
begin(@halves);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
ok_rocks(qw(add host gpu rocks-34 gpupci gpupci2));
sync_text(document([ @halves[ 2, 3 ] ]));
syncs(
    "gpupci1 pci_0000_02_00_0 returned --- rocks-33\n"
        . "gpupci2 ---------------- missing pci_0000_03_00_0 rocks-34",
    'one half, then the other', @halves[ 0, 1 ]);

# What a person decided stays: the address is set, the old path is forgotten.
begin(card('gpupci1', '0000:02:00', path => 'p1'), card('gpupci2', '0000:03:00', path => 'p2'));
sync_text(document([ card('gpupci1', '0000:04:00', path => 'p3') ]));
ok_rocks('remove', 'host', 'gpu', $host, 'gpupci3');
ok_rocks('set', 'host', 'gpu', $host, qw(gpupci2 04:00.0));
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 --\ngpupci2 pci_0000_04_00_0 same --- --",
    'a card that a person found again', card('gpupci1', '0000:04:00', path => 'p3'));

# A path that was typed without ids is the card that sits there.
begin();
ok_rocks('add', 'host', 'gpu', $host, 'gpupci1', '02:00.0', "path=$path");
syncs('gpupci1 pci_0000_02_00_0 same --- --', 'a path without ids',
    card('gpupci1', '0000:02:00', path => $path));

# A subsystem that could not be read is unknown, not another one; and it is not forgotten.
begin(card('gpupci1', '0000:02:00', path => $path));
my @unread = card('gpupci1', '0000:02:00', path => $path);
$_->{subvendor} = $_->{subdevice} = undef for @unread;
syncs('gpupci1 pci_0000_02_00_0 same --- --', 'no subsystem to be read', @unread);
is(sql('SELECT ids FROM card'), '10de:1db6:10de:1214', 'it is kept');

# Two that could be the one that is typed in part: neither is.
begin();
ok_rocks('add', 'host', 'gpu', $host, qw(gpupci1 02:00.0 id=10DE:1DB6));
like(sync_text(document([ card('gpupci1', '0000:05:00', ids => '10de:1db6:10de:0001'),
                card('gpupci2', '0000:06:00', ids => '10de:1db6:10de:0002') ]))->{out},
    qr/gpupci1 -{16} missing /, 'two that could be it: it is missing');

# A serial alone does not make another model the same card, here or from another host.
begin(card('gpupci1', '0000:02:00', serial => '0'));
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
syncs(
    "gpupci1 ---------------- missing pci_0000_02_00_0 rocks-33\n"
        . "gpupci2 pci_0000_07_00_0 new --- --------",
    'another model of the same serial',
    card('gpupci1', '0000:07:00', serial => '0', ids => '1002:73bf:1002:0e3a'));

# Known by its address alone and gone: what sits there now may be anything.
begin();
ok_rocks('add', 'host', 'gpu', $host, qw(gpupci1 02:00.0));
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
syncs('gpupci1 ---------------- missing pci_0000_02_00_0 rocks-33', 'gone');
syncs(
    "gpupci1 ---------------- swapped pci_0000_02_00_0 rocks-33\n"
        . "gpupci2 pci_0000_02_00_0 new --- --------",
    'something else is there', card('gpupci1', '0000:02:00', serial => 'Z'));

# One IOMMU group with the cards of two VMs: the sync reports it, and neither gets XML.
begin();
ok_rocks('add', 'host', 'gpu', $host, qw(gpupci1 02:00.0));
ok_rocks('add', 'host', 'gpu', $host, qw(gpupci2 03:00.0));
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
ok_rocks(qw(add host gpu rocks-34 gpupci gpupci2));
my $group = sync_text(document([ card('gpupci1', '0000:02:00', iommu_group => 7),
            card('gpupci2', '0000:03:00', iommu_group => 7) ]));
is($group->{status}, 0, 'the scan is recorded');
like($group->{err}, qr/gpupci1: it cannot be kept apart from a card that rocks-34 has/, 'and reported');
fails(qr/cannot be kept apart from a card that rocks-34 has/, qw(report host vm config rocks-33));
fails(qr/cannot be kept apart from a card that rocks-33 has/, qw(report host vm config rocks-34));

# A missing card is in no group: its old number keeps no other card from a VM.
begin(card('gpupci1', '0000:02:00', serial => 'S-1', iommu_group => 7),
    card('gpupci2', '0000:03:00', serial => 'S-2', iommu_group => 8));
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
sync_text(document([ card('gpupci2', '0000:03:00', serial => 'S-2', iommu_group => 7) ]));
ok_rocks(qw(add host gpu rocks-34 gpupci gpupci2));

# A board of two slots is where its function 0 is.
begin();
my @board = (card('gpupci1', '0000:03:00', functions => 1, path => 'far'),
    card('gpupci1', '0000:05:00', functions => 1, path => 'near'));
$board[0]{function} = 8;
syncs('gpupci1 pci_0000_05_00_0 new --- --', 'two slots, one board', @board);
is(sql('SELECT path FROM card'), 'near', 'and what is known is known of it');

# Functions that are not the card's own are refused.
begin();
fails(qr/the card's own address/, 'add', 'host', 'gpu', $host, qw(gpupci1 02:00.0),
    'functions=1,2');
fails(
    qr/own address|one address/, 'add', 'host', 'gpu', $host, qw(gpupci1 02:00.0),
    'functions=0@05:00.0,1@05:00.0');
ok_rocks('add', 'host', 'gpu', $host, qw(gpupci1 05:00.0), 'functions=0,8@02:00.0');
ok_rocks('set', 'host', 'gpu', $host, qw(gpupci1 01:00.0));
is(sql('SELECT group_concat(address >> 8) FROM function'), '1,2',
    'the other slot stays where it is');

# To give a VM the card it has is to change nothing.
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
my $events = sql('SELECT count(*) FROM history');
ok_rocks(qw(set host gpu rocks-33 gpupci gpupci1));
is(sql('SELECT count(*) FROM history'), $events, 'nothing to note');

# The cases that gpupci's names file passes too, tests/t/gpupci/names.t.
sub seen {
    my ($name, $is) = @_;
    my $serial = $is->{serial} eq '-' ? undef : $is->{serial} =~ s/^\w+://r;
    return card(
        $name, sprintf('0000:%02x:00', $is->{bus}), ids => $is->{ids}, serial => $serial,
        path => "0000:00/0$is->{port}.0/00.0");
}

for my $case (identity_cases()) {
    my $alone = 'alone';
    for my $hosts (identity_hosts($case)) {
        my ($known, $found, $again) = @$hosts;
        begin(map { seen('gpupci' . ($_ + 1), $known->[$_]) } 0 .. $#$known);
        my $got = sync_text(
            document([ map { seen('gpupci' . ($_ + 1), $found->[$_]) } 0 .. $#$found ]),
            'output-header=no');
        my ($at) = $got->{out} =~ /^\S+ gpupci1 +(pci_\w+|-+)/m;
        is($at =~ tr/-//dr, $again ? sprintf('pci_0000_%02x_00_0', $found->[0]{bus}) : '',
            "$case->{what}, $alone: " . ($again ? 'the card' : 'not known again'));
        $alone = 'among others';
    }
}

# A dry run is asked for in words that are known.
usage(qr/dryrun= must be yes or no, not «ja»/, 'sync', 'host', 'gpu', $host,
    qw(file=/dev/null dryrun=ja));

done_testing;
