#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A move that breaks off for real: killed in the middle of a copy, of a place, of a start, on a
# full disk, without libvirt. It goes on or is taken back.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use BrokenMove;

two_hosts();

# Killed in the middle of a copy, with all that rocks had started.
sub is_killed_in_the_copy {
    my $child = $JOURNEY->begin_copy($SOURCE, $TARGET);
    $JOURNEY->kill($child);
    $JOURNEY->let_go($SOURCE);
    $JOURNEY->wait_for_rsync($TARGET);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    stands_at('copy');
    is($TARGET->run("ls $DISKS"), '', 'no half of a disk has its name');
    return $JOURNEY->is_nowhere('killed', $SOURCE, $TARGET);
}

scenario 'killed in the middle of a copy, it goes on' => sub {
    anew();
    is_killed_in_the_copy();
    resumes('gone on');
};

scenario 'killed in the middle of a copy, it is taken back' => sub {
    anew();
    is_killed_in_the_copy();
    goes_back('taken back');
};

# Begins a move that comes to a place where a host waits; back when it is there, killed.
sub is_killed_when {
    my ($is_there) = @_;
    my $child = fork() // die "fork: $!\n";
    if (!$child) {
        open STDOUT, '>', '/dev/null' or die;
        open STDERR, '>', '/dev/null' or die;
        exec "$BUILD/rocks", qw(move host vm), $VM, $TO or die;
    }
    $TARGET->run("while [ ! -e $is_there ]; do sleep 0.05; done");
    $JOURNEY->kill($child);
}

scenario 'killed while the disks of one that is off are put in place' => sub {
    anew();
    prints('', qw(stop host vm), $VM);
    $TARGET->program('ln', "touch /root/here; sleep 1; exec /usr/bin/ln \"\$@\"\n");
    is_killed_when('/root/here');
    $TARGET->forget_program('ln');
    stands_at('place');
    $JOURNEY->is_nowhere('killed', $SOURCE, $TARGET);
    goes_back('taken back', 'off');
};

scenario 'killed while it starts on the target' => sub {
    anew();
    $TARGET->hook("[ \$2 = prepare ] || exit 0\n"
            . 'touch /root/starts; while [ -e /root/starts ]; do sleep 0.05; done');
    is_killed_when('/root/starts');
    $TARGET->run('rm /root/starts');
    $TARGET->run("until virsh domstate $VM | grep -q running; do sleep 0.1; done");
    stands_at('start');
    like($JOURNEY->moves('undo=yes')->{err},
        qr/\Arocks: $VM: it runs on \Q$TO\E; `rocks move host vm $VM resume=yes` ends the move/,
        'it is not taken back while it runs');
    $TARGET->hook('');
    resumes('ended');
};

scenario 'the disk of the other host is full, it is taken back' => sub {
    anew();
    $TARGET->run("mount -t tmpfs -o size=6m tmpfs $DISKS");
    my $child = $JOURNEY->begin_copy($SOURCE, $TARGET);
    $TARGET->try("cat /dev/zero > $DISKS/big");
    $JOURNEY->let_go($SOURCE);
    my ($status, $said) = $JOURNEY->end_of($child);
    is($status, 1, 'it broke off');
    like($said, qr/copying failed there with status \d+: rsync: [^\n]*No space left on device/,
        'as it says');
    $TARGET->run("rm $DISKS/big");
    goes_back('taken back');
    $TARGET->run("umount $DISKS");
};

scenario 'libvirt is not there when it is defined' => sub {
    anew();
    $TARGET->program('ln', '/usr/bin/ln "$@" || exit; '
            . "kill \$(cat /run/libvirt/libvirtd.pid) 2> /dev/null; true\n");
    my $got = $JOURNEY->moves($TO);
    is($got->{status}, 1, 'it broke off');
    like($got->{err}, qr/^rocks: $VM: libvirt on \Q$TO\E cannot /, 'and why');
    $TARGET->forget_program('ln');
    stands_at('define');
    $JOURNEY->is_nowhere('meanwhile', $SOURCE);
    $TARGET->start_libvirt();
    resumes('gone on');
};

done_testing();
