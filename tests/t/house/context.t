#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The house: rooms below the commands take a context. They do not know the command line, make
# up none of it for a function that does, and do not turn off errors for the whole program.
use strict;
use warnings;

use Rocks;
use Sources;
use Test::More;

# What reads the arguments of several commands is their part of the room.
my %reads_arguments = map { $_ => 1 } qw(arguments.c arguments.h);
my @rooms = qw(src/drift src/vm src/move);
my @parts = map {"src/fleet/$_"} qw(collect.c collect.h fan-out.c fan-out.h);

# What a file says of the command line or of the sink of errors, with the number of its line.
sub mentions {
    my ($path, $source) = @_;
    my $number = 0;
    return map { $number++; /\b(struct invocation|catch_errors)\b/ ? "$path:$number: $1" : () }
        split /\n/, $source;
}

for my $room (@rooms) {
    my @files = grep { !$reads_arguments{s{.*/}{}r} } sources($room);
    cmp_ok(scalar @files, '>', 10, "$room has files");
    is_deeply([ map { mentions($_, slurp($_)) } @files ], [], "$room takes a context");
}
is_deeply([ map { mentions($_, slurp($_)) } @parts ], [], 'so does what asks many hosts');
is_deeply(
    [ mentions('x.c', "int a;\nint f(const struct invocation *invocation);\n\tcatch_errors(say_nothing, NULL);\n") ],
    [ 'x.c:2: struct invocation', 'x.c:3: catch_errors' ],
    'the test sees what breaks the rule');
done_testing();
