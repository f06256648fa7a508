#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The house: who includes whom, sizes of files and functions, the tree of commands and
# the table, the help, the manual and README.rst.
use strict;
use warnings;

use Rocks;
use Sources;
use Test::More;

my @files = grep { !m{^doc/.*/} } sources(qw(lib db plugins commands src tests doc));
my %text = map { $_ => slurp($_) } @files;

# The rooms, from the top of each program down: an include goes down, or stays in its room. Rooms
# of a line do not know one another.
my @down = (
    [
        [qw(src/rocks)],
        [qw(src/rocks/batch src/rocks/complete)],
        [qw(src/rocks/dispatch)],
        [qw(commands)],
        [qw(src/move src/drift src/page)],
        [qw(src/vm)],
        [qw(src/inventory/dump src/inventory/report)],
        [qw(src/inventory src/fleet)],
        [qw(src/cli)],
        [qw(db)],
        [qw(db/store)],
        [qw(lib)],
    ],
    [
        [qw(src/gpupci)],
        [qw(src/gpupci/actions)],
        [qw(src/gpupci/check src/gpupci/change)],
        [qw(src/gpupci/cli)],
        [qw(src/gpupci/keep)],
        [qw(src/gpupci/hold src/gpupci/bind src/gpupci/capture)],
        [qw(src/gpupci/cards)],
        [qw(src/gpupci/scan)],
        [qw(src/gpupci/files)],
        [qw(lib)],
    ],
    [ [qw(plugins/device plugins/domain plugins/libvirt)], [qw(plugins)] ],
    [ [qw(doc)], [qw(src/cli)], [qw(lib)] ],
);

# Headers that stand between rooms, and who may include them.
my %between = (
    'version.h'              => qr{^(?:commands|src|doc)\b},
    'plugins/rocks-plugin.h' => qr{^(?:plugins|commands|src/(?!gpupci))},
);

# What is not ours, beyond libc.
my $foreign = qr{^(?:sqlite3|pci/|libxml/|libvirt/|jansson|cmocka)};
my %foreign = (
    'db'              => qr{^sqlite3\.h$},
    'db/store'        => qr{^sqlite3\.h$},
    'plugins'         => qr{^libxml/},
    'plugins/device'  => qr{^libxml/},
    'plugins/domain'  => qr{^libxml/},
    'plugins/libvirt' => qr{^(?:libxml|libvirt)/},
    'src/gpupci/scan' => qr{^pci/},
);

# The room of a file: its folder; the tree of typed words is one.
sub room_of {
    my ($path) = @_;
    (my $room = $path) =~ s{/[^/]+$}{};
    return $room =~ m{^commands\b} ? 'commands' : $room;
}

sub level_of {
    my ($tower, $room) = @_;
    my ($level) = grep { grep { $_ eq $room } @{ $tower->[$_] } } 0 .. $#$tower;
    return $level;
}

# Whether a file of one room may include what is in the other.
sub goes_down {
    my ($from, $to) = @_;
    return 1 if $from eq $to;
    for my $tower (@down) {
        my ($high, $low) = map { level_of($tower, $_) } $from, $to;
        return 1 if defined $high && defined $low && $high < $low;
    }
    return 0;
}

sub includes_of {
    my ($source) = @_;
    my @includes;
    push @includes, [ $1, $2 ] while $source =~ /^\s*#\s*include\s+([<"])([^>"]+)[>"]/mg;
    return @includes;
}

