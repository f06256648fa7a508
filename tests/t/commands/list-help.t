#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list help: the usage of every command.
use strict;
use warnings;

use Rocks;
use Test::More;

my $list = rocks(qw(list help));
is($list->{status}, 0, 'done');
my @usages = $list->{out} =~ /^(usage: .*\n(?:    .*\n)*)/mg;
is(join('', @usages), $list->{out}, 'usages and nothing else');

# The same commands as `rocks` lists, in its order, each as its own help begins.
my @commands = map { /^(.*?)  / } split /\n/, rocks()->{out};
cmp_ok(scalar @commands, '>', 40, 'there are commands');
is_deeply(\@commands, [ sort @commands ], 'they are sorted');
is(scalar @usages, scalar @commands, 'a usage a command');
for my $i (0 .. $#commands) {
    my $help = rocks('help', split / /, $commands[$i])->{out};
    is(substr($help, 0, length $usages[$i]), $usages[$i], "$commands[$i]: as its help begins");
    like($usages[$i], qr/^usage: rocks \Q$commands[$i]\E(?: |$)/m, "$commands[$i]: its words");
}
like($list->{out}, qr/^usage: rocks set host gpu \{host\} \{gpu\} \[value\] /m, 'arguments');
like($list->{out}, qr/^usage: rocks remove host \{host\}\.\.\.$/m, 'several');
like($list->{out}, qr/^usage: rocks sync host gpu \[host\]\.\.\. \[file=\] \[adopt=\] \[dryrun=\]/m,
    'parameters');
like(
    $list->{out},
    qr/^usage: rocks list attr \[attr=\] \[output-header=\] \[output-col=\] \[json=\]$/m,
    'parameters of tables');
usage(qr/^rocks: one word too many: «host»$/m, qw(list help host));

done_testing;
