#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Every argument of every command has a type, and check, help, manual and Tab are one about it.
use strict;
use warnings;

use Encode qw(decode);
use Inventory;
use Rocks;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my @KEYS = qw(command place name type required least most words);
my @rows;
for my $line (split /\n/, run_program('', "$BUILD/tests/arguments")->{out}) {
    my %row;
    @row{@KEYS} = split /\t/, $line, -1;
    push @rows, \%row;
}
my %of;
push @{ $of{ $_->{command} } }, $_ for @rows;
my @commands = rocks()->{out} =~ /^(\S+(?: \S+)*)  /mg;
my %help     = map { $_ => decode('UTF-8', rocks('help', split / /)->{out}) } @commands;

walkthrough_inventory();
my $before = inventory();

# a, b or c.
sub enumerated {
    my (@words) = @_;
    my $last = pop @words;
    return @words ? join(', ', @words) . " or $last" : $last;
}

# A value that a row takes.
sub sample {
    my ($row) = @_;
    return 'yes' if $row->{type} eq 'boolean';
    return $row->{least} if $row->{type} eq 'integer';
    return ($row->{words} =~ /(\S+)/)[0] if $row->{type} eq 'word';
    return 'x';
}

# A call of the command in which one argument has that value, and all that are needed have one.
sub call {
    my ($row, $value) = @_;
    my @others = grep { $_->{required} && $_ != $row } @{ $of{ $row->{command} } };
    return (split(/ /, $row->{command}), (map { "$_->{name}=" . sample($_) } @others),
        "$row->{name}=$value");
}

# What comes of it before the command runs: the argument's number.
sub parsed {
    my ($row, $value) = @_;
    my $got = run_program('', "$BUILD/tests/arguments", call($row, $value));
    return "$got->{status} $got->{err}" if $got->{status} || $got->{err};
    return $got->{out} =~ /^\Q$row->{name}\E\t(.*)$/m ? $1 : 'nothing';
}

sub takes {
    my ($row, $value, $number) = @_;
    return is(parsed($row, $value), $number, "$row->{command}: $row->{name}=$value");
}

# Wrong usage, and a sentence with the argument, what was typed and what is taken.
sub refuses {
    my ($row, $value, $taken) = @_;
    my $what = "$row->{command}: $row->{name}=$value";
    my $got  = rocks(call($row, $value));
    is("$got->{status} $got->{out}", '2 ', "$what is wrong usage");
    like($got->{err}, qr/\Arocks: \Q$row->{name}= must be $taken, not «$value»\E/, "$what: and why");
    like($got->{err}, qr/^usage: rocks \Q$row->{command}\E/m, "$what: the usage");
    return ok(inventory() eq $before, "$what: changed nothing");
}

# What help and the manual page say of it, blanks and breaks as one.
sub help_of {
    my ($row) = @_;
    my $head = $row->{place} eq 'argument' ? "{$row->{name}}" : "$row->{name}=";
    my ($text) = $help{ $row->{command} } =~ /^    \Q$head\E\n((?:        .*\n)+)/m;
    return ($text // '') =~ s/\s+/ /gr;
}

sub page_of {
    my ($row) = @_;
    my $page = slurp("$BUILD/man/rocks-" . $row->{command} =~ tr/ /-/r . '.8');
    my $head = ($row->{place} eq 'argument' ? "{$row->{name}}" : "$row->{name}=");
    $page =~ s/\\f[BRI]|\\&//g;
    $page =~ s/\\-/-/g;
    my ($text) = $page =~ /^\.TP\n\Q$head\E\n([^\n]*(?:\n[^.\n][^\n]*)*)/m;
    return decode('UTF-8', $text // '') =~ s/\s+/ /gr;
}

sub says {
    my ($row, $pattern) = @_;
    like(help_of($row), $pattern, "$row->{command}: the help of $row->{name}");
    return like(page_of($row), $pattern, "$row->{command}: the page of $row->{name}");
}

sub offers {
    my ($row, @words) = @_;
    my $got = rocks('--complete', "rocks $row->{command} $row->{name}=", '');
    return is_deeply([ sort split /\n/, $got->{out} ],
        [ sort @words ], "$row->{command}: Tab after $row->{name}=");
}

my @yes  = qw(yes on y true 1);
my @no   = qw(no off n false 0 none);
my %test = (
    text    => sub { },
    boolean => sub {
        my ($row) = @_;
        takes($row, $_, 1) for thinned(5, 8, @yes, 'YES', 'oN');
        takes($row, $_, 0) for thinned(5, 8, @no, 'No', 'NONE');
        refuses($row, $_, 'yes or no') for thinned(2, 4, 'maybe', '', '2');
        says($row, qr/^ ?(?:yes|no): /);
        return offers($row, qw(yes no));
    },
    integer => sub {
        my ($row) = @_;
        my ($least, $most) = @{$row}{qw(least most)};
        cmp_ok($least, '<', $most, "$row->{command}: $row->{name} has a range");
        takes($row, $_, $_) for $least, $most;
        refuses($row, $_, "a number from $least to $most") for $least - 1, $most + 1, 'x';
        return says($row, qr/ \($least to $most\) ?$/);
    },
    word => sub {
        my ($row) = @_;
        my @words = split / /, $row->{words};
        my $taken = enumerated(@words);
        cmp_ok(scalar @words, '>', 1, "$row->{command}: $row->{name} has words");
        takes($row, $_, 'nothing') for @words;
        refuses($row, $_, $taken) for 'maybe', uc $words[0], "$words[0] $words[1]", '';
        says($row, qr/^ ?\Q$taken\E(?:;| ?$)/);
        return offers($row, @words);
    },
);

my %seen;
for my $row (@rows) {
    my $test = $test{ $row->{type} };
    ok($test, "$row->{command}: $row->{name} has a type") or next;
    $seen{ $row->{type} }++;
    $test->($row);
}
cmp_ok($seen{$_} // 0, '>', 3, "there are arguments that are $_") for sort keys %test;

# The list is whole: what help names, but file=, which stands for another.
for my $command (@commands) {
    my @named = grep { $_ ne 'file' } $help{$command} =~ /^    [{]?([\w-]+)[}=]\n        /mg;
    my @listed = grep { $_ ne 'file' } map { $_->{name} } @{ $of{$command} // [] };
    is_deeply([ sort @listed ], [ sort @named ], "$command: its arguments");
}

# A number that may be cleared; booleans that are stored are what they were in Rocks.
for my $row (grep { $_->{command} =~ /interface/ && $_->{name} eq 'vlan' } @rows) {
    is(parsed($row, $_), 'nothing', "$row->{command}: vlan=$_ is not a number") for '', 'none', 'NULL';
}
prints('', qw(set host attr vm-container-0-15 managed maybe));

# Lines of a batch, and its own check=, are typed, too.
my $got = rocks_in("list host json=maybe\n", qw(--batch -));
is($got->{status}, 1, 'a batch with a wrong word');
like($got->{err}, qr/^rocks: -:1: json= must be yes or no, not «maybe»; /, '... says the line');
$got = rocks_in("set attr a b\n", qw(--batch - check=maybe));
is($got->{status}, 2, 'check=maybe');
like($got->{err}, qr/^rocks: check= must be yes or no, not «maybe»; /, '... says why');
is(rocks_in("set attr a b\n", qw(--batch - check=Yes))->{status}, 0, 'check=Yes');
unlike(rocks(qw(list attr))->{out}, qr/^\S*a /m, 'nothing was set');

done_testing;