sub broken_includes {
    my ($path, $source) = @_;
    my $room = room_of($path);
    my @broken;
    for my $include (includes_of($source)) {
        my ($kind, $name) = @$include;
        if    ($name =~ /\.sql\.h$/)  { push @broken, $name if $room ne 'db/store' }
        elsif ($kind eq '<')          { push @broken, $name if $name =~ $foreign && $name !~ ($foreign{$room} // qr{^$}) }
        elsif (my $who = $between{$name}) { push @broken, $name if $room !~ $who }
        elsif (!goes_down($room, room_of($name))) { push @broken, $name }
    }
    return @broken;
}

my @housed = grep { !m{^tests/} } sort @files;
is_deeply([ grep { my $room = room_of($_); !grep { defined level_of($_, $room) } @down } @housed ],
    [], 'every file is in a room');
is_deeply([ map { my $path = $_; map { "$path: $_" } broken_includes($path, $text{$path}) } @housed ],
    [], 'an include goes down');
is_deeply([ broken_includes('lib/x.c', qq{#include "db/store/db.h"\n#include <sqlite3.h>\n}) ],
    [qw(db/store/db.h sqlite3.h)], 'the test sees an include that goes up');
is_deeply([ broken_includes('src/move/x.c', qq{#include "src/drift/row.h"\n#include "src/vm/facts.h"\n}) ],
    [qw(src/drift/row.h)], '… and one that goes next door');

# Headers that include one another, by whatever way.
sub circles {
    my (%source) = @_;
    my %next = map { $_ => [ grep { $source{$_} } map { $_->[1] } includes_of($source{$_}) ] } keys %source;
    my %found;
    for my $start (sort keys %next) {
        my (%seen, @open);
        @open = @{ $next{$start} };
        while (defined(my $name = shift @open)) {
            $found{$start} = 1 if $name eq $start;
            push @open, @{ $next{$name} } if !$seen{$name}++;
        }
    }
    return sort keys %found;
}
is_deeply([ circles(map { $_ => $text{$_} } grep { /\.h$/ } @housed) ], [], 'no circle of headers');
is_deeply([ circles('a.h' => qq{#include "b.h"\n}, 'b.h' => qq{#include "a.h"\n}, 'c.h' => qq{#include "a.h"\n}) ],
    [qw(a.h b.h)], 'the test sees a circle');

# commands/ has the words that are typed, and the table of them.
is_deeply([ grep { m{^commands/} && $_ ne 'commands/commands.c' && $text{$_} !~ /^const struct command cmd_/m } @housed ],
    [], 'commands/ has nothing but commands');

# The tours of HACKING.rst: each file has its function, and no step goes up.
my ($tours) = slurp('HACKING.rst') =~ /^\.\. tours\n(.*?)^\.\. end of tours$/ms;
my $steps = 0;
for my $tour (split /^How /m, $tours) {
    my $from;
    while ($tour =~ /^``(\S+)`` +``(\w+)``/mg) {
        my ($path, $function) = ($1, $2);
        like($text{$path} // '', qr/^(?!\t).*\b$function\(/m, "HACKING.rst: $function in $path");
        ok(!$from || goes_down(map { room_of($_) } $from, $path) || $path =~ m{^plugins/domain/},
            "HACKING.rst: down to $path");
        $from = $path;
        $steps++;
    }
}
cmp_ok($steps, '>=', 20, 'HACKING.rst: the tours');

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

# Help, manual and README.
for my $words (@tree) {
    my $help = rocks('help', split / /, $words);
    is($help->{status}, 0, "help $words");
    like($help->{out}, qr/\Ausage: rocks \Q$words\E\b/, "help $words: usage");
    like($help->{out}, qr/^Examples:\n    rocks \Q$words\E/m, "help $words: examples");
    for my $other ($help->{out} =~ /^Related:\n((?:    rocks .*\n)+)/m ? $1 =~ /rocks (.*)/g : ()) {
        ok((grep { $_ eq $other } @tree), "help $words: related $other is a command");
    }
}
# rocks(8) lists the table, by subject; README.rst leaves that to it, and is short.
my $listed = slurp("$BUILD/man/commands.rst");
is_deeply([ sort $listed =~ /^\*\*([a-z ]+)\*\*$/mg ], \@tree, 'rocks(8) lists each command, and no other');
my $readme = slurp('README.rst');
cmp_ok(lines($readme), '<', 250, 'README.rst is short');

done_testing;
