#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A host with thousands of cards: what each takes does not grow with how many there are.
use strict;
use warnings;

use Inventory;
use Rocks;
use Scan;
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
        my $got    = rocks_in($lines, qw(--batch -));
        $seconds{$work} = $got->{seconds};
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

# A scan of all the cards that one may have, beside as many that it says nothing of any more:
# none of them is held against each other one, neither by serial number nor for a name.
my ($MOST_CARDS, $MOST_SECONDS, $MOST_GROWTH) = (1024, 6, 5);

sub other_cards {
    my ($tag, $with_serial) = @_;
    return document([ map { card("gpupci$_", address($_) =~ s/\.0//r, functions => 1,
        path => "$tag/$_", $with_serial ? (serial => "$tag-$_") : ()) } 1 .. $MOST_CARDS ]);
}

for my $with_serial (1, 0) {
    my $what = $with_serial ? 'with serial numbers' : 'without';
    my @seconds;
    begin();
    for my $tag (qw(A B)) {
        my $before = (times)[2];
        my $got    = sync_text(other_cards($tag, $with_serial));
        push @seconds, (times)[2] - $before;
        is("$got->{status} $got->{err}", '0 ', "cards $what, $tag");
    }
    is(sql('SELECT count(*), count(address) FROM card'), 2 * $MOST_CARDS . "|$MOST_CARDS",
        "cards $what: all are there");
    diag(sprintf 'sync of cards %s: %.2f s, beside others %.2f s', $what, @seconds);
    cmp_ok($seconds[1], '<', $MOST_SECONDS, "cards $what: seconds");
    cmp_ok($seconds[1] / ($seconds[0] || 0.01), '<', $MOST_GROWTH, "cards $what: beside as many others");
}

done_testing;
