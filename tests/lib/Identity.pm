# SPDX-License-Identifier: GPL-2.0-or-later
# The cases of tests/data/card-identity.cases, and the two hosts that show a verdict.
package Identity;

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(identity_cases identity_hosts);

# { verdict, who, what, known => card, found => card }, a card { bus, port, ids, serial }.
sub identity_cases {
    open my $file, '<', 'tests/data/card-identity.cases' or die "card-identity.cases: $!";
    my @cases;
    while (my $line = <$file>) {
        next if $line =~ /^(#|$)/;
        chomp $line;
        my ($known, $found, $what) = split /\s+\|\s+/, $line, 3;
        my ($verdict, $who, @known) = split ' ', $known;
        my %case = (verdict => $verdict, who => $who, what => $what);
        @{ $case{known} }{qw(bus port ids serial)} = @known;
        @{ $case{found} }{qw(bus port ids serial)} = split ' ', $found;
        push @cases, \%case;
    }
    return @cases;
}

# Of one pair each verdict shows in two hosts: a card that is found alone may be the one
# that is lost unless it is another one; beside a second lost and a second new card of the
# ids it must be known by more. [known cards, found cards, whether the first is known again]
sub identity_hosts {
    my ($case) = @_;
    my ($known, $found) = @{$case}{qw(known found)};
    my %lost = (bus => 32, port => 6, ids => $known->{ids}, serial => '-');
    my %new  = (bus => 33, port => 7, ids => $found->{ids}, serial => '-');
    return (
        [ [$known], [$found], $case->{verdict} ne 'other' ],
        [ [ $known, \%lost ], [ $found, \%new ], $case->{verdict} eq 'same' ]);
}

1;
