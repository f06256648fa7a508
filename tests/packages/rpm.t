#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The RPM packages: installed over an older version with an inventory, used, erased,
# installed afresh; by rpm with all dependencies looked at, in a root of their own.
use strict;
use warnings;

use Chroot;
use Installed;
use Packages;
use Rocks;
use System;
use Test::More;

my @names = qw(rocks-command-gpupt gpupci rocks-gpupt-devel);

# rpmlint, of the source and of all packages; roll/rpmlint.toml has what it must not report.
{
    my $got = run_program('', qw(rpmlint -c roll/rpmlint.toml), made('once', 'rpm/*.rpm'));
    like($got->{out}, qr/ 0 errors, /, 'rpmlint finds no error') || diag($got->{out});
}

my $root = Chroot->new('full');
# As on Enterprise Linux, what no preset names is off.
does($root, qw(mkdir -p /etc/systemd/system-preset));
spurt($root->path('/etc/systemd/system-preset/99-default.preset'), "disable *\n");

sub files { my ($name) = @_; return map { made($name, "rpm/${_}-[0-9]*.rpm") } @names }

sub rpm {
    my ($what, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = $root->rpm(@words);
    is($got->{status}, 0, $what);
    is($got->{err} =~ s/^warning: \S+ saved as \S+\.rpmsave\n//r, '', '... without complaint');
    return $got->{out};
}

# What the packages need is looked for: nothing of it is there as far as rpm knows.
my $got = $root->rpm('-i', files('once'));
isnt($got->{status}, 0, 'without its dependencies nothing is installed');
like($got->{err}, qr/^\t\Q$_\E.* is needed by /m, "it needs $_")
    for qw(libsqlite3.so.0 libpci.so.3 libvirt.so.0 libxml2.so.2 libc.so.6 openssh-clients systemd
    libxml2-devel /bin/sh);
ok(!-e $root->path('/usr/bin/rocks'), 'not a file');
rpm('what this system has', '-i', system_package($root));

# The older version, and what an administrator did with it.
rpm('the older version', '-i', files('older'));
gives_shape_to($root);
does($root, qw(systemctl --quiet disable gpupci.service));
my $inventory = fill_inventory($root);
is(does($root, qw(rocks --version)), "rocks $OLDER\n", 'of the older version');

# This version over it.
keeps_settings($root, 'an upgrade', sub { is(rpm('this version', '-U', files('once')), '', 'silently') });
is(rpm('asked', '-qa', '--qf', '%{VERSION}\n', @names), "$VERSION\n" x 3, 'this version alone is there');
is(does($root, qw(rocks dump)), $inventory, 'the inventory is kept');
is(does($root, qw(rocks --version)), "rocks $VERSION\n", 'rocks is of this version');
is($root->run(qw(systemctl is-enabled gpupci.service))->{out}, "disabled\n",
    'what an administrator disabled stays disabled');
unlike(rpm('the scripts', '-q', '--scripts', @names), qr/systemctl.*\b(start|stop|restart)\b|useradd|chmod/,
    'an installation starts and stops nothing');
unlike(rpm('what they provide', '-q', '--provides', @names), qr/\.so/, 'a plugin is nobody\'s library');

shares_inventory($root);
is_hardened($root);
runs_walkthrough($root);
builds_example($root);
like($root->rpm('-V', @names)->{out}, qr{\AS\.5\.+T\.\s+c /etc/gpupci\.conf\n\z},
    'nothing but the configuration was changed');

# Erased: rows stay, and are there again.
does($root, qw(systemctl --quiet enable rocks-copy.timer));
my $said = rpm('erased', '-e', @names);
like($said, qr/^rocks-command-gpupt: the inventory in \S+ is kept \(rm -r \S+ loses it\)$/m,
    'it says that the inventory is kept');
like($said, qr/^gpupci: detached cards stay detached until the next boot; .* are kept\)$/m,
    'and what becomes of detached cards');
ok(!-e $root->path($_), "$_ is gone") for qw(/usr/bin/rocks /usr/sbin/gpupci /usr/lib/rocks
    /usr/include/rocks-plugin.h);
is(does($root, qw(find /etc/systemd/system -xtype l)), '', 'no unit is left enabled');
like(slurp($root->path('/etc/gpupci.conf.rpmsave')), qr/^exclude/m, 'a changed configuration is saved');
rpm('installed again', '-i', files('once'));
is(does($root, qw(rocks dump)), $inventory, 'with the same inventory');

rpm('the older version again', '-U', '--oldpackage', files('older'));
keeps_old_inventory($root, sub { rpm('and over it this one', '-U', files('once')) });
is(rpm('erased', '-e', 'rocks-command-gpupt'), '', 'erased without an inventory');
ok(!-e $root->path('/var/lib/rocks'), 'an empty folder is not kept');
rpm('the others too', '-e', @names[ 1, 2 ]);

# A first installation of this version.
rpm('this version', '-i', files('once'));
gives_shape_to($root);

done_testing;
