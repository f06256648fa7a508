#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual: every page is rendered without a warning, and says what the programs do.
use strict;
use warnings;

use Cwd qw(getcwd);
use Encode qw(decode);
use Rocks;
use Sources;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

delete $ENV{$_} for qw(MAKEFLAGS MAKELEVEL MANOPT MANPAGER SOURCE_DATE_EPOCH);
my $folder = "$BUILD/man";
my @pages  = sort map { m{([^/]+)$} } glob "$folder/*.[578]";
my %help   = map      { $_ => decode('UTF-8', rocks('help', split / /)->{out}) }
    rocks()->{out} =~ /^(\S+(?: \S+)*)  /mg;
my @written  = qw(gpupci.8 gpupci.conf.5 rocks-attributes.7 rocks-moving.7 rocks-plugin.7 rocks-security.7 rocks.8);
my @commands = sort keys %help;

# The text of a page at a width, without backspaces and the breaks of man; and what man and groff
# have to say of it.
sub text_of {
    my ($page, $width) = @_;
    local $ENV{MANWIDTH} = $width;
    my $got = run_program('', 'sh', '-c', 'man --warnings -E UTF-8 -l "$0" | col -bx', "$folder/$page");
    my $text = decode('UTF-8', $got->{out});
    return wantarray ? ($text, $got->{err}) : $text;
}

# Blanks and breaks of lines count for nothing.
sub joined { my ($text) = @_; $text =~ s/\s+/ /g; return $text =~ s/^ | $//gr }

sub section_of {
    my ($text, $title) = @_;
    return $text =~ /^\Q$title\E\n((?:(?: .*)?\n)*)/m ? $1 : '';
}

is_deeply(
    \@pages,
    [ sort @written, map { 'rocks-' . tr/ /-/r . '.8' } @commands ],
    'a page a command, and those of doc/*.rst'
);

# Sanitizers see nothing of what man and groff do.
for my $page (thinned(2, 16, @pages)) {
    my ($text, $said) = text_of($page, 80);
    is($said, '', "$page: man has nothing to say");
    is_deeply([ grep { length > 80 } split /\n/, $text ], [], "$page: 80 columns");
}
my @files = map {"$folder/$_"} @pages;
my $lint  = run_program('', qw(mandoc -T lint -W warning), @files);
is("$lint->{status} $lint->{out}$lint->{err}", '0 ', 'nor has mandoc');
my @names = split /^/, run_program('', 'lexgrog', @files)->{out};
is(scalar @names, scalar @pages, 'a name each');
like($names[$_], qr/: "\Q@{[ $pages[$_] =~ s{\.\d$}{}r ]}\E - \S[^"]+"$/,
    "$pages[$_]: apropos finds it") for 0 .. $#pages;

# Pages of commands: all that the help says, in its order, and nothing else.
for my $words (thinned(2, 16, @commands)) {
    my $page = 'rocks-' . $words =~ tr/ /-/r . '.8';
    my $text = text_of($page, 400);
    my ($usage, $summary) = $help{$words} =~ /\Ausage: (.*?)\n\n(.*?)\n(?:\n|\z)/s;
    is(joined(section_of($text, 'SYNOPSIS')), joined($usage), "$page: the synopsis");
    my ($tail) = $help{$words} =~ /\Ausage: .*?\n\n(.*)\z/s;
    my %part = (Help => $tail =~ /\A(?:.*?\n\n)?(.*?)(?=^[A-Z]\w+:\n|\z)/ms);
    $part{$1} = $2 while $tail =~ /^([A-Z]\w+):\n((?:    .*\n)*)/mg;
    my $prose = joined($part{Help} || $summary) =~ tr/`//dr;
    is(joined(section_of($text, 'DESCRIPTION')), $prose, "$page: what the help says");

    for my $title (qw(Arguments Parameters)) {
        is(
            joined(section_of($text, uc $title)),
            joined($part{$title} // '') =~ tr/`//dr,
            "$page: $title"
        );
    }
    is(
        joined(section_of($text, 'EXAMPLES') =~ s/ \\\n +/ /gr),
        joined($part{Examples}),
        "$page: examples"
    );
    my @related = map { 'rocks-' . tr/ /-/r . '(8)' } ($part{Related} // '') =~ /rocks (.*)/g;
    is(
        joined(section_of($text, 'SEE ALSO')),
        join(', ', @related, 'rocks(8)'),
        "$page: related commands"
    );
}

