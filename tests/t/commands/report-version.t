#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report version: the release, as --version says it.
use strict;
use warnings;

use Inventory;
use JSON::PP ();
use Rocks;
use Test::More;

chomp(my $version = run_program('', './version.sh')->{out});
like($version, qr/^\d+\.\d+\.\d+/, 'the version');
my $sqlite = (split / /, run_program('', 'sqlite3', '--version')->{out})[0];
my ($minor, $patch) = $sqlite =~ /^3\.(\d+)\.(\d+)$/ or die $sqlite;
my $may = $minor < 51 && !($minor == 44 && $patch >= 6) && !($minor == 50 && $patch >= 7)
    || $minor == 51 && $patch < 3;

# The version, and a warning where SQLite may damage the file.
sub version_is {
    my $got = rocks(qw(report version), @_);
    is($got->{status}, 0, 'report version');
    is($got->{out}, "$version\n", 'the version alone');
    like($got->{err}, $may ? qr/^rocks: SQLite \Q$sqlite\E may have the WAL-reset bug.*\n\z/ : qr/^\z/,
        'what SQLite may do');
}
version_is();
version_is('json=no');
prints("rocks $version\n", '--version');
is(run_program('', "$BUILD/gpupci", '--version')->{out}, "gpupci $version\n", 'gpupci --version');
json_is(
    [ { version => $version, sqlite => $sqlite, sqlite_wal_reset_bug => $may ? JSON::PP::true : JSON::PP::false } ],
    qw(report version json=yes));
prints($version =~ s/\..*//sr . "\n", qw(report version major=yes));
usage(qr/^rocks: one word too many: «x»$/m, qw(report version x));
usage(qr/^rocks: there is no parameter «jsn»; did you mean json=\?$/m, qw(report version jsn=yes));

# It needs no database, and makes none.
local $ENV{ROCKS_DB} = '/nonexistent/rocks.db';
version_is();

done_testing;
