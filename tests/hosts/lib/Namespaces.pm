# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a test in namespaces of its own (mounts, network, processes). When the test ends, or
# dies, the kernel ends every process in them and drops every mount. The test starts over in
# them, so use this module before all others.
package Namespaces;
use strict;
use warnings;

use POSIX ();

my $MOST  = 600; # seconds that a test may take
my @KINDS = qw(--mount --net --pid --fork --kill-child --mount-proc);

sub import {
    return _settle() if delete $ENV{IN_NAMESPACES};
    _refuse('you are not root') if $>;
    my $said = `unshare @KINDS true 2>&1`;
    _refuse($said =~ s/\s+\z//r) if $?;
    $ENV{IN_NAMESPACES} = 1;
    exec 'unshare', @KINDS, $^X, (map {"-I$_"} grep { !ref } @INC), $0, @ARGV
        or _refuse("unshare: $!");
}

# A test that cannot run has failed: nothing is skipped.
sub _refuse {
    my ($why) = @_;
    die "$0: $why; its VM hosts are namespaces: run it as root where `unshare --mount --net "
        . "--pid` works, in a container with --privileged\n";
}

# The first process only takes in orphans: libvirt considers a QEMU that nobody reaps to be
# still running. The rest of the test is its child.
sub _settle {
    my $test = fork() // die "fork: $!\n";
    _reap_until($test) if $test;
    # A test that hangs has failed, and is over.
    alarm $MOST;
    # Nothing of the machine's own is in /run, and what is written there goes with the test.
    _run(qw(mount -t tmpfs -o mode=0755 tmpfs /run));
    _run(qw(ip link set lo up));
    mkdir '/run/tests' or die "/run/tests: $!\n";
    $ENV{TMPDIR} = '/run/tests';
    return;
}

sub _reap_until {
    my ($test) = @_;
    $SIG{$_} = sub { POSIX::_exit(130) } for qw(HUP INT TERM);
    while ((my $ended = waitpid -1, 0) > 0) {
        POSIX::_exit($? & 127 ? 128 + ($? & 127) : $? >> 8) if $ended == $test;
    }
    POSIX::_exit(1);
}

sub _run {
    my (@words) = @_;
    system(@words) == 0 or die "$0: failed: @words\n";
    return;
}

1;
