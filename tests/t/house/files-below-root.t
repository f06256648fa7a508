#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci looks at files below a root, which --sysroot names: src/gpupci/files knows how, the
# other rooms ask it. A path that another room opens misses the root, or joins it once more.
use strict;
use warnings;

use Rocks;
use Sources;
use Test::More;

# What takes a path; of what takes a folder's descriptor besides, that from the working
# folder is the same.
my $calls = qr{\b(?:open|fopen|freopen|opendir|scandir|glob|ftw|nftw|readlink|realpath|access
    |euidaccess|eaccess|stat|lstat|unlink|rename|mkdir|rmdir|symlink|link|truncate|chdir)\s*\(
    |\b\w+\s*\(\s*AT_FDCWD\b}x;

# Files whose paths are the caller's own, whatever the root is.
my %own = (
    'src/gpupci/actions/capture.c' => 'the archive, which the command line names',
);

# A C file without comments and strings.
sub bare {
    my ($source) = @_;
    $source =~ s{/\*.*?\*/|"(?:[^"\\]|\\.)*"}{}gs;
    return $source;
}

sub paths_opened {
    my ($source) = @_;
    return bare($source) =~ /($calls)/g;
}

my @files = grep { !m{^src/gpupci/files/} } sources('src/gpupci');
ok(@files > 50, 'there is source to look at');
is_deeply([ map { my $p = $_; map { "$p: $_" } paths_opened(slurp($p)) } grep { !$own{$_} } @files ],
    [], 'only src/gpupci/files opens paths');
for my $path (sort keys %own) {
    ok(-e $path && paths_opened(slurp($path)), "$path still opens $own{$path}");
}

is_deeply(
    [ paths_opened(qq{/* opendir() asks thrice */ fd = open(path, O_RDONLY);\n
        puts("stat(x)"); if (access (path, F_OK) == 0) faccessat(AT_FDCWD, path, F_OK, 0);\n
        fd = openat(proc, name, 0); root_exists(root, "/proc"); fstat(fd, &status);}) ],
    [ 'open(', 'access (', 'faccessat(AT_FDCWD' ], 'the test sees what opens a path, and that alone');

# One struct root a run: main() makes it, and a path is not joined to its folder by hand.
my @made = grep { slurp($_) =~ /\b(?:ROOT_EMPTY|HOST_EMPTY|PCI_SCAN_EMPTY)\(/ && !/\.h$/ } @files;
is_deeply(\@made, ['src/gpupci/main.c'], 'main() makes the one struct root');
is_deeply([ grep { bare(slurp($_)) =~ /\bconst char \*root\b/ } @files ], ['src/gpupci/cli/options.h'],
    'a root goes along as a struct, not as the name of its folder');

done_testing;