# rocks(8): the commands, the options, what it exits with.
my $rocks  = text_of('rocks.8', 400);
my @listed = section_of($rocks, 'COMMANDS') =~ /^ {7}([a-z]+(?: [a-z]+)*)(?:\n {14}| {2,})\S/mg;
is_deeply(\@listed, \@commands, 'rocks(8): the commands');
my %summary  = rocks()->{out} =~ /^(\S+(?: \S+)*)  +(.*)$/mg;
my $commands = joined(section_of($rocks, 'COMMANDS'));
ok(index($commands, joined("$_ $summary{$_}")) >= 0, "rocks(8): $_") for @commands;
my ($options) = rocks('--nonsense')->{err} =~ /the options are (.*)/;
is_deeply(
    [ sort { $a cmp $b } section_of($rocks, 'OPTIONS') =~ /(?:^ {7}|, )(--[a-z]+)/mg ],
    [ sort $options =~ /--[a-z]+/g ],
    'rocks(8): the options'
);

sub codes_of {
    return join ' ', sort { $a <=> $b } $_[0] =~ /^ {7}(\d+) /mg;
}

sub constants_of {
    my ($path, $prefix) = @_;
    return join ' ', slurp($path) =~ /^\t${prefix}_\w+ = (\d+),/mg;
}
is(
    codes_of(section_of($rocks, 'EXIT STATUS')),
    constants_of('src/cli/error.h', 'ROCKS'),
    'rocks(8): the exit codes'
);

# gpupci(8): the options with their arguments, what it exits with, its files.
my $gpupci = text_of('gpupci.8', 400);
my $usage  = run_program('', "$BUILD/gpupci", '--help')->{out};
my %known  = map { $_ => 1 } $usage =~ /^ +(?:-\w, )?(--[a-z-]+(?: [A-Z]+(?:\.{3})?)*)  /mg;
my %told =
    map { $_ => 1 } section_of($gpupci, 'OPTIONS') =~ /(?:^ {7}|, )(--[a-z-]+(?: [A-Z]+(?:\.{3})?)*)/mg;
