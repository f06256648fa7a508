#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The Rocks roll: what a frontend looks for on the disk is there, its folder is a repository,
# and its packages install and run.
use strict;
use warnings;

use Chroot;
use Cwd qw(abs_path);
use Digest::SHA;
use File::Basename qw(basename);
use Installed;
use Packages;
use Rocks;
use System;
use Test::More;

my ($iso) = made('once', 'roll/*.iso');
is(basename($iso), "gpupt-$VERSION-1.x86_64.disk1.iso", 'the name of the image');
my $disk = "$FOLDER/disk";
Chroot::must(qw(xorriso -osirrox on -indev), $iso, '-extract', '/', $disk);
my $roll = "$disk/gpupt/$VERSION/x86_64";

# An element's attribute, or how many there are.
sub xpath {
    my ($file, $expression) = @_;
    my $got = run_program('', 'xmllint', '--xpath', $expression, $file);
    is($got->{status}, 0, basename($file) . ": $expression");
    chomp $got->{out};
    return $got->{out};
}

# What `rocks add roll` reads.
my $description = "$roll/roll-gpupt.xml";
is(xpath($description, 'string(/roll/@name)'), 'gpupt', 'the name of the roll');
is(xpath($description, "string(/roll/info/\@$_->[0])"), $_->[1], "its $_->[0]")
    for [ version => $VERSION ], [ release => 1 ], [ arch => 'x86_64' ], [ os => 'linux' ];
like(slurp("$disk/.discinfo"), qr/\A\d+\.\d+\n\S+\nx86_64\n1\n\z/, 'what kind of a disk it is');

# Its packages: those of the frontend and of the hosts, and the graph with the nodes.
my @packages = sort glob "$roll/RedHat/RPMS/*.rpm";
is_deeply([ map { basename($_) =~ /^(.*)-\Q$VERSION\E-/ } @packages ],
    [qw(gpupci rocks-command-gpupt rocks-gpupt-devel roll-gpupt-kickstart)], 'its packages');
is(scalar(() = glob "$roll/SRPMS/gpupt-$VERSION-1.src.rpm"), 1, 'and their source');
for my $package (@packages) {
    my ($same) = made('once', 'rpm/' . basename($package));
    ok(slurp($package) eq slurp($same), basename($package) . ' is that of make rpm');
}

# The folder as a repository: each file is as in the index.
my $index = "$roll/repodata/repomd.xml";
my $files = q{/*/*[local-name()='data']};
my ($primary) = glob "$roll/repodata/*-primary.xml*";
is(xpath($index, "count($files\[\@type='primary'])"), 1, 'an index of packages');
my $listed = run_program('', qw(sh -c), 'zcat -f -- "$0"', $primary)->{out};
spurt("$FOLDER/primary.xml", $listed);
is(xpath("$FOLDER/primary.xml", q{count(//*[local-name()='package'])}), 4, 'with all of them');
for my $package (@packages) {
    my $sum   = Digest::SHA->new(256)->addfile($package)->hexdigest;
    my $name  = 'RedHat/RPMS/' . basename($package);
    my $query = qq{string(//*[local-name()='package'][*[local-name()='location']/\@href='$name']}
        . q{/*[local-name()='checksum'])};
    is(xpath("$FOLDER/primary.xml", $query), $sum, "the sum of $name");
}

# Installed out of the image, as on a host that is frontend and houses VMs.
my $root = Chroot->new('full');
does($root, qw(mkdir -p /etc/systemd/system-preset));
spurt($root->path('/etc/systemd/system-preset/99-default.preset'), "disable *\n");
for my $what ([ 'what this system has', system_package($root) ], [ 'the roll', @packages ]) {
    my ($name, @files) = @$what;
    my $got = $root->rpm('-i', @files);
    is("$got->{status} $got->{err}", '0 ', "installed: $name");
}
gives_shape_to($root);
runs_walkthrough($root);
fill_inventory($root);
shares_inventory($root);
is_hardened($root);

# The graph and the nodes are where a frontend builds its hosts from, and what they name is
# on the disk.
for my $file (qw(graphs/default/gpupt nodes/gpupt-server nodes/gpupt-client)) {
    ok(slurp($root->path("/export/profile/$file.xml")) eq slurp("roll/$file.xml"), "$file is there");
}
my %on_disk = map { basename($_) =~ /^(.*)-\Q$VERSION\E-/ ? ($1 => 1) : () } @packages;
for my $node (glob $root->path('/export/profile/nodes/*.xml')) {
    my @names = slurp($node) =~ m{<package>\s*(\S+)\s*</package>}g;
    cmp_ok(scalar @names, '>', 0, basename($node) . ' names packages');
    ok($on_disk{$_}, "$_ is on the disk") for @names;
}

done_testing;
