#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A move whose hosts lose their power in the middle of the copy: the one it leaves, the one it
# goes to.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use BrokenMove;
use Time::HiRes qw(sleep time);

two_hosts();

# The target may have found nobody at the address of the source, and remember that for a while.
sub wait_for_the_way {
    my $until = time + 20;
    while ($TARGET->try("ssh -o BatchMode=yes -o ConnectTimeout=2 $FROM true")->{status} != 0) {
        die "$TO does not reach $FROM\n" if time > $until;
        sleep 0.2;
    }
    return;
}

scenario 'the host it leaves loses its power' => sub {
    anew();
    $SOURCE->run("virsh -q autostart $VM");
    my $child = $JOURNEY->begin_copy($SOURCE, $TARGET);
    $SOURCE->cut_power();
    my ($status, $said) = $JOURNEY->end_of($child);
    is($status, 1, 'it broke off');
    like($said, qr/^rocks: $VM: the move stands at «copy»/m, 'at copy');
    my $got = $JOURNEY->moves('resume=yes');
    is($got->{status}, 1, 'nothing can be done without it');
    like($got->{err}, qr/^rocks: $VM: the move stands at «copy»/m, 'and nothing is');
    is($TARGET->run("ls $DISKS"), '', 'no half of a disk has its name');
    $SOURCE->boot();
    wait_for_the_way();
    $JOURNEY->let_go($SOURCE);
    $JOURNEY->is_nowhere('it comes back without the VM', $SOURCE, $TARGET);
    resumes('gone on');
    like($TARGET->run("virsh dominfo $VM"), qr/^Autostart: +enable$/m,
        'it starts with its container');
};

scenario 'the host it goes to loses its power' => sub {
    anew();
    my $child = $JOURNEY->begin_copy($SOURCE, $TARGET);
    $TARGET->cut_power();
    $JOURNEY->let_go($SOURCE);
    my ($status, $said) = $JOURNEY->end_of($child);
    is($status, 1, 'it broke off');
    like($said, qr/^rocks: $VM: the move stands at «copy»/m, 'at copy');
    my $got = $JOURNEY->moves('undo=yes');
    is($got->{status}, 1, 'it is taken back without that host');
    like($got->{err}, qr/^rocks: $VM: what was copied may still be on \Q$TO\E: \Q$DATA\E, or/m,
        'what may be left there is said');
    like($got->{out}, qr/^$VM is on \Q$FROM\E as before$/m, 'as before');
    is(status_of($VM), 'active', 'and it runs');
    $TARGET->boot();
};

done_testing();
