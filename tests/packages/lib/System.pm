# SPDX-License-Identifier: GPL-2.0-or-later
# To rpm, a Debian is empty. This makes one package that provides what the Debian below a
# root really has: its libraries with their versions, as rpm finds them itself, and the
# packages that go by another name there.
package System;

use strict;
use warnings;

use Chroot;
use Exporter qw(import);
use Rocks;
use Test::More;

our @EXPORT = qw(system_package);

# By the name of the Debian package that has to be installed there.
my %provides = (
    libc6          => 'rtld(GNU_HASH)',
    dash           => '/bin/sh',
    'libxml2-dev'  => 'libxml2-devel',
    'openssh-client' => 'openssh-clients',
    systemd        => 'systemd',
);

sub _libraries {
    my ($root) = @_;
    my @files = split /\n/, Chroot::must(qw(find -L), $root->path('/usr/lib'), '-xdev', '-type', 'f',
        '-name', 'lib*.so.*');
    my $got = run_program(join("\n", @files) . "\n", '/usr/lib/rpm/elfdeps', '--provides');
    die "elfdeps: $got->{err}" if $got->{status};
    return split /\n/, $got->{out};
}

# The path of the package.
sub system_package {
    my ($root) = @_;
    my %installed = map { $_ => 1 } split /\n/,
        $root->run('dpkg-query', '-W', '-f', '${Package}\n')->{out};
    my %all = map { $_ => 1 } _libraries($root), map { $provides{$_} } grep { $installed{$_} } keys %provides;
    my $spec = "$FOLDER/system.spec";
    spurt($spec, join '', <<'END', (map { "Provides: $_\n" } sort keys %all), <<'END');
Name: system
Version: 1
Release: 1
Summary: What is there
License: none
END
%description
What is there.
%files
END
    Chroot::must(qw(rpmbuild --quiet --nodeps -bb), '--define', "_topdir $FOLDER/system", $spec);
    my ($package) = glob "$FOLDER/system/RPMS/*/system-1-1.*.rpm";
    return $package;
}

1;
