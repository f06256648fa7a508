#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What the libraries do once is done nowhere else: clocks, children, whole files, JSON.
use strict;
use warnings;

use Rocks;
use Sources;
use Test::More;

# What it is, how a file would do it itself, and the files that are meant to.
my @once = (
    [
        'the clock of deadlines: lib/clock.h', qr/\bclock_gettime\s*\(/,
        'lib/clock.c',
    ],
    [
        'waiting for a child: lib/process.h', qr/\b(?:waitpid|waitid|wait[34]?)\s*\(/,
        'lib/process.c',
    ],
    [
        'writing all of it: lib/file.h', qr/\bp?write\s*\(\s*(?:\w*fd|STD\w+_FILENO)\b/,
        'lib/file.c',
        'src/gpupci/files/deadline.c',    # an attribute of the kernel's takes one write()
    ],
    [
        'reading all of a file: lib/file.h', qr/\bp?read\s*\(\s*(?:\w*fd|file|STD\w+_FILENO)\b/,
        'lib/file.c',
        'db/store/open.c',                # the head of a database
        'lib/children.c',                 # a number from a socket
        'src/gpupci/files/deadline.c',    # a file of /proc or sysfs is read with one read()
        'src/gpupci/files/root.c',        # the same
    ],
    [
        'taking what a program prints: lib/process.h', qr/\bread\s*\(\s*\*?\w*(?:out|err|stream->fd|fd)\b/,
        'lib/process.c', 'lib/file.c', 'lib/children.c',
        'src/fleet/streams.c',            # FIFOs of many hosts, a line at a time
        'src/gpupci/files/deadline.c', 'src/gpupci/files/root.c',
    ],
    [
        'a folder on the disk: lib/file.h', qr/\bdirname\s*\([^;]*;(?:(?!^\}).)*\bfsync\s*\(/ms,
        'lib/file.c',
    ],
    [
        'the punctuation of JSON: lib/json.h', qr/[{,] ?\\"[\w%]+\\":/,
        'commands/report/nextip.c', 'commands/report/version.c',
        'commands/report/vm/nextmac.c',                                 # a line of one word
        'commands/report/host/inventory.c',                             # a help text
    ],
    [
        'one card or two: lib/card-identity.h', qr/\benum likeness\b|\bcompare_serials?\s*\(/,
        'lib/card-identity.c',
    ],
);

my %text = map { $_ => code($_) } grep { /\.c$/ } sources(qw(lib db plugins commands src));

# Without its comments.
sub code { return slurp($_[0]) =~ s{/\*.*?\*/}{}gsr }

for my $once (@once) {
    my ($what, $how, @meant) = @$once;
    my %meant = map { $_ => 1 } @meant;
    is_deeply([ grep { !$meant{$_} && $text{$_} =~ $how } sort keys %text ], [], $what);
    is_deeply([ grep { !defined $text{$_} || $text{$_} !~ $how } @meant ], [],
        "$what: no exception that is not needed");
}

# The patterns see what they are for.
my %seen = (
    'the clock of deadlines' => 'clock_gettime(CLOCK_MONOTONIC, &now);',
    'waiting for a child'    => 'while (waitpid(child, NULL, 0) < 0)',
    'writing all of it'      => 'written = write(fd, bytes, length);',
    'reading all of a file'  => 'while ((length = read(fd, block, sizeof(block))) != 0)',
    'taking what'            => 'got = read(*fd, bytes, sizeof(bytes));',
    'a folder on the disk'   => "fd = open(dirname(copy), O_RDONLY);\n\treturn fsync(fd);\n}\n",
    'the punctuation'        => 'printf(", \"%s\": ", key);',
    'one card or two'        => 'static bool compare_serials(const char *a)',
);
for my $what (sort keys %seen) {
    my ($once) = grep { $_->[0] =~ /^\Q$what\E/ } @once;
    like($seen{$what}, $once->[1], "the test sees another: $what");
}

done_testing;
