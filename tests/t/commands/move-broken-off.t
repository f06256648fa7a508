#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A move that breaks off anywhere goes on or is taken back, and at no moment have two containers
# the VM.
use strict;
use warnings;

use Machine;
BEGIN { in_private_mounts() }
use Fleet;
use Inventory;
use Moving;
use Rocks;
use Test::More;

my $card  = [ qw(add host gpu), $VM, 'gpupci', 'gpupci1' ];
my $image = "$DISKS/$VM.vda";

my $broken = "$FOLDER/broken";
mkdir $broken or die;

sub step { return sql('SELECT step FROM move') }

sub is_image {
    my ($host) = @_;
    my $path = on_disk($host, "$VM.vda");
    return -e $path ? (slurp($path) eq $IMAGE ? 'whole' : 'damaged') : 'none';
}

# All there is to see: the container by the inventory, its card, then who has it defined, who
# runs it, the disks, the folders of moves, reservations.
sub state {
    my @lines = (
        sql('SELECT h.name FROM vm JOIN host h ON h.id = container JOIN host v ON v.id = vm.host '
                . "WHERE v.name = '$VM'"),
        rocks(qw(list host gpu), $VM, 'output-header=no')->{out} =~ s/\s+$//r =~ s/.* //r,
        (map { is_defined($_) . runs($_) } $SOURCE, $TARGET),
        (map { is_image($_) } $SOURCE, $TARGET),
        scalar(() = glob "$FOLDER/hosts/*/disks/.rocks*"),
        sql("SELECT count(*) FROM assignment WHERE role = 'reserved'"),
        rocks(qw(list move))->{out} eq '' ? 'ended' : 'open',
    );
    return join ' ', @lines;
}

my $moved  = "$TARGET pci_0000_81_00_0 00 11 whole whole 0 0 ended";
my $before = "$SOURCE pci_0000_02_00_0 11 00 whole none 0 0 ended";

# Keeps a state, or brings it back: the inventory, both hosts, both hypervisors.
sub keep {
    my ($from, $to) = @_;
    my $parts = 'rocks.db* hosts hypervisors';
    system('rm', '-rf', glob join ' ', map {"$to/$_"} split / /, $parts) == 0 or die;
    return system('cp', '-a', glob(join ' ', map {"$from/$_"} split / /, $parts), $to) == 0 || die;
}

# Breaks a move off; then it goes on or is taken back.
sub breaks_off {
    my ($what, $at, $break, $mend) = @_;
    set_up($card);
    $break->();
    my $got = moves($TARGET);
    isnt($got->{signal} || $got->{status}, 0, "$what: it broke off") || diag($got->{out});
    only_one($what);
    is(step(), $at, "$what: it stands at $at");
    fails(words(
        qr/$VM is being moved from \Q$SOURCE\E to \Q$TARGET\E and stands at «$at»; `rocks /,
            qr/move host vm $VM resume=yes`/),
        qw(start host vm), $VM);
    trigger('');
    $mend->() if $mend;
    keep($FOLDER, $broken);
    for my $end ('resume=yes', 'undo=yes') {
        keep($broken, $FOLDER) if $end eq 'undo=yes';
        my $went = moves($end);
        is($went->{err}, '', "$what, $end: no complaint");
        is($went->{status}, 0, "$what, $end: to its end");
        only_one("$what, $end");
        is(&state, $end eq 'undo=yes' ? $before : $moved, "$what, $end: all is as it should be");
    }
}

# Killed before and after all that hypervisors do.
my @breaks;
for my $operation (qw(define stop undefine)) {
    for my $how ("kill before $operation", "kill after $operation", "fail $operation") {
        push @breaks, [ $how, $operation, sub { trigger($how) } ];
    }
}
push @breaks, map { my $how = $_; [ $how, 'start', sub { trigger($how) } ] } 'kill before start', 'fail start';

