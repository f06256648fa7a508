# SPDX-License-Identifier: GPL-2.0-or-later
# The packages that are tested: of what is committed, of the same in another folder by
# another person, and of an older version.
package Packages;

use strict;
use warnings;

use Chroot;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Temp qw(tempdir);
use Rocks;

our @EXPORT = qw($VERSION $OLDER $MADE made older again build_packages);

# Where they are, by who made them.
our $MADE = "$Chroot::WORK/made";
our $VERSION;
our $OLDER = '0.0.9';

sub _make {
    my ($tree, $into, @words) = @_;
    return ('make', '-s', '-C', $tree, "BUILD=$into", @words);
}

# A clone elsewhere, made with other habits: what of these gets into a package is a fault.
sub _make_again {
    my ($into) = @_;
    my $folder = tempdir(CLEANUP => 1) . '/a folder/deeper';
    $folder =~ tr/ /-/;
    Chroot::must('git', 'clone', '-q', abs_path('.'), $folder);
    Chroot::must(
        'unshare', '--uts', 'sh', '-c', 'umask 077 && hostname elsewhere && exec "$@"', 'sh',
        'env', 'TZ=Pacific/Auckland', 'LC_ALL=C', 'USER=somebody', 'CFLAGS=-O0 -DELSEWHERE',
        'DEB_BUILD_OPTIONS=parallel=1', _make($folder, $into, qw(deb roll))
    );
    return;
}

sub build_packages {
    for my $name (qw(once again older)) { Chroot::must('rm', '-rf', "$MADE/$name") }
    Chroot::must(_make('.', "$MADE/once", qw(deb roll)));
    _make_again("$MADE/again");
    Chroot::must(_make('.', "$MADE/older", "VERSION=$OLDER", qw(deb rpm)));
    return;
}

sub made { my ($name, $pattern) = @_; return sort glob "$MADE/$name/packages/$pattern" }

# The version that was made, according to its source package.
($VERSION) = map { m{/gpupt_([^/]+)\.dsc$} } made('once', 'deb/*.dsc');

1;
