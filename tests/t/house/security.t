#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks-security(7): whatever somebody cannot do is shown by a test that is there.
use strict;
use warnings;
use utf8;

use Encode qw(decode);
use Rocks;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my $page = decode('UTF-8', slurp('doc/rocks-security.7.rst'));
my %part = $page =~ /^([A-Z][A-Z ]+)\n=+\n(.*?)(?=^[A-Z][A-Z ]+\n=|\z)/msg;

# Everybody whom the threat model knows, and how much of them.
my @parties = (
    'ROOT ON THE FRONTEND', 'THE READING GROUP', 'OTHER USERS', 'ROOT ON A VM HOST', 'A GUEST',
    'THE NETWORK',
);
delete @part{ 'DESCRIPTION', 'SEE ALSO' };
is_deeply([ sort keys %part ], [ sort @parties ], 'who may be hostile');

# The tests that a text names.
sub tests_of { my ($text) = @_; return $text =~ m{\*(tests/[^*]+)\*}g }

for my $party (@parties) {
    my ($can, $cannot) = split /^Cannot:$/m, $part{$party} // '';
    is(join(' ', tests_of($can)), '', "$party: what they can needs no test");
    my @items = ($cannot // '') =~ /^- (.*?)(?=^- |\z)/msg;
    cmp_ok(scalar @items, '>=', 3, "$party: what they cannot");
    for my $item (@items) {
        my ($said) = $item =~ /\A(.*)/;
        my @tests = tests_of($item);
        ok(scalar @tests, "$party: $said: names a test");
        ok(-f $_,         "$_ is there") for @tests;
        is_deeply([ grep { !m{^tests/(?:t|hosts)/.*\.t$|^tests/unit/test-.*\.c$} } @tests ],
            [], "$party: $said: which the suite runs");
        like($item, qr/\)\s*\z/, "$party: $said: at its end");
    }
}

done_testing;
