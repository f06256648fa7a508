#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever scans hosts were synced with: if they were taken, the dump restores, and its dump is
# the same. Random documents of hosts that lie, with words that mean something to somebody.
use strict;
use warnings;

use Inventory;
use Rocks;
use Scan;
use Test::More;

my $ROUNDS = $ENV{ROUNDS} // 4;
my $SYNCS  = 40;
srand($ENV{SEED} // 7);

# With VMs or without; a host of the latter may go.
my @with    = map {"vm-container-0-$_"} 0 .. 2;
my @without = map {"vm-container-0-$_"} 3 .. 5;

# What gpupci may write, and what it does not.
my @GOOD = ('S1' .. 'S4', '-', '-x', '0', 'None', 'null', 'help', 'gpupci1', '/', '//', ':', '.', '+',
    '--help', '0000:00/01.0', 'x' x 255);
my @BAD = ('a=b', 'a b', '', '"q"', "it's", '$x', '`x`', '\\', '*', '~', '{{x}}', '{a,b}', '#c', ';', '&',
    '!', '%', '^', "\x{e9}", "\x{202e}", "\e[2J", 'x' x 256);

sub pick   { return $_[ rand @_ ] }
sub chance { return rand() < $_[0] }
sub word   { return chance(0.02) ? pick(@BAD) : pick(@GOOD) }

# Few places, so that cards meet.
sub place {
    return sprintf '%04x:%02x:%02x.%x', pick(0, 0, 0, 1, 0xffff, 0x10000, 0xffffffff), pick(2, 3, 255),
        int rand 8, chance(0.7) ? 0 : int rand 8;
}

sub random_function {
    my %of = (
        card     => 'gpupci' . pick(1 .. 6, 9, 2147483647), kind => chance(0.3) ? 'vf' : 'pci',
        function => chance(0.8) ? 0 : pick(1, 2, 7, 63), address => place(),
        vendor   => pick(qw(10de 1002)), device => pick(qw(1db6 20b0)));
    $of{serial} = word() if chance(0.5);
    $of{path} = word() if chance(0.5);
    @of{qw(subvendor subdevice)} = ('10de', pick(qw(1234 1235))) if chance(0.4);
    $of{class}     = pick(qw(030000 ffffff 000000)) if chance(0.3);
    $of{numa_node} = pick(-1, 0, 65535) if chance(0.3);
    $of{iommu_group} = pick(-1, 0, 1, 2147483647) if chance(0.4);
    $of{bars} = [ { size => pick(0, 1, 1 << 48), bits => 64, prefetchable => JSON::PP::true } ]
        if chance(0.2);
    $of{quarantined} = pick(JSON::PP::true, JSON::PP::false, undef) if chance(0.2);
    $of{driver} = chance(0.95) ? pick(qw(vfio-pci nvidia), 'x' x 63) : pick('x' x 64, 'a b', "\e[2J")
        if chance(0.2);
    return \%of;
}

# Some of it as a host would say, some as one that lies.
sub random_scan {
    my ($name) = @_;
    my @functions = map { random_function() } 1 .. int rand 7;
    for my $part (grep { $_->{kind} eq 'vf' || chance(0.05) } @functions) {
        $part->{parent} = chance(0.7) ? pick(@functions)->{address} : chance(0.5) ? place() : undef;
    }
    return document(\@functions, host => $name);
}

my %count = (taken => 0, refused => 0, given => 0);
for my $round (1 .. $ROUNDS) {
    unlink glob "$ENV{ROCKS_DB}*";
    # Cards with words that no scan brings any more: typed, or of an older version.
    my @typed = map { my $i = $_; map {"add host gpu $_ gpupci" . ($i + 20) . " 1$i:00.0 "
        . "'serial=" . pick(grep { !/[ =']|^$|^.{256}|[^ -~]/ } @BAD) . "' path=" . pick('p', "'{{p}}'")
        . ' state=missing' } $with[0], $without[0] } 0 .. 2;
    my $made = rocks_in(join('', map {"$_\n"} (map {"add host $_"} @with, @without),
            'set attr vm_mac_base_addr 52:54:00:00:00:00',
            (map {"add host vm $_ hosted-vm name=$_-vm"} @with), @typed), qw(--batch -));
    is("$made->{status} $made->{err}", '0 ', "round $round: hosts and VMs");
    for my $sync (1 .. $SYNCS) {
        my $name = pick(@with, @with, @without);
        my $got  = rocks_in(random_scan($name), qw(sync host gpu), $name, 'file=-');
        $count{ $got->{status} ? 'refused' : 'taken' }++;
        fail("round $round: $got->{err}") if $got->{status} > 1 || $got->{signal} || $got->{err} =~ /refused: /;
        if (chance(0.15)) {
            my $vm = pick(@with);
            my $given = rocks(qw(add host gpu), "$vm-vm", pick(qw(gpupci gpupci2)), 'gpupci' . pick(1 .. 4));
            $count{given} += !$given->{status};
        }
        if (chance(0.05)) {
            my $gone = pick(@without);
            rocks_in("remove host $gone\nadd host $gone\n", qw(--batch -));
        }
    }
    last if !comes_back("round $round");
}
diag(join ', ', map {"$count{$_} $_"} sort keys %count);
cmp_ok($count{$_}, '>', 3 * $ROUNDS, "enough was $_") for qw(taken refused);
cmp_ok($count{given}, '>', $ROUNDS, 'and enough was given to VMs');
is(sql('PRAGMA foreign_key_check; PRAGMA integrity_check'), 'ok', 'the file is whole');

done_testing;
