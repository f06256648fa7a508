#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report version: the release, as --version says it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

chomp(my $version = run_program('', './version.sh')->{out});
like($version, qr/^\d+\.\d+\.\d+/, 'the version');
prints("$version\n",       qw(report version));
prints("$version\n",       qw(report version json=no));
prints("rocks $version\n", '--version');
is(run_program('', "$BUILD/gpupci", '--version')->{out}, "gpupci $version\n", 'gpupci --version');
json_is([ { version => $version } ], qw(report version json=yes));
usage(qr/^rocks: one word too many: «x»$/m, qw(report version x));
usage(qr/^rocks: there is no parameter «jsn»; did you mean json=\?$/m, qw(report version jsn=yes));

# It needs no database, and makes none.
local $ENV{ROCKS_DB} = '/nonexistent/rocks.db';
prints("$version\n", qw(report version));

done_testing;
