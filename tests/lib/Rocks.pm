# SPDX-License-Identifier: GPL-2.0-or-later
# Running rocks in tests: an inventory in a temporary folder, a call, its three answers.
package Rocks;

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Temp qw(tempdir);
use Sqlite;
use Starter;
use Test::More;

our @EXPORT = qw($BUILD $FOLDER rocks rocks_in run_program prints fails usage
    make_inventory walkthrough_inventory sql slurp spurt thinned preloaded golden);

our $BUILD  = abs_path($ENV{BUILD} // 'build');
our $FOLDER = tempdir(CLEANUP => 1);

# Nothing of the person who runs the tests gets in.
delete @ENV{qw(ROCKS_PLUGINS ROCKS_LIBEXEC SUDO_USER)};
$ENV{ROCKS_DB} = "$FOLDER/rocks.db";
$ENV{LC_ALL}   = 'C.UTF-8';

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!";
    local $/;
    return scalar <$file>;
}

sub spurt {
    my ($path, $text) = @_;
    open my $file, '>:raw', $path or die "$path: $!";
    print {$file} $text;
    close $file or die "$path: $!";
}

# Runs a program with its input; { status, signal, seconds of CPU, out, err }, both in bytes.
sub run_program {
    my ($input, @words) = @_;
    my %file = map { $_ => "$FOLDER/$_.$$" } qw(in out err);
    spurt($file{in}, $input // '');
    my ($status, $seconds) = Starter::run(\%file, @words);
    return {
        status  => $status >> 8,
        signal  => $status & 127,
        seconds => $seconds,
        out     => slurp($file{out}),
        err     => slurp($file{err}),
    };
}

sub rocks { return run_program('', "$BUILD/rocks", @_) }

# The same with something on standard input.
sub rocks_in { my ($input, @words) = @_; return run_program($input, "$BUILD/rocks", @words) }

sub name_of { return join ' ', 'rocks', map { /^[\w.:=\/-]+$/ ? $_ : "'$_'" } @_ }

# The call succeeds, prints exactly this, and nothing on stderr.
sub prints {
    my ($expected, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got  = rocks(@words);
    my $name = name_of(@words);
    return
           is($got->{err}, '', "$name: nothing on stderr")
        && is($got->{status}, 0, "$name: done")
        && is($got->{out}, $expected, "$name: output");
}

# The call fails with 1 and one line on stderr that matches; nothing on stdout.
sub fails {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got  = rocks(@words);
    my $name = name_of(@words);
    return
           is($got->{status}, 1, "$name: failed")
        && is($got->{out}, '', "$name: nothing on stdout")
        && like($got->{err}, $pattern, "$name: what is wrong")
        && is(($got->{err} =~ tr/\n//), 1, "$name: in one line");
}

# The call is refused with 2, a line that matches, then the usage.
sub usage {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got  = rocks(@words);
    my $name = name_of(@words);
    return
           is($got->{status}, 2, "$name: wrong usage")
        && is($got->{out}, '', "$name: nothing on stdout")
        && like($got->{err}, $pattern, "$name: what is wrong")
        && like($got->{err}, qr/^usage: rocks /m, "$name: the usage line");
}

my %made;

# The inventory of these lines and nothing else; a line with blanks in a word is a list. What
# was made once is there again, ids and times included.
sub make_inventory {
    my (@lines) = @_;
    my $file = $ENV{ROCKS_DB};
    my $kept = $made{ join "\n", map { ref $_ ? join "\0", @{$_} : $_ } @lines } //= {};
    unlink glob "$file*";
    if (defined $kept->{bytes}) {
        spurt($file, $kept->{bytes});
        chmod $kept->{mode}, $file or die "$file: $!";
        return;
    }
    for my $line (@lines) {
        my $got = rocks(ref $line ? @{$line} : split / /, $line);
        die "rocks $line: $got->{err}" if $got->{status};
    }
    %{$kept} = (bytes => slurp($file), mode => (stat $file)[2] & 07777) if @lines && !-s "$file-wal";
    return;
}

# vm-container-0-15 with two cards, and rocks-33 on it.
sub walkthrough_inventory {
    make_inventory(
        'add host vm-container-0-15 cpus=16',
        'set attr vm_mac_base_addr 52:54:00:00:00:00',
        'add host vm vm-container-0-15 hosted-vm name=rocks-33',
        'add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0',
        'add host gpu vm-container-0-15 gpupci2 pci_0000_03_00_0',
    );
    return;
}

my $shell;

# What the sqlite3 shell says of the inventory.
sub sql {
    my ($statement, $file) = @_;
    $file //= $ENV{ROCKS_DB};
    if (Sqlite::can_ask($file, $statement)) {
        # That of a parent is not for its child. One that dies here is not asked again.
        my $asked = $shell && $shell->{of} == $$ ? $shell : Sqlite->new("$FOLDER/sqlite3.$$");
        undef $shell;
        my $answer = $asked->ask($file, $statement);
        $shell = $asked;
        return $answer;
    }
    my $got = run_program('', 'sqlite3', '-batch', $file, $statement);
    die "sqlite3: $got->{err}" if $got->{status};
    chomp $got->{out};
    return $got->{out};
}

# A fixed sample of cases that a test goes through: every so many of them, fewer with the
# sanitizers, where programs take long to start; all with WHOLE=1, as in `./bootstrap.sh lab long`.
sub thinned {
    my ($every, $sanitized, @list) = @_;
    $every = $ENV{WHOLE} ? 1 : $ENV{SANITIZE} ? $sanitized : $every;
    return @list[ grep { $_ % $every == 0 } 0 .. $#list ];
}

# What LD_PRELOAD and ASAN_OPTIONS are for a library of tests/preload: the runtime of the
# sanitizer wants to be the first library that is loaded.
sub preloaded {
    my ($name) = @_;
    my $options = join ':', grep {length} $ENV{ASAN_OPTIONS} // '', 'verify_asan_link_order=0';
    return ("$BUILD/tests/preload/$name.so", $options);
}

# Compares with tests/data/NAME; REGENERATE=1 writes it instead.
sub golden {
    my ($name, $text) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $path = "tests/data/$name";
    spurt($path, $text) if $ENV{REGENERATE};
    return is($text, slurp($path), "as $path");
}

1;
