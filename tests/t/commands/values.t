#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Every byte that a value can have, by every way in and every way out; and megabytes of them.
use strict;
use warnings;

use Inventory;
use JSON::PP;
use Rocks;
use Test::More;

my @LEVELS =
    ([ ['attr'] ], [ [qw(appliance attr)], 'compute' ], [ [qw(host attr)], 'compute-0-0' ]);

# Each byte alone, in the middle, at the ends, twice; all of them; invalid UTF-8; long lines.
my @BYTES = map { my $byte = chr; ($byte, "a${byte}b", "$byte$byte", "${byte}x$byte") } 1 .. 255;
my @VALUES = (
    @BYTES,
    join('', map {chr} 1 .. 255), join('', map {chr} reverse 1 .. 255), '',
    "\n", "\n\n", "x\n", "\nx", "\nx\n", "x\n\n", "\r\n", "x\r", "x\r\ny\r\n", "\\\n", "'\n'",
    "\"\n\"",
    "\x80", "\xbf\xbf", "\xc0\xaf", "\xc3", "\xc3(", "\xe2\x82", "\xed\xa0\x80",
    "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
    "\xef\xbb\xbf", "\xef\xbf\xbe", "\xc2\x9b31m", "\xe2\x80\xae", "e\xcc\x81", "\xf0\x9f\x92\xbe",
    'a=b', '=', 'value=x', 'file=x', 'file=-', 'select x', 'SELECT x', '-', '--', '--help', 'help',
    '%', '%s%n', '$(id)',
    '`id`', '$HOME', '~', '*', '# no comment', 'a # b', '<<END', 'a;b', 'a&&b', '!!', '\\', '\\\\',
    "\\'", '{a,b}', '(', 'NULL', '0', '-1',
    "\e[2J\e]0;title\a", ' ', '  ', "\t", ' x ', 'x' x 5000, ('y' x 70 . "\n") x 200,
    "\xff" x 3000, "'" x 3000, "\n" x 3000,
);

