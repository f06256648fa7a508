#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever help, the list of commands and usages print fits into 80 columns.
use strict;
use warnings;

use Encode qw(decode_utf8);
use Rocks;
use Test::More;

# The widest line of a text, in characters.
sub widest {
    my ($text) = @_;
    my $widest = 0;
    for my $line (split /\n/, decode_utf8($text)) {
        $widest = length $line if length $line > $widest;
    }
    return $widest;
}

sub fits {
    my ($stream, @words) = @_;
    my $got  = rocks(@words);
    my $text = $got->{$stream};
    isnt($text, '', "rocks @words: something");
    cmp_ok(widest($text), '<=', 80, "rocks @words: at most 80 columns");
    return unlike($text, qr/[ \t]$/m, "rocks @words: no blanks at the ends of lines");
}

fits('out');
fits('out', 'help');
fits('out', qw(list help));
my @commands = map { /^(.*?)  / } split /\n/, rocks()->{out};
for my $words (@commands) {
    fits('out', 'help', split / /, $words);
    my ($verb) = split / /, $words;
    fits('err', $verb) if $verb !~ m{^(?:help|dump)$};
    like(
        rocks(split(/ /, $words), 'no-such-key=1')->{err} =~ s/\A.*\n//r,
        qr/\A(?:usage: .{0,73}\n)(?:    .{0,76}\n)*\z/,
        "rocks $words: the usage line"
    ) if $words ne 'help';
}
fits('out', 'help', $_) for qw(host gpu attr json pydict);

done_testing;
