#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What is built is position-independent, has RELRO, binds at once, and has its stack and its
# calls of the C library checked.
use strict;
use warnings;

use Hardening;
use Rocks;
use Test::More;

my @files = ("$BUILD/rocks", "$BUILD/gpupci", glob "$BUILD/plugins/*.so");
cmp_ok(scalar @files, '>', 6, 'two programs and the plugins');
my $fortify = !$ENV{SANITIZE};
is_deeply([ hardening_faults($_, fortify => $fortify) ], [], $_) for @files;

# The test sees what is missing.
my $cc = $ENV{CC} // 'cc';
spurt("$FOLDER/soft.c", <<'END');
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
	char text[16];
	strcpy(text, argv[argc - 1]);
	return puts(text);
}
END
my %soft = (
    'it is not a position-independent program' => [ '-no-pie', '-fno-pie' ],
    'its relocations stay writable (RELRO)'     => ['-Wl,-z,norelro'],
    'it binds late (now)'                       => ['-Wl,-z,lazy'],
    'its stack can be run'                      => ['-Wl,-z,execstack'],
    'it looks for libraries where it was built' => ['-Wl,-rpath,/nowhere'],
    'no stack protector'                        => ['-fno-stack-protector'],
    'no fortified calls'                        => ['-U_FORTIFY_SOURCE'],
);
$soft{'its indirect jumps may land anywhere (-fcf-protection)'} = ['-fcf-protection=none']
    if `uname -m` eq "x86_64\n";
my @hard = (
    '-O2', '-pie', '-fPIE', '-fstack-protector-strong', '-Wl,-z,relro,-z,now',
    '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2'
);
for my $fault (sort keys %soft) {
    my $got = run_program('', $cc, '-w', @hard, @{ $soft{$fault} }, '-o', "$FOLDER/soft",
        "$FOLDER/soft.c");
    is($got->{status}, 0, "built: $fault") || diag($got->{err});
    my @faults = hardening_faults("$FOLDER/soft", fortify => 1);
    ok((grep { $_ eq $fault } @faults), "the test sees: $fault") || diag("@faults");
}

done_testing;
