#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list move: which VMs are on their way, and what to type.
use strict;
use warnings;

use Machine;
BEGIN { in_private_mounts() }
use Fleet;
use Inventory;
use Moving;
use Rocks;
use POSIX ();
use Test::More;

my @next = (qw(list move output-header=no), 'output-col=vm,step,next');
set_up();
prints('', qw(list move));
prints("[]\n", qw(list move json=yes));
trigger('fail undefine');
is(moves($TARGET)->{status}, 1, 'a move that stands');
my ($since) = sql('SELECT began FROM move');
my ($who) = sql('SELECT who FROM move');
my @columns = ('output-col=vm,from,to,step,next');
my $row = "$VM: $SOURCE $TARGET undefine ";
prints("VM        FROM              TO                STEP     NEXT                                                \n"
        . "${row}rocks move host vm $VM resume=yes (or undo=yes)\n", qw(list move), @columns);
json_is([ { vm => $VM, move => [ {
    from => $SOURCE, to => $TARGET, step => 'undefine', since => $since, who => $who,
    next => "rocks move host vm $VM resume=yes (or undo=yes)",
} ] } ], qw(list move json=yes));
like($since, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'when it began');

# While a command is at work there is nothing to type.
trigger('');
on_host($TARGET, 'rsync', "sleep 3; exec /usr/bin/rsync \"\$@\"\n");
my $child = fork // die;
if (!$child) { moves('resume=yes'); POSIX::_exit(0) }
my $tries = 100;
select undef, undef, undef, 0.1
    while $tries-- && rocks(@next)->{out} !~ /: copy /;
prints("$VM: copy at work\n", @next);
fails(qr/another command is moving or starting $VM; process \d+ \(rocks\); wait until it ends/, qw(move host vm), $VM, $_)
    for 'resume=yes', 'undo=yes';
fails(qr/another command is moving $VM; process \d+ \(rocks\); wait until it ends/, qw(start host vm), $VM);
waitpid $child, 0;
prints('', qw(list move));
is_deeply([ runs($SOURCE), runs($TARGET) ], [ 0, 1 ], 'it came to its end');

# One that is being taken back.
set_up();
trigger('fail stop');
moves($TARGET);
trigger('fail definition');
like(moves('undo=yes')->{err},
    qr/taking the move back stands at «stop»; `rocks move host vm $VM undo=yes` goes on\n\z/,
    'an undo that stands');
like(rocks(@next)->{out}, qr/: stop rocks move host vm $VM undo=yes\n/, 'goes on');
trigger('');
fails(qr/$VM: its move is being taken back; undo=yes goes on with that/, qw(move host vm), $VM,
    'resume=yes');
is(moves('undo=yes')->{out}, "$VM: take back stop\n$VM is on $SOURCE as before\n", 'to its end');

done_testing;
