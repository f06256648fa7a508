#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The same commit makes the same packages, byte for byte, wherever and by whomever.
use strict;
use warnings;

use File::Basename qw(basename);
use Packages;
use Rocks;
use Test::More;

my %at = map { $_ => 1 } map { basename($_) } map { made($_, '*/*') } qw(once again);
# These two record who built, when and where.
delete $at{$_} for grep { /\.(buildinfo|changes)$/ } keys %at;

for my $kind (qw(deb dsc tar.xz rpm src.rpm iso)) {
    cmp_ok(scalar(grep { /\.\Q$kind\E$/ } keys %at), '>', 0, "there are $kind");
}
for my $name (sort keys %at) {
    my ($once, $again) = map { my ($path) = made($_, "*/$name"); $path } qw(once again);
    ok($once && $again && slurp($once) eq slurp($again), "$name is the same twice");
}

# Nothing of the machine is in them: neither the name of a folder nor of a mirror.
my @packages = (made('once', 'deb/*.deb'), made('once', 'rpm/*.rpm'));
for my $package (@packages) {
    my $all = $package =~ /\.deb$/ ? run_program('', qw(dpkg-deb --fsys-tarfile), $package)
        : run_program('', 'rpm2cpio', $package);
    is($all->{status}, 0, 'unpacked: ' . basename($package));
    ok($all->{out} !~ /\Q$Chroot::WORK\E|packages-test/, '... and no folder of ours is in it');
}

done_testing;
