#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages: installed over an older version with an inventory, used, removed,
# purged, installed afresh; in a Debian that has nothing but apt.
use strict;
use warnings;

use Chroot;
use File::Basename qw(basename);
use Installed;
use Packages;
use Rocks;
use Test::More;

my @names = qw(rocks-command-gpupt gpupci rocks-gpupt-devel);

# lintian, of the source and of all packages.
{
    my ($changes) = made('once', 'deb/*.changes');
    my $got = run_program('', qw(lintian --allow-root --fail-on error --tag-display-limit 0), $changes);
    is($got->{status}, 0, 'lintian finds no error');
    is(join("\n", grep { /^E:/ } split /\n/, $got->{out}), '', 'none at all');
    diag($got->{out}) if $got->{out};
}

my $root = Chroot->new('bare');
Chroot::must('mkdir', $root->path('/packages'));
Chroot::must('cp', (grep { !/-dbgsym_/ } map { made($_, 'deb/*.deb') } qw(once older)), $root->path('/packages'));

# With what a version depends on; apt takes it from the archive.
sub install {
    my ($version, @which) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my @files = map { glob $root->path("/packages/${_}_${version}_*.deb") } @which;
    my $got = $root->apt('install', '--allow-downgrades', @files);
    is($got->{status}, 0, "apt installs $version: @which") || diag($got->{err});
    is($root->run('dpkg-query', '-W', '-f', '${Version} ${db:Status-Status}', $_)->{out},
        "$version installed", "$_ is there")
        for @which;
    return $got;
}

# The older version, and what an administrator did with it.
install($OLDER, @names);
gives_shape_to($root);
does($root, qw(systemctl --quiet disable gpupci.service));
my $inventory = fill_inventory($root);
like($inventory, qr/add host gpu rocks-33 gpupci pci_0000_02_00_0/, 'an inventory with cards');
is(does($root, qw(rocks --version)), "rocks $OLDER\n", 'of the older version');

# This version over it.
my $got;
keeps_settings($root, 'an upgrade', sub { $got = install($VERSION, @names) });
unlike($got->{out} . $got->{err}, qr/gpupci\.service|is kept/, 'mentions neither');
is(does($root, qw(rocks dump)), $inventory, 'the inventory is kept');
is(does($root, qw(rocks --version)), "rocks $VERSION\n", 'rocks is of this version');
says($root, qr/ \Q$VERSION\E$/, qw(gpupci --version));
is($root->run(qw(systemctl is-enabled gpupci.service))->{out}, "disabled\n",
    'what an administrator disabled stays disabled');
is($root->run('sh', '-c', 'grep -l "deb-systemd-invoke\|systemctl.*start" '
            . '/var/lib/dpkg/info/gpupci.* /var/lib/dpkg/info/rocks-command-gpupt.*')->{out},
    '', 'an installation starts and stops nothing');

shares_inventory($root);
is_hardened($root);
runs_walkthrough($root);
builds_example($root);
is(does($root, qw(dpkg --verify), @names), '??5?????? c /etc/gpupci.conf' . "\n",
    'nothing but the configuration was changed');

# Removed: settings and rows stay, and are there again.
does($root, qw(systemctl --quiet enable rocks-copy.timer));
keeps_settings($root, 'a removal', sub { $got = $root->apt('remove', @names) });
is($got->{status}, 0, 'removed') || diag($got->{err});
like($got->{out}, qr/^gpupci: detached cards stay detached until the next boot/m, 'and what that means');
ok(!-e $root->path($_), "$_ is gone") for qw(/usr/bin/rocks /usr/sbin/gpupci /usr/lib/rocks);
my $bytes = slurp($root->path('/var/lib/rocks/rocks.db'));
install($VERSION, @names);
is(does($root, qw(rocks dump)), $inventory, 'installed again, with the same inventory');

# Purged: what a purge is for goes; rows do not.
$got = $root->apt('purge', @names);
is($got->{status}, 0, 'purged') || diag($got->{err});
like($got->{out}, qr/^rocks-command-gpupt: the inventory in \S+ is kept \(rm -r \S+ loses it\)$/m,
    'it says what is kept');
is(slurp($root->path('/var/lib/rocks/rocks.db')), $bytes, 'the inventory is');
ok(!-e $root->path($_), "$_ is gone")
    for qw(/etc/gpupci.conf /etc/gpupci.d /var/lib/gpupci /usr/share/doc/gpupci);
is(does($root, qw(find /etc/systemd/system -xtype l)), '', 'no unit is left enabled');
is($root->run('sh', '-c', 'dpkg -l | grep -c "gpup"')->{out}, "0\n", 'dpkg knows none of them');

install($OLDER, 'rocks-command-gpupt');
keeps_old_inventory($root, sub { install($VERSION, 'rocks-command-gpupt') });
unlike($root->apt('purge', 'rocks-command-gpupt')->{out}, qr/is kept/, 'purged without an inventory');
ok(!-e $root->path('/var/lib/rocks'), 'an empty folder is not kept');

# An unfinished change of drivers outlives a purge.
install($VERSION, 'gpupci');
does($root, qw(mkdir /var/lib/gpupci));
spurt($root->path('/var/lib/gpupci/journal'), "a plan\n");
like($root->apt('purge', 'gpupci')->{out}, qr/^gpupci: \S+ is kept: it has unfinished changes of drivers/m, 'it is said');
is(slurp($root->path('/var/lib/gpupci/journal')), "a plan\n", 'and kept');
Chroot::must('rm', '-r', $root->path('/var/lib/gpupci'));

# A first installation of this version.
install($VERSION, @names);
gives_shape_to($root);

done_testing;