# Killed while, or after, a container works on the files.
my %program_of = (rsync => 'copy', sha256sum => 'compare', ln => 'place');
for my $program (sort keys %program_of) {
    my $kill = 'kill -9 $(cat ' . "$FOLDER/pid" . ')';
    my %script = (
        before => "$kill\nexit 1\n",
        after  => "/usr/bin/$program \"\$\@\"\n$kill\n",
    );
    # rsync is tried before anything is stopped.
    $script{$_} = "case \"\$*\" in *' -n '* | *--server*) exec /usr/bin/rsync \"\$\@\";; esac\n"
        . $script{$_}
        for keys %script;
    for my $when (sort keys %script) {
        push @breaks, [ "kill $when $program", $program_of{$program},
            sub { on_host($TARGET, $program, $script{$when}) },
            sub { unlink "$FOLDER/hosts/$TARGET/bin/$program" } ];
    }
}
breaks_off(@$_) for thinned(1, 6, @breaks);

# The end: what is left is swept; there is no way back but another move.
set_up($card);
on_host($TARGET, 'rmdir', 'kill -9 $(cat ' . "$FOLDER/pid)\n");
is(moves($TARGET)->{signal}, 9, 'killed at the end');
is(step(), 'finish', 'it stands at finish');
fails(qr/$VM: it has been moved; resume=yes ends the move, then it can be moved back/,
    qw(move host vm), $VM, 'undo=yes');
unlink "$FOLDER/hosts/$TARGET/bin/rmdir";
is(moves('resume=yes')->{err}, '', 'it goes on');
is(&state, $moved, 'and is at its end');

# Killed just after it was started: what it wrote there is not thrown away.
set_up($card);
trigger('kill after start');
is(moves($TARGET)->{signal}, 9, 'killed after start');
is(step(), 'start', 'it stands at start');
like(moves('undo=yes')->{err},
    words(
        qr/\Arocks: $VM: it runs on \Q$TARGET\E; `rocks move host vm $VM resume=yes` ends the move, /,
            qr/then it can be moved back\n\z/),
    'it is not taken back while it runs');
