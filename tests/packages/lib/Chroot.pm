# SPDX-License-Identifier: GPL-2.0-or-later
# A small Debian below the build folder, made once; and copies of it in which packages are
# installed, run and removed.
package Chroot;

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Path qw(make_path);
use Rocks;

# All that these tests make is below this folder.
our $WORK = "$BUILD/packages-test";

# What our packages ask for: fetched once, so that their installation needs no network.
my @NEEDED = qw(libpci3 libsqlite3-0 libvirt0 libxml2 libxml2-dev openssh-client pdsh
    pkg-config systemd);

# Runs a program; what it says of a failure is passed on.
sub must {
    my (@words) = @_;
    my $got = run_program('', @words);
    die "failed: @words\n$got->{out}$got->{err}" if $got->{status} || $got->{signal};
    return $got->{out};
}

# Where this system's own apt gets its packages, and the name of this release.
sub _origin {
    my ($name) = slurp('/etc/os-release') =~ /^VERSION_CODENAME=(\w+)/m
        or die "/etc/os-release names no release of Debian\n";
    my @lines = split /\n/, must(
        'apt-get', 'indextargets', '--format', '$(CODENAME) $(COMPONENT) $(LABEL) $(REPO_URI)',
        'Created-By: Packages'
    );
    my ($uri) = map { /^\Q$name\E main Debian (\S+)$/ ? $1 : () } @lines;
    die "apt knows no Debian $name: run apt-get update\n" if !$uri;
    return ($name, $uri);
}

# This system's apt, its sources and its lists; but what is installed is what is below the
# root, and dpkg runs there.
sub _apt {
    my ($root, @words) = @_;
    return (
        'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-y',
        '--no-install-recommends',
        '-o', "Dir::State::status=$root/var/lib/dpkg/status",
        '-o', "Dir::State::extended_states=$root/var/lib/apt/extended_states",
        '-o', "Dir::Cache::archives=$root/var/cache/apt/archives",
        '-o', 'APT::Keep-Downloaded-Packages=true',
        '-o', 'APT::Sandbox::User=',
        '-o', "DPkg::Chroot-Directory=$root", @words
    );
}

# Makes the bare system, and one that has what our packages ask for, where they are missing.
sub prepare {
    my ($bare, $full) = ("$WORK/bare", "$WORK/full");
    make_path($WORK);
    if (!-d $bare) {
        my ($name, $uri) = _origin();
        must('rm', '-rf', "$bare.new");
        must('debootstrap', '--variant=minbase', $name, "$bare.new", $uri);
        must(_apt("$bare.new", '--download-only', 'install', @NEEDED));
        rename "$bare.new", $bare or die "$bare: $!\n";
    }
    if (!-d $full) {
        must('rm', '-rf', "$full.new");
        must('cp', '-a', '--reflink=auto', $bare, "$full.new");
        my $root = bless { root => "$full.new" }, 'Chroot::Kept';
        my $got  = Chroot::apt($root, 'install', @NEEDED);
        die $got->{err} if $got->{status};
        rename "$full.new", $full or die "$full: $!\n";
    }
    return;
}

# A copy of one of the two, which goes with the object.
sub new {
    my ($class, $base) = @_;
    my $self = bless { root => "$WORK/root-$$-" . ++$main::roots, owner => $$ }, $class;
    must('cp', '-a', '--reflink=auto', "$WORK/$base", $self->{root});
    return $self;
}

sub DESTROY {
    my ($self) = @_;
    return if !$self->{owner} || $self->{owner} != $$;
    local ($?, $@);
    system 'rm', '-rf', '--one-file-system', $self->{root};
    return;
}

sub path { my ($self, $path) = @_; return "$self->{root}$path" }

# A program in there, with that system's own /proc.
sub run {
    my ($self, @words) = @_;
    return run_program(
        '', 'unshare', '--mount', '--pid', '--fork', "--mount-proc=$self->{root}/proc",
        'chroot', $self->{root}, 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
        'LC_ALL=C.UTF-8', 'HOME=/root', @words
    );
}

# The same as one of its users, in the groups that he is in.
sub run_as {
    my ($self, $user, @words) = @_;
    return $self->run('setpriv', "--reuid=$user", "--regid=$user", '--init-groups', @words);
}

# A program of this system that works on that one.
sub outside {
    my ($self, @words) = @_;
    return run_program('', 'unshare', '--mount', 'sh', '-c',
        'mount -t proc proc "$0" && exec "$@"', "$self->{root}/proc", @words);
}

# What the packages' scripts say is in {out}, a line a line.
sub apt {
    my ($self, @words) = @_;
    my $got = outside($self, _apt($self->{root}, @words));
    $got->{out} =~ s/\r//g;
    return $got;
}

sub rpm {
    my ($self, @words) = @_;
    # Debian's rpm warns of itself.
    my $got = $self->outside('rpm', '--force-debian', "--root=$self->{root}", '--dbpath=/var/lib/rpm',
        @words);
    # What systemd-sysusers may print.
    $got->{err} =~ s/^Creating group 'rocks-admin' with GID \d+\.\n//mg;
    return $got;
}

1;