cmp_ok(scalar keys %known, '>', 15, 'gpupci --help has options');
is_deeply([ sort keys %told ], [ sort keys %known ], 'gpupci(8): the options');
my %names = map { $_ => 1 } slurp('src/gpupci/cli/options.c') =~ /^\t\{ "([a-z-]+)", \w+_argument/mg;
is_deeply([ sort map { /^--(\S+)/ } keys %told ], [ sort keys %names ],
    '... those that are parsed');
my %letters = map { $_ => 1 } $usage =~ /^ +(-\w), /mg;
is_deeply(
    [ sort { $a cmp $b } section_of($gpupci, 'OPTIONS') =~ /^ {7}(-\w)\b/mg ],
    [ sort keys %letters ],
    '... and their letters'
);
is(
    codes_of(section_of($gpupci, 'EXIT STATUS')),
    constants_of('src/gpupci/cli/exit-code.h', 'EXIT'),
    'gpupci(8): the exit codes'
);
my @paths = grep { !m{^/proc/} }
    map { slurp($_) =~ /^#define \w+_(?:PATH|LOCK) "([^"]+)"/mg } glob 'src/gpupci/*/*.h';
cmp_ok(scalar @paths, '>=', 5, 'files that gpupci keeps');
like(section_of($gpupci, 'FILES'), qr/^ {7}\Q$_\E$/m, "gpupci(8): $_")
    for '/etc/gpupci.conf', @paths;

# gpupci.conf(5): the words of a line, each as the parser takes it, and what is built in.
my $conf  = text_of('gpupci.conf.5', 400);
my @words =
    grep { defined } slurp('src/gpupci/cards/config.c') =~ /\[RULE_\w+\] = "(\w+)"|strcmp\(first, "(\w+)"\)/g;
is_deeply(
    [ sort { $a cmp $b } section_of($conf, 'OPTIONS') =~ /^ {7}(\w+) [A-Z]/mg ],
    [ sort @words ],
    'gpupci.conf(5): the words'
);
my ($vendors) = slurp('src/gpupci/cards/config.c') =~ /vendors\[\] = \{ (.*?) \}/;
like(
    $conf,
    qr/default, \Q@{[ $vendors =~ s{0x|,}{}gr ]}\E:/,
    'gpupci.conf(5): the vendors that are built in'
);
my ($default) = slurp('system/gpupci.conf') =~ /^#class (\w+)$/m;
like($conf, qr/for all vendors: \Q$default\E,/, 'gpupci.conf(5): the classes that are built in');
my ($example) = slurp('doc/gpupci.conf.5.rst') =~ /::\n\n((?:    .*\n)+)/;
mkdir "$FOLDER/host"                                                 or die;
system('tests/data/make-walkthrough-host', "$FOLDER/host/root") == 0 or die;
mkdir "$FOLDER/host/root/etc";
spurt("$FOLDER/host/root/etc/gpupci.conf", $example =~ s/^    //gmr);
is(
    run_program('', "$BUILD/gpupci", '--sysroot', "$FOLDER/host/root", '-l')->{out},
    "gpupci1 pci_0000_02_00_0\n",
    'gpupci.conf(5): the example joins two cards to one'
);

# rocks-plugin(7): every structure with every member, every name of the interface.
my $plugin = text_of('rocks-plugin.7', 400);
my $header = slurp('plugins/rocks-plugin.h') =~ s{/\*.*?\*/}{}gsr;
my %struct;
while ($header =~ /^struct (\w+) \{\n(.*?)^\};/msg) {
    my ($name, $body) = ($1, $2);
    $struct{$name} = [ map { /\(\*(\w+)\)\(/ ? $1 : /(\w+)\s*\z/ ? $1 : () } split /;/, $body ];
}
cmp_ok(scalar keys %struct, '>=', 10, 'structures of the interface');
for my $name (sort keys %struct) {
    my ($part) = $plugin =~ /^   struct \Q$name\E\n(.*?)(?=^ {0,3}\S|\z)/ms;
    my @terms =
        map { s/\([^)]*\)//gr } ($part // '') =~ /^ {7}(\w\S*(?: \w\S*|, \S+)*)(?=$| {2,})/mg;
    my %term = map { $_ => 1 } map { split /, / } @terms;
    is_deeply([ grep { !$term{$_} } @{ $struct{$name} } ], [], "rocks-plugin(7): members of $name");
}
my %symbol = map { $_ => 1 } $header =~ /\b(ROCKS_(?!PLUGIN_H\b|PLUGIN_VISIBLE)\w+)/g;
ok(index($plugin, $_) >= 0, "rocks-plugin(7): $_") for sort keys %symbol;
for my $path (grep { !m{/(?:xml|passed)\.} } glob 'plugins/*.c plugins/*/') {
    my ($name) = $path =~ m{(\w+)(?:\.c|/)\z};
    like(section_of($plugin, 'DESCRIPTION'), qr/\b$name\b/, "rocks-plugin(7): the plugin $name");
}

# rocks-attributes(7), rocks-moving(7): every row of the tables that they are made from, cell by
# cell.
for my $subject (qw(attributes moving)) {
    my $text = joined(text_of("rocks-$subject.7", 400));
    my $rows = 0;
    for my $line (split /\n/, decode('UTF-8', slurp("doc/$subject.rst"))) {
        my ($name, @cells) = map { tr/`//dr } split / {2,}/, $line;
        next if !@cells || ($name && $name =~ /^=/);
        $rows++ if $name;
        is_deeply([ grep { index($text, $_) < 0 } grep { $_ } $name, @cells ], [], "row: $line");
    }
    cmp_ok($rows, '>=', 9, "rocks-$subject(7): rows");
}

# Its example is built as it says, and does what it says.
my ($code) = slurp('doc/rocks-plugin.7.rst') =~ /^A watchdog for every VM::\n\n(.*?)^\S/ms;
mkdir "$FOLDER/plugins", 0755 or die;
system('cp', glob("$BUILD/plugins/*.so"), "$FOLDER/plugins") == 0 or die;
spurt("$FOLDER/plugins/site.c", $code =~ s/^    //gmr);
my ($build) = slurp('doc/rocks-plugin.7.rst') =~ /^    (cc -shared.*?)\n    install /ms;
my $built =
    run_program('', 'sh', '-c',
    'cd "$0" && C_INCLUDE_PATH="$1" && export C_INCLUDE_PATH && umask 022 && ' . $build,
    "$FOLDER/plugins", getcwd() . '/plugins');
is("$built->{status} $built->{err}", '0 ', 'rocks-plugin(7): the example is built');
walkthrough_inventory();
{
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";
    like(
        rocks(qw(report host vm config rocks-33))->{out},
        qr/<watchdog model=['"]i6300esb['"]\/>/,
        '... and works'
    );
}

# The environment: what the sources look at, no more and no less.
my %looked;
for my $path (grep { !m{^src/gpupci/} } sources(qw(lib db plugins commands src))) {
    $looked{$_} = 1 for slurp($path) =~ /getenv\("(\w+)"\)/g;
}
is_deeply(
    [ sort { $a cmp $b } section_of($rocks, 'ENVIRONMENT') =~ /^ {7}([A-Z_]+)(?=$| )/mg ],
    [ sort keys %looked ],
    'rocks(8): the environment'
);
is_deeply([ grep { slurp($_) =~ /getenv\(/ } sources('src/gpupci') ], [], 'gpupci(8): none');

# Made twice it is the same; the date is that of the version, or SOURCE_DATE_EPOCH's.
for my $time (1, 2) {
    mkdir "$FOLDER/man$time" or die;
    is(run_program('', "$BUILD/manual", "$FOLDER/man$time", '2026-11-21')->{status},
        0, 'made once more');
}
is(run_program('', 'diff', '-r', "$FOLDER/man1", "$FOLDER/man2")->{out}, '', 'the same');
{
    local $ENV{SOURCE_DATE_EPOCH} = 86400;
    is(run_program('', './version.sh', 'date')->{out}, "1970-01-02\n", 'SOURCE_DATE_EPOCH');
}
for my $words ([], [$FOLDER]) {
    is(run_program('', "$BUILD/manual", @{$words})->{status}, 2, 'wrong usage');
}
my $nowhere = run_program('', "$BUILD/manual", "$FOLDER/nowhere", '2026-11-21');
is(
    "$nowhere->{status} $nowhere->{err}",
    "1 manual: $FOLDER/nowhere: No such file or directory\n",
    'no folder'
);

# Without docutils the commands still have their pages, and it is said which are left out.
my $got = run_program(
    '', 'make', '-s',
    'BUILD=' .    ($ENV{BUILD}    // 'build'),
    'SANITIZE=' . ($ENV{SANITIZE} // ''),
    "DESTDIR=$FOLDER/root", 'prefix=/usr', 'RST2MAN=', 'MANUAL=gpupci.9', 'install'
);
is($got->{status}, 0, 'make install without rst2man') || diag($got->{err});
is(
    $got->{err},
    "make: gpupci.9 is left out: it needs rst2man of docutils\n",
    '... says what is left out'
);
ok(-e "$FOLDER/root/usr/share/man/man8/rocks-list-host-gpu.8", '... and the commands have pages');

done_testing;