spurt(on_disk($TARGET, "$VM.vda"), 'written by the guest');
unlink "$FOLDER/hypervisors/$TARGET/" . uuid() . '.running';
like(moves('undo=yes')->{err},
    qr/$VM: it ran on \Q$TARGET\E: \Q$image\E has changed there; `rocks move/, 'nor when it wrote');
like(moves('resume=yes')->{out}, qr/^$VM: define\n$VM: start\n$VM: finish\n/, 'it goes on');
is(slurp(on_disk($TARGET, "$VM.vda")), 'written by the guest', 'with what it wrote');
is(runs($TARGET), 1, 'and runs');

# A container that is off: what it would have to say is not guessed.
for my $case ([ $SOURCE, 'undefine' ], [ $TARGET, 'define' ]) {
    my ($host, $operation) = @$case;
    my $down = "$FOLDER/hypervisors/$host/down";
    for my $end ('resume=yes', 'undo=yes') {
        set_up($card);
        trigger("kill before $operation");
        is(moves($TARGET)->{signal}, 9, "$host loses its power at $operation");
        spurt($down, '');
        my $got = moves($end);
        is($got->{status}, 1, "$end waits for it");
        like($got->{err}, qr/\Arocks: $VM: it cannot be reached\nrocks: $VM: .* stands at «/,
            'with a word');
        only_one('meanwhile');
        unlink $down;
        is(moves($end)->{err}, '', 'when it is back all goes on');
        is(&state, $end eq 'undo=yes' ? $before : $moved, 'to its end');
    }
}

# It started with its container as that came back: it stops again.
set_up($card);
trigger('kill before undefine');
moves($TARGET);
spurt("$FOLDER/hypervisors/$SOURCE/" . uuid() . '.running', '');
is(moves('resume=yes')->{err}, '', 'started with its container');
is(&state, $moved, 'it was stopped again, and moved');

# Somebody defines it on its old container.
set_up($card);
trigger('kill before define');
on_host($TARGET, 'sha256sum', "exit 1\n");
is(moves($TARGET)->{status}, 1, 'at compare');
domain($SOURCE, xml => '<domain/>');
unlink "$FOLDER/hosts/$TARGET/bin/sha256sum";
trigger('');
like(moves('resume=yes')->{err},
    qr/$VM: somebody defined it on \Q$SOURCE\E again; undefine it there/,
    'defined again on the source');
only_one('defined again');
unlink "$FOLDER/hypervisors/$SOURCE/" . uuid() . '.xml';
is(moves('resume=yes')->{err}, '', 'undefined there, it goes on');

# The disk is full half-way.
set_up($card);
system(qw(mount -t tmpfs -o size=400k tmpfs), "$FOLDER/hosts/$TARGET/disks") == 0 or die;
put_disk($SOURCE, "$VM.vda", 'x' x 300_000);
on_host($TARGET, 'rsync',
    "case \"\$*\" in *' -n '* | *--server*) ;;\n"
        . "*) dd if=/dev/zero of='$DISKS/big' bs=1k count=200 2> /dev/null ;; esac\n"
        . "exec /usr/bin/rsync \"\$\@\"\n");
{
    my $got = moves($TARGET);
    is($got->{status}, 1, 'the disk is full');
    like($got->{err},
        words(qr/\Arocks: $VM: \Q$TARGET\E: copying failed there with status \d+: rsync: [^\n]*No /,
                qr/space left on device[^\n]*\nrocks: $VM: the move stands at «copy»/),
        'which is reported');
    ok(!-e on_disk($TARGET, "$VM.vda"), 'no half of a disk has its name');
    is(moves('undo=yes')->{err}, '', 'it is taken back');
    is(runs($SOURCE), 1, 'and runs where it ran');
    my $there = on_disk($TARGET, '');
    is_deeply([ map { s/.*\///r } glob "$there* $there.rocks*" ],
        ['big'], 'what it copied is gone');
}
system('umount', "$FOLDER/hosts/$TARGET/disks") == 0 or die;

# A copy that is not the same is found out, and made again, though its size and time are those of
# the original. The image begins with random bytes, then has zeros.
set_up($card);
on_host($TARGET, 'sha256sum',
    "file=\$(ls $DISKS/.rocks-move-*/$VM.vda) time=\$(stat -c %y \"\$file\")\n"
        . "printf x | dd of=\"\$file\" conv=notrunc bs=1 seek=65536 2> /dev/null\n"
        . "touch -d \"\$time\" \"\$file\"\n"
        . "exec /usr/bin/sha256sum\n");
like(moves($TARGET)->{err},
    words(
        qr/\Arocks: $VM: \Q$image\E is not the same on \Q$SOURCE\E and \Q$TARGET\E\nrocks: $VM: the /,
            qr/move stands at «copy»/),
    'a copy that is damaged');
unlink "$FOLDER/hosts/$TARGET/bin/sha256sum";
is(moves('resume=yes')->{err}, '', 'is made again');
is(&state, $moved, 'and it has moved');

# Somebody puts a file where the disk is to be.
set_up($card);
on_host($TARGET, 'ln', "echo mine > '$image'; exec /usr/bin/ln \"\$\@\"\n");
like(moves($TARGET)->{err},
    qr/\Arocks: $VM: \Q$TARGET\E: putting the disks in place failed there with status 1: /,
    'its place is taken');
is(moves('undo=yes')->{err}, '', 'it is taken back');
is(slurp(on_disk($TARGET, "$VM.vda")), "mine\n", 'and that file is not touched');

# An undo whose target never returns ends all the same, and says what may be there.
set_up($card);
trigger('fail undefine');
moves($TARGET);
trigger('');
ails(refused => $TARGET);
{
    my $got = moves('undo=yes');
    is($got->{status}, 1, 'the target is gone');
    like($got->{err},
        words(qr/^rocks: $VM: what was copied may still be on \Q$TARGET\E: \Q$image\E, or in a /m,
                qr/folder \.rocks-move-[0-9a-f]{16} beside it$/m),
        'what may be left');
    like($got->{out}, qr/^$VM is on \Q$SOURCE\E as before\n\z/m, 'and it is taken back');
    is(&state, $before, 'whole');
}
heals($TARGET);

# An undo that cannot start it again ends all the same.
set_up($card);
trigger('fail undefine');
moves($TARGET);
trigger('fail start');
like(moves('undo=yes')->{err},
    words(qr/\Arocks: $VM: it was told to fail\nrocks: $VM: it could not be started again; `rocks /,
            qr/start host vm $VM` does when/),
    'it does not start again');
prints('', qw(list move));
trigger('');
prints('', qw(start host vm), $VM);
is(&state, $before, 'all as before');

# What cannot be done to a VM meanwhile, and what is said about it.
set_up($card, [qw(add host vm-container-0-16)]);
trigger('fail undefine');
moves($TARGET);
my $busy = words(qr/$VM is being moved from \Q$SOURCE\E to \Q$TARGET\E and stands at «undefine»; /,
        qr/`rocks move host vm $VM resume=yes` continues the move, undo=yes takes it back/);
refused($busy, @$_)
    for [ qw(move host vm), $VM, $TARGET ], [ qw(move host vm), $VM, 'vm-container-0-16',
        'dryrun=yes' ],
    [ qw(set host vm), $VM, 'physnode=vm-container-0-16' ], [ qw(set host vm), $VM, 'mem=1' ],
    [ qw(set host vm cdrom), $VM, 'none' ], [ qw(remove host vm), $VM ], [ qw(remove host), $VM ],
    [ qw(remove host), $TARGET ], [ qw(remove host gpu), $VM, 'gpupci' ],
    [ qw(set host gpu), $VM, 'gpupci', 'gpupci2' ], [ qw(add host gpu), $VM, 'gpupci2', 'gpupci2' ],
    [ qw(remove host gpu), $TARGET, 'gpupci1' ], [ qw(remove host gpu), $SOURCE, 'gpupci1' ];
rocks(qw(add host vm), $TARGET, qw(hosted-vm name=rocks-40));
refused($busy, qw(add host gpu rocks-40 gpupci gpupci1));
for my $dump ([qw(dump)], [qw(dump host vm)], [ qw(dump host vm), $VM ]) {
    my $got = rocks(@$dump);
    is($got->{status}, 0, "@$dump: done");
    like($got->{err},
        words(
            qr/\Arocks: $VM is being moved from \Q$SOURCE\E to \Q$TARGET\E: the dump has the VM as /,
                qr/of the step «undefine», without the move; see `rocks list move`\n\z/),
        'with a word');
    like($got->{out},
        words(
            qr/^# $VM is being moved from \Q$SOURCE\E to \Q$TARGET\E, and is dumped as of the /m,
                qr/step «undefine»$/m),
        'in the dump too');
}
is(rocks(qw(dump host vm rocks-40))->{err}, '', 'not in the dump of another');
is(rocks_in(rocks('dump')->{out}, '--db', "$FOLDER/other.db", '--batch', '-')->{err}, '',
    'the dump restores');
is(rocks(qw(sync host gpu), $TARGET, "file=$FOLDER/$TARGET.json")->{status}, 0,
    'a scan changes nothing');
eval { sql('UPDATE vm SET container = m.target FROM move m WHERE m.vm = vm.host') };
like($@, qr/the VM is being moved/, 'the file itself keeps it there');
eval { sql('DELETE FROM assignment') };
like($@, qr/the VM is being moved/, 'with its cards');
trigger('');
is(moves('resume=yes')->{err}, '', 'then it goes on');
is(&state, $moved, 'to its end');

done_testing;
