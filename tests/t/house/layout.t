#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The house: who includes whom, sizes of files and functions, the tree of commands and
# the table, help and README.
use strict;
use warnings;

use Rocks;
use Sources;
use Test::More;

my @files = grep { !m{^doc/.*/} } sources(qw(lib db plugins commands src tests doc));
my %text = map { $_ => slurp($_) } @files;

# Which of our headers a folder may include, and which of others beyond libc.
my @rules = (
    [ qr{^lib/},         qr{^lib/},                                  qr{^$} ],
    [ qr{^db/},          qr{^(db|lib)/},                             qr{^sqlite3\.h$} ],
    [ qr{^plugins/libvirt/}, qr{^plugins/((rocks-plugin|xml|passed)\.h$|libvirt/)}, qr{^(libxml|libvirt)/} ],
    [ qr{^plugins/},     qr{^plugins/((rocks-plugin|xml|passed)\.h$|domain/)}, qr{^libxml/} ],
    [ qr{^commands/},    qr{^(src/(?!rocks|gpupci)|db/|lib/|plugins/rocks-plugin\.h$|version\.h$)}, qr{^$} ],
    [ qr{^doc/},         qr{^(doc/|src/cli/|lib/|version\.h$)},        qr{^$} ],
    [ qr{^src/gpupci/},  qr{^(src/gpupci/|lib/|version\.h$)},        qr{^pci/} ],
    [ qr{^src/rocks/},   qr{^(src/(?!gpupci)|db/|lib/|plugins/rocks-plugin\.h$|version\.h$)}, qr{^$} ],
    [ qr{^src/},         qr{^(src/(?!rocks|gpupci)|db/|lib/|plugins/rocks-plugin\.h$|version\.h$)}, qr{^$} ],
);
my $foreign = qr{^(sqlite3|pci/|libxml/|libvirt/|jansson|cmocka)};

sub broken_includes {
    my ($path, $source) = @_;
    my ($rule) = grep { $path =~ $_->[0] } @rules;
    return () if !$rule;
    my @broken;
    while ($source =~ /^\s*#\s*include\s+([<"])([^>"]+)[>"]/mg) {
        my ($kind, $name) = ($1, $2);
        next if $name =~ /\.sql\.h$/;
        if ($kind eq '"') {
            push @broken, $name if $name !~ $rule->[1];
        }
        else {
            push @broken, $name if $name =~ $foreign && $name !~ $rule->[2];
        }
    }
    return @broken;
}

is_deeply([ map { my $p = $_; map { "$p: $_" } broken_includes($p, $text{$p}) } sort @files ],
    [], 'who may include whom');
is_deeply([ broken_includes('lib/x.c', qq{#include "db/db.h"\n#include <sqlite3.h>\n}) ],
    [qw(db/db.h sqlite3.h)], 'the test sees a broken rule');

# A command never includes another command: a header beside a descriptor would be one.
my %command = map { $_ => 1 } grep { m{^commands/} && $text{$_} =~ /^const struct command cmd_/m } @files;
is_deeply(
    [ grep { (my $header = $_) =~ s/\.c$/.h/; $text{$header} && $_ !~ m{^commands/(host|gpu)\.c$} }
          sort keys %command ],
    [], 'no command has a header that another could include');
is_deeply([ grep { m{^(?!db/)} && m{\.c$} && m{^(lib|plugins|commands|src|doc)/} && $text{$_} =~ /sqlite3_/ } sort @files ],
    [], 'only db/ speaks SQL');
is_deeply([ grep { !m{^tests/} && $text{$_} =~ /\b(system|popen|strcpy|strcat|sprintf|gets)\s*\(/ } sort @files ],
    [], 'no shell between us and another program, no unbounded copy');

# Sizes.
sub lines { return scalar(() = $_[0] =~ /\n/g) }
is_deeply([ grep { lines($text{$_}) > ($command{$_} ? 80 : 600) } sort @files ], [],
    'files have at most 600 lines, commands 80');

sub long_functions {
    my ($source) = @_;
    my (@long, $name, $count);
    for my $line (split /\n/, $source) {
        if (!defined $count && $line =~ /^\w.*?(\w+)\(/ && $line !~ /;$/) { $name = $1 }
        if ($line eq '{') { $count = 0 }
        elsif ($line eq '}' && defined $count) {
            push @long, "$name: $count" if $count > 60;
            undef $count;
        }
        elsif (defined $count) { $count++ }
    }
    return @long;
}
is_deeply([ map { my $p = $_; map { "$p $_" } long_functions($text{$p}) } sort @files ], [],
    'functions have at most 60 lines');
is_deeply([ long_functions("int f(void)\n{\n" . "\tx();\n" x 61 . "}\n") ], ['f: 61'],
    'the test sees a long function');

# Every file says its licence and its purpose.
is_deeply([ grep { $text{$_} !~ m{\A/\* SPDX-License-Identifier: GPL-2\.0-or-later \*/\n/\* \S} } sort @files ],
    [], 'licence and purpose on top');

# The tree is the table.
my @tree = sort map { m{^commands/(.*)\.c$}; (my $words = $1) =~ tr{/}{ }; $words } keys %command;
my @listed = rocks()->{out} =~ /^(\S+(?: \S+)*)  /mg;
is_deeply(\@listed, \@tree, 'the tree of commands and the table agree');
for my $path (sort keys %command) {
    (my $words = $path) =~ s{^commands/(.*)\.c$}{$1};
    $words =~ tr{/}{ };
    (my $symbol = $words) =~ tr/ /_/;
    like($text{$path}, qr/^const struct command cmd_\Q$symbol\E = \{\n\t\.words = "\Q$words\E",/m,
        "$path describes `rocks $words`");
    (my $test = $words) =~ tr/ /-/;
    ok(-e "tests/t/commands/$test.t", "tests/t/commands/$test.t is there");
}

# Help and README.
my $readme = slurp('README.rst');
for my $words (@tree) {
    my $help = rocks('help', split / /, $words);
    is($help->{status}, 0, "help $words");
    like($help->{out}, qr/\Ausage: rocks \Q$words\E\b/, "help $words: usage");
    like($help->{out}, qr/^Examples:\n    rocks \Q$words\E/m, "help $words: examples");
    for my $other ($help->{out} =~ /^Related:\n((?:    rocks .*\n)+)/m ? $1 =~ /rocks (.*)/g : ()) {
        ok((grep { $_ eq $other } @tree), "help $words: related $other is a command");
    }
    like($readme, qr{^\| ``rocks \Q$words\E``$}m, "README.rst lists rocks $words");
}
is_deeply([ grep { my $w = $_; !grep { $_ eq $w } @tree } $readme =~ m{^\| ``rocks ([a-z ]+)``$}mg ],
    [], 'README.rst lists no command that is not there');

done_testing;
