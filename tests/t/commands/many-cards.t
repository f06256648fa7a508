#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A host with thousands of cards: what each takes does not grow with how many there are.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

# Eight times as much may take eight times as long, not sixty-four times.
my ($FEW, $MANY, $MOST_RATIO) = (1000, 8000, 24);

my %WORK = (
    'add host gpu' => sub { sprintf 'add host gpu vm-container-0-0 gpupci%d '
        . '%s', $_[0], address($_[0]) },
    'set host gpu' => sub { sprintf 'set host gpu vm-container-0-0 gpupci%d serial=S%d '
        . 'functions=0,1', $_[0], $_[0] },
    'add host gpu of a VM' => sub { "add host gpu rocks-33 gpupci$_[0] gpupci$_[0]" },
    'set host gpu of a VM' => sub { "set host gpu rocks-33 gpupci$_[0] gpupci$_[0]" },
);
my @ORDER = ('add host gpu', 'set host gpu', 'add host gpu of a VM', 'set host gpu of a VM');

sub address { my ($i) = @_; return sprintf '%04x:%02x:%02x.0', $i >> 13, $i >> 5 & 255, $i & 31 }

# The seconds of CPU that each work takes with so many cards.
sub seconds_with {
    my ($count) = @_;
    my %seconds;
    fresh_inventory(
        'add host vm-container-0-0', 'add host rocks-33 membership=hosted-vm rack=0 rank=0',
        'set host vm rocks-33 physnode=vm-container-0-0');
    for my $work (@ORDER) {
        my $lines  = join '', map { $WORK{$work}->($_) . "\n" } 1 .. $count;
        my $before = (times)[2];
        my $got    = rocks_in($lines, qw(--batch -));
        $seconds{$work} = (times)[2] - $before;
        is("$got->{status} $got->{err}", '0 ', "$work: $count times");
        # As a scan finds them: each in an IOMMU group.
        sql('UPDATE card SET iommu_group = id') if $work eq 'set host gpu';
    }
    is(sql('SELECT count(*) FROM assignment'), $count, "$count cards, all held");
    return %seconds;
}

my %few  = seconds_with($FEW);
my %many = seconds_with($MANY);
for my $work (@ORDER) {
    # What a process takes to start is in both.
    my $ratio = $many{$work} / ($few{$work} || 0.01);
    diag(sprintf '%s: %.2f s and %.2f s', $work, $few{$work}, $many{$work});
    cmp_ok($ratio, '<', $MOST_RATIO, "$work: with eight times as many cards");
}

done_testing;
