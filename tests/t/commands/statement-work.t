#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A command about one host or VM costs the same however many there are: no statement of it
# works its way through a table that grows with the cluster.
use strict;
use warnings;

use LargeInventory qw(fill_inventory);
use Rocks;
use Test::More;

my $hosts = 500;
my $most  = 5000; # steps of SQLite's machine: a table stepped through takes several times that
my $work  = "$FOLDER/work";
fill_inventory($BUILD, $ENV{ROCKS_DB}, $hosts, $hosts);

# The statements of a call that took more than $most steps.
sub busy {
    my (@words) = @_;
    unlink $work;
    local $ENV{STATEMENT_WORK} = $work;
    local @ENV{qw(LD_PRELOAD ASAN_OPTIONS)} = preloaded('statement-work');
    my $got = rocks(@words);
    is($got->{status}, 0, "rocks @words: done") or diag $got->{err};
    return grep { /^(\d+) / && $1 > $most } split /\n/, slurp($work);
}

cmp_ok(scalar(busy(qw(list host gpu))), '>', 0, 'all cards: their table is stepped through');

my @commands = map { [ split / / ] } (
    'list host vm-container-1-0',
    'list host gpu vm-container-1-0',
    'list host gpu hosted-vm-1-0-0',
    'report host gpu vm-container-1-0',
    'dump host gpu vm-container-1-0',
    'list host vm hosted-vm-1-0-0',
    'list host vm vm-container-1-0',
    'list host interface hosted-vm-1-0-0',
    'list host attr hosted-vm-1-0-0',
    'report host attr hosted-vm-1-0-0 attr=vm_mac_base_addr',
    'report host vm config hosted-vm-1-0-0',
    'report host vm config vm-container-1-0',
    'report vm nextmac',
    'add host vm-container-9-90',
    'add host gpu vm-container-9-90 gpupci1 pci_0000_02_00_0',
    'add host gpu hosted-vm-0-1-0 gpupci2 pci_0000_02_00_0',
    'set host gpu vm-container-9-90 gpupci1 pci_0000_03_00_0',
    'remove host gpu hosted-vm-0-1-0 gpupci2',
    'add host attr vm-container-9-90 kvm_bridge br1',
    'set host attr vm-container-9-90 kvm_bridge br2',
    'remove host attr vm-container-9-90 kvm_bridge',
    'add host vm vm-container-9-90 hosted-vm name=rocks-33',
    'set host vm rocks-33 mem=4096',
    'add host interface rocks-33 eth1',
    'remove host interface rocks-33 eth1',
    'add host gpu rocks-33 gpupci pci_0000_03_00_0',
    'remove host rocks-33',
    'remove host gpu vm-container-9-90 gpupci1',
    'remove host vm-container-9-90',
);
for my $figures ('no figures of the tables', 'their figures') {
    sql($figures =~ /^no/ ? 'DELETE FROM sqlite_stat1;' : 'ANALYZE;');
    is_deeply([ busy(@$_) ], [], "rocks @$_, with $figures") for @commands;
}

done_testing;