sub hex_of { my ($text) = @_; return uc unpack 'H*', $text }
sub in_quotes { my ($text) = @_; (my $quoted = $text) =~ s/'/'\\''/g; return "'$quoted'" }
sub in_double { my ($text) = @_; (my $quoted = $text) =~ s/([\\"\$`])/\\$1/g; return "\"$quoted\"" }
sub escaped { my ($text) = @_; return join '', map { $_ eq "\n" ? "'\n'" : "\\$_" } split //, $text }

# Those that calls of their own get: each byte alone and what is more than bytes at one
# level; some of them at the others.
sub some {
    my (@owner) = @_;
    my @some = grep { $_ >= @BYTES || $_ % 4 == 0 } 0 .. $#VALUES;
    return thinned(3, 54, @owner ? @some[ grep { $_ % 9 == 0 } 0 .. $#some ] : @some);
}

# What a batch of these lines prints.
sub printed {
    my ($what, @lines) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks_in(join('', map {"$_\n"} @lines), qw(--batch -));
    is("$got->{status} $got->{err}", '0 ', "$what: a batch");
    return $got->{out};
}

sub fresh { fresh_inventory('add host compute-0-0'); return }

# Those that are not in the file as they should be.
sub amiss {
    my ($prefix, @of) = @_;
    @of = 0 .. $#VALUES if !@of;
    my %got = map { split /\|/, $_, 2 } split /\n/,
        sql("SELECT name, hex(value) FROM attr WHERE name LIKE '$prefix%'");
    return join ' ',
        map {"$prefix$_"} grep { ($got{"$prefix$_"} // 'none') ne hex_of($VALUES[$_]) } @of;
}

# Ways in: the command line, a file, standard input, and each quoting of a batch; at each level.
for my $level (@LEVELS) {
    my ($words, @owner) = @{$level};
    my @some = some(@owner);
    fresh();
    for my $i (@some) {
        # By place, if it cannot mean something else.
        my $value = $VALUES[$i];
        my @given = $value =~ /^[\w+-]+=|^(?:--)?help$/ ? "value=$value" : $value;
        rocks('add', @{$words}, @owner, "l$i", @given);
    }
    is(amiss('l', @some), '', "@{$words}: by the command line");
    next if @owner;
    spurt("$FOLDER/value.$_", $VALUES[$_]) for 0 .. $#VALUES;
    printed('files', map {"set attr f$_ file=$FOLDER/value.$_"} 0 .. $#VALUES);
    is(amiss('f'), '', 'by a file');
}
fresh();
my @more = thinned(2, 18, @BYTES .. $#VALUES);
for my $i (@more) {
    rocks('set', 'attr', "n$i", "value=$VALUES[$i]");
    rocks_in($VALUES[$i], 'set', 'attr', "s$i", 'file=-');
}
is(amiss('n', @more), '', 'by the command line, by name');
is(amiss('s', @more), '', 'by standard input');
my %QUOTING = (q => \&in_quotes, d => \&in_double, e => \&escaped);
for my $level (@LEVELS) {
    my ($words, @owner) = @{$level};
    fresh();
    my $batch = '';
    for my $i (0 .. $#VALUES) {
        $batch .= join ' ', 'set', @{$words}, @owner, "$_$i",
            'value=' . $QUOTING{$_}->($VALUES[$i]) . "\n"
            for sort keys %QUOTING;
    }
    my $got = rocks_in($batch, qw(--batch -));
    is("$got->{status} $got->{err}", '0 ', "@{$words}: a batch");
    is(amiss($_), '', "@{$words}: by a batch, quoting $_") for sort keys %QUOTING;
}

# Ways out. JSON cannot have invalid UTF-8: U+FFFD stands for each byte.
sub as_json {
    my ($text) = @_;
    my $out = '';
    while (length $text) {
        my $step = $text =~
            /\A(?:[\x01-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}
            |\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})/x
            ? length $&
            : 0;
        my $character = substr $text, 0, $step || 1, '';
        utf8::decode($character) if $step;
        $out .= $step ? $character : "\x{fffd}";
    }
    return $out;
}

# A table shows each byte of what a terminal would obey or not show, or that is not UTF-8, as \\xHH.
sub as_shown {
    my ($text) = @_;
    my $hidden = qr/[\x00-\x1f\x7f-\x9f\xad\x{34f}\x{61c}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}
        \x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{3164}\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}
        \x{fff0}-\x{fffb}\x{e0000}-\x{e0fff}]/xx;
    my @bytes = unpack 'C*', $text;
    my ($shown, $at) = ('', 0);
    for my $character (split //, as_json($text)) {
        (my $bytes = $character) =~ s/\A\x{fffd}\z//;
        utf8::encode($bytes);
        my $size = length $bytes || (($bytes[$at] // 0) == 0xef && substr($text, $at, 3) eq "\xef\xbf\xbd" ? 3 : 1);
        $bytes = substr $text, $at, $size;
        $at += $size;
        $shown .= $character =~ $hidden || $character eq "\x{fffd}" && $size == 1
            ? join '', map { sprintf '\\x%02x', ord } split //, $bytes
            : $bytes;
    }
    return $shown;
}

sub as_python {
    my ($text) = @_;
    my %short = ("\n" => '\\n', q{'} => q{\\'}, '\\' => '\\\\');
    $text =~ s/([\x01-\x1f\x7f'\\])/$short{$1} \/\/ sprintf '\\x%02x', ord $1/ge;
    return "'$text'";
}

# What a listing of all of them is: a cell of more than 4096 columns does not widen the others.
sub table_of {
    my (@owner) = @_;
    my $host = @owner && $owner[0] =~ /-/;
    my %values = (
        (map { ("v$_" => as_shown($VALUES[$_])) } 0 .. $#VALUES),
        $host
        ? ( appliance => 'compute', hostname => $owner[0], membership => 'Compute', rack => 0,
            rank => 0
            )
        : (),
        # Comes with the appliance.
        @owner ? (managed => 'true') : ());
    my @rows = map {
        [ (@owner ? ("$owner[0]:", $_) : "$_:"), $values{$_}, $host ? /^v/ ? 'H' : $_ eq 'managed' ? 'A' : 'I' : () ]
    } sort keys %values;
    unshift @rows,
        [ @owner ? ($host ? 'HOST' : 'APPLIANCE') : (), 'ATTR', 'VALUE', $host ? 'SOURCE' : () ];
    my @widths;
    for my $row (@rows) {
        for my $i (0 .. $#$row) {
            my $width = length as_json($row->[$i]);
            $widths[$i] = $width if $width > ($widths[$i] // 0) && $width <= 4096;
        }
    }
    return join '', map {
        my $row = $_;
        join(' ', map {
            my $width = $widths[$_] - length as_json($row->[$_]);
            ($row->[$_] eq '' ? '-' x $widths[$_] : $row->[$_] . ' ' x ($width > 0 ? $width : 0))
        } 0 .. $#$row) . "\n"
    } @rows;
}

# The words of each call that a shell makes of what a dump prints.
sub shell_words {
    my ($dump) = @_;
    my $script = $dump =~ s{^/opt/rocks/bin/rocks }{call }mgr;
    my $got = run_program($script, 'sh', '-c',
        q{call() { printf '%s\\0' $# "$@"; }; . /dev/stdin});
    is("$got->{status} $got->{err}", '0 ', 'a shell runs the dump');
    my @all = split /\0/, $got->{out}, -1;
    my @calls;
    push @calls, [ splice @all, 0, shift @all ] while @all > 1;
    return @calls;
}

sub differing { my ($is, @of) = @_; return join ' ', grep { !$is->($_) } @of }

for my $level (@LEVELS) {
    my ($words, @owner) = @{$level};
    my $what = "@{$words}";
    fresh();
    rocks_in(
        join(
            '', map { "set $what @owner v$_ value=" . in_quotes($VALUES[$_]) . "\n" } 0 .. $#VALUES
        ),
        qw(--batch -));
    is(amiss('v'), '', "$what: the values");
    my @report = ('report', @{$words}, @owner);
    is(differing(sub { rocks(@report, "attr=v$_[0]")->{out} eq "$VALUES[$_[0]]\n" }, some('few')),
        '', "$what: report");
    my @of = map {"attr=v$_"} 0 .. $#VALUES;
    ok(printed("$what: report", map {"@report $_"} @of) eq join('', map {"$_\n"} @VALUES),
        "$what: report of each");
    ok(
        printed("$what: report, pydict=true", map {"@report $_ pydict=true"} @of) eq
            join('', map { "{'v$_': " . as_python($VALUES[$_]) . "}\n" } 0 .. $#VALUES),
        "$what: report of each, pydict=true");
    my $listed = printed("$what: list of one",
        map {"list $what @owner $_ output-header=no output-col=value"} @of);
    is(
        differing(
            sub {
                my $value = as_shown($VALUES[ $_[0] ]);
                return $listed =~ s/\A-+\n// if $value eq '';
                return $listed =~ s/\A\Q$value\E *\n//;
            },
            0 .. $#VALUES
        ),
        '',
        "$what: list of one");
    ok(rocks('list', @{$words}, @owner)->{out} eq table_of(@owner), "$what: list");
    for my $verb (qw(report list)) {
        my $out = rocks($verb, @{$words}, @owner, 'json=yes')->{out};
        unlike($out, qr/[\x00-\x09\x0b-\x1f\x7f]/, "$what: $verb json=yes has no control bytes");
        my $data = eval { decode_json($out) };
        # An owner has a list; a listing of global attributes has one for each.
        my %json = map {
            my $of = $_;
            map { $_->{attr} // $of->{attr} => $_->{value} }
                @{ $of->{list} // $of->{attr} }
        } @{ $data // [] };
        is(
            differing(
                sub { ($json{"v$_[0]"} // 'none') eq as_json($VALUES[ $_[0] ]) }, 0 .. $#VALUES
            ),
            '',
            "$what: $verb json=yes");
    }

    my $dump = rocks('dump')->{out};
    my %word = map { $_->[-2] => $_->[-1] =~ s/\Avalue=//r } grep { "@{$_}" =~ /^add $what / } shell_words($dump);
    is(differing(sub { ($word{"v$_[0]"} // 'none') eq $VALUES[ $_[0] ] }, 0 .. $#VALUES),
        '', "$what: the words that a shell sees in a dump");
    {
        local $ENV{ROCKS_DB} = "$FOLDER/again.db";
        unlink glob "$ENV{ROCKS_DB}*";
        my $got = rocks_in($dump, qw(--batch -));
        is("$got->{status} $got->{err}", '0 ', "$what: the dump as a batch");
        is(amiss('v'), '', "$what: brings all back");
        ok(rocks('dump')->{out} eq $dump, "$what: and its dump is the same");
    }
}

# A select compares them all.
sub in_sql { my ($text) = @_; (my $quoted = $text) =~ s/'/''/g; return "'$quoted'" }
my $selected = printed('select', map {
        'report host attr '
            . in_quotes("select nodes.name from nodes, node_attributes a where a.node = nodes.id and "
                . "a.attr = 'v$_' and a.value = " . in_sql($VALUES[$_]))
            . ' attr=hostname'
    } 0 .. $#VALUES);
is($selected, "compute-0-0\n" x @VALUES, 'select');

# Four megabytes take eight times as long as half of one.
my @LARGE = (
    [ 'quotes', q{'} ], [ 'control bytes between letters', "\x01x" ], [ 'no UTF-8', "\xff" ],
    [ 'two-byte letters', "\xc3\xb6" ], [ 'lines', 'y' x 63 . "\n" ]);
my ($SMALL, $LARGE, $MOST_RATIO) = (1 << 19, 4 << 20, 24);

# The seconds of CPU that each command takes with a value of so many bytes.
sub seconds_with {
    my ($what, $text, $shown) = @_;
    my (%seconds, $got);
    my $timed = sub {
        my ($name, $expected, @call) = @_;
        $got = run_program('', @call);
        $seconds{$name} = $got->{seconds};
        is("$got->{status} $got->{err}", '0 ', "$what: $name");
        ok($got->{out} eq $expected, "$what: $name prints it") if defined $expected;
    };
    my @host = qw(host attr compute-0-0);
    fresh();
    spurt("$FOLDER/value", $text);
    spurt("$FOLDER/batch", 'set host attr compute-0-0 large ' . in_quotes($text) . "\n");
    $timed->('set, file=', '', "$BUILD/rocks", 'set', @host, 'large', "file=$FOLDER/value");
    $timed->('set, --batch', '', "$BUILD/rocks", '--batch', "$FOLDER/batch");
    is(sql("SELECT length(CAST(value AS BLOB)) FROM attr WHERE name = 'large'"), length $text, "$what: is there");
    $timed->('report', "$text\n", "$BUILD/rocks", 'report', @host, 'attr=large');
    $timed->('report, pydict=true', undef, "$BUILD/rocks", 'report', @host, 'pydict=true');
    $timed->('list', undef, "$BUILD/rocks", 'list', @host);
    ok(index($got->{out}, $shown) > 0, "$what: list prints it");
    $timed->('list, json=yes', undef, "$BUILD/rocks", 'list', @host, 'json=yes');
    $timed->('dump', undef, "$BUILD/rocks", 'dump');
    spurt("$FOLDER/batch", $got->{out});
    my $dump = $got->{out};
    local $ENV{ROCKS_DB} = "$FOLDER/again.db";
    unlink glob "$ENV{ROCKS_DB}*";
    $timed->('restore', '', "$BUILD/rocks", '--batch', "$FOLDER/batch");
    ok(rocks('dump')->{out} eq $dump, "$what: the dump of what it made is the same");
    $timed->('an error', undef, 'sh', '-c', '! "$0" --batch "$1" 2> "$2"', "$BUILD/rocks",
        do { spurt("$FOLDER/wrong", 'set host gpu compute-0-0 gpupci1 value=' . in_quotes($text) . "\n"); "$FOLDER/wrong" }, "$FOLDER/told");
    cmp_ok(-s "$FOLDER/told", '<', 10_000, "$what: an error is short");
    return %seconds;
}

for my $kind (@LARGE) {
    my ($name, $piece) = @{$kind};
    my $text = sub { my ($length) = @_; return map { $_ x ($length / length $piece) } $piece, as_shown($piece) };
    my %small = seconds_with("$SMALL bytes of $name", $text->($SMALL));
    my %large = seconds_with("$LARGE bytes of $name", $text->($LARGE));
    for my $work (sort keys %large) {
        my $least = $small{$work} > 0.03 ? $small{$work} : 0.03;
        cmp_ok($large{$work} / $least, '<', $MOST_RATIO,
            "$name, $work: eight times as much takes eight times as long")
            || diag("$small{$work} s and $large{$work} s");
    }
}

# The middle of a sentence with much in it is left out, and it says so.
{
    fresh();
    for my $text ('x' x 100_000, "\xc3\xb6" x 50_000, "y\xe2\x82\xac" x 25_000) {
        my $got = rocks('list', 'host', $text);
        like($got->{err},
            qr/\Arocks: there is no host «.{300,}? … \(\d+ bytes\) … .{300,}»; see `rocks list host`\n\z/s,
            'an error says what is wrong');
        unlike($got->{err}, qr/\\x/, 'and no letter is cut in two');
    }
    like(rocks('list', 'host', 'x' x 1000)->{err}, qr/«x{1000}»/, 'what is shorter is whole');
}

# A large value does not change the others in a listing.
{
    fresh();
    rocks_in(join('', map { "set attr s$_ small\n" } 1 .. 3000), qw(--batch -));
    rocks_in('x' x (1 << 20), qw(set attr large file=-));
    my $got = rocks(qw(list attr));
    cmp_ok(length $got->{out}, '<', (1 << 20) + 3002 * 40, 'a listing with one large value');
    like($got->{out}, qr/^s7:    small\n/m, 'has narrow rows beside it');
}

done_testing;
