#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What somebody else does while a VM moves: no other host gets it, and nothing that it wrote is
# lost.
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

sub file_of { my ($host, $suffix) = @_; return "$FOLDER/hypervisors/$host/" . uuid() . ".$suffix" }

# The target starts it on its own before the move does: its disk stays, and the move goes on.
for my $kill ('kill after define', 'kill before start') {
    set_up($card);
    trigger($kill);
    is(moves($TARGET)->{signal}, 9, "$kill: killed");
    spurt(file_of($TARGET, 'running'), '');
    spurt(on_disk($TARGET, "$VM.vda"), 'written by the guest');
    my $got = moves('undo=yes');
    like($got->{err}, qr/^rocks: $VM: it runs on \Q$TARGET\E; .* resume=yes` ends the move/,
        "$kill: not taken back while it runs");
    unlink file_of($TARGET, 'running');
    if ($kill eq 'kill before start') {
        # Undefined by hand: what it wrote is the only sign that it ran.
        rename file_of($TARGET, 'xml'), "$FOLDER/xml" or die;
        like(moves('undo=yes')->{err}, qr/$VM: it ran on \Q$TARGET\E: \Q$image\E has changed there; /,
            "$kill: nor when it is off and undefined there");
        rename "$FOLDER/xml", file_of($TARGET, 'xml') or die;
    }
    $got = moves('undo=yes');
    is($got->{status}, 1, "$kill: nor when it is off");
    like($got->{err}, qr/$VM: it ran on \Q$TARGET\E: \Q$image\E has changed there; /,
        "$kill: and why");
    is(is_defined($SOURCE), 0, "$kill: the source does not get it back");
    is(moves('resume=yes')->{err}, '', "$kill: it goes on");
    is(slurp(on_disk($TARGET, "$VM.vda")), 'written by the guest', "$kill: what it wrote is there");
    is(runs($TARGET), 1, "$kill: and it runs");
}

# The source forgot it, but that was not on its disk yet: the next try sees to it.
set_up($card);
on_host($SOURCE, 'sync', "exit 1\n");
is(moves($TARGET)->{status}, 1, 'sync fails');
my $synced = "$FOLDER/synced";
on_host($SOURCE, 'sync', "echo \$* >> $synced\n");
is(moves('resume=yes')->{err}, '', 'it goes on');
ok(-e $synced, 'and what the source forgot is on its disk');

# Somebody defines it on the source while its disks are compared, or just before it is defined.
my $again = "echo '<domain/>' > ";
for my $when ('compare', 'switch') {
    set_up($card);
    my $define = $again . file_of($SOURCE, 'xml');
    on_host($TARGET, 'sha256sum', "$define\nexec /usr/bin/sha256sum \"\$@\"\n") if $when eq 'compare';
    on_host($TARGET, 'ln', "$define\nexec /usr/bin/ln \"\$@\"\n") if $when eq 'switch';
    my $got = moves($TARGET);
    is($got->{status}, 1, "defined on the source before $when is done: the move stands");
    like($got->{err}, qr/^rocks: $VM: somebody defined it on \Q$SOURCE\E again; undefine it there, /,
        'and why');
    is(is_defined($TARGET) . runs($TARGET), '00', 'the target has not got it');
    on_host($TARGET, $_, "exec /usr/bin/$_ \"\$\@\"\n") for qw(sha256sum ln);
    unlink file_of($SOURCE, 'xml');
    is(moves('resume=yes')->{err}, '', 'when that is gone it goes on');
    only_one('at the end');
}

# Two files of one name, size and inode, on file systems that were made alike, are two.
set_up();
for my $host ($SOURCE, $TARGET) {
    system(qw(mount -t tmpfs tmpfs), "$FOLDER/hosts/$host/disks") == 0 or die;
    spurt(on_disk($host, "$VM.vda"), $host eq $SOURCE ? 'new' : 'old');
}
is((stat on_disk($SOURCE, "$VM.vda"))[1], (stat on_disk($TARGET, "$VM.vda"))[1], 'one inode');
is((moves($TARGET, 'shared=yes'))->{err}, "rocks: $VM: its disk vda, $image: $TARGET has another "
        . "file there, so it is not on storage that both have\n",
    'shared=yes of what is not shared is refused');
is(runs($SOURCE), 1, 'before the VM is stopped');

# Older versions took it, and recorded that all of the move is shared.
on_host($SOURCE, 'sync', "exit 1\n");
unlink on_disk($TARGET, "$VM.vda");
is(moves($TARGET)->{status}, 1, 'a move stands');
sql('UPDATE move SET shared = 1');
sql('UPDATE move_file SET copied = 0');
spurt(on_disk($TARGET, "$VM.vda"), 'old');
unlink "$FOLDER/hosts/$SOURCE/bin/sync";
my $got = moves('resume=yes');
is($got->{status}, 1, 'such a move stands');
like($got->{err}, qr/^rocks: $VM: \Q$image\E is not the same on \Q$SOURCE\E and \Q$TARGET\E\n/,
    'and why');
is(runs($TARGET), 0, 'it was not started on the wrong disk');
is(moves('undo=yes')->{err}, '', 'it is taken back');
is(runs($SOURCE), 1, 'and runs where it was');
is(slurp(on_disk($TARGET, "$VM.vda")), 'old', 'what the target had is kept');
system('umount', "$FOLDER/hosts/$_/disks") for $SOURCE, $TARGET;

# A VM that runs from a disk that is not where it is recorded is not stopped for nothing.
set_up($card);
rename on_disk($SOURCE, "$VM.vda"), on_disk($SOURCE, 'elsewhere.vda') or die;
refused(qr/its disk vda, \Q$image\E: it is missing though the VM runs; stop the VM, or put it back/,
    qw(move host vm), $VM, $TARGET);
is(runs($SOURCE), 1, 'it runs on');
unlink file_of($SOURCE, 'running');
like(moves($TARGET, 'dryrun=yes')->{out}, qr/^\Q$image\E is not there: nothing of it is copied$/m,
    'of a VM that is off it is reported');

# The error of a script is passed on.
set_up($card);
on_host($TARGET, 'rsync',
    "case \"\$*\" in *' -n '* | *--server*) exec /usr/bin/rsync \"\$@\" ;; esac\nexit 127\n");
like(moves($TARGET)->{err}, qr/^rocks: $VM: \Q$TARGET\E: copying failed there with status 127/,
    'a status of 127 is not a program that is missing');

# What an older version wrote down as the firmware's variables, whatever the source called so: it
# is not copied, and does not stand in the way of a move back.
my $broken = "case \"\$*\" in *' -n '* | *--server*) exec /usr/bin/rsync \"\$@\" ;; esac\nexit 1\n";
my $evil = "$DISKS/nvram/evil";
for my $case (
    map({ [ 'copy', $_ ] } 'vars', $evil, "$DISKS/a\e[2J\n"),
    map({ [ 'place', $_ ] } 'vars', $evil),
) {
    my ($at, $path) = @$case;
    set_up($card);
    on_host($TARGET, $at eq 'copy' ? 'rsync' : 'ln', $at eq 'copy' ? $broken : "exit 1\n");
    is(moves($TARGET)->{status}, 1, "a move stands at $at");
    is(sql('SELECT step FROM move'), $at, 'just there');
    sql("INSERT INTO move_file SELECT vm, 1, '$path', 4, 1 FROM move");
    unlink "$FOLDER/hosts/$TARGET/bin/$_" for qw(rsync ln);
    (my $shown = $path) =~ s/([\e\n])/sprintf '\\x%02x', ord $1/eg;
    my $got = moves('resume=yes');
    is($got->{signal}, 0, "$shown: resume=yes ends");
    like($got->{err},
        words(qr/\Arocks: $VM: \Q$SOURCE\E says that the variables of its firmware are in «/,
                qr/\Q$shown\E»; [^\n]*\nrocks: $VM: the move stands at «$at»; [^\n]* undo=yes takes it back\n\z/),
        'and leads to undo=yes');
    is(is_defined($TARGET), 0, 'it did not go on');
    $got = moves('undo=yes');
    is($got->{signal} . $got->{status} . $got->{err}, '00', "$shown: undo=yes ends");
    is(runs($SOURCE) . is_defined($TARGET), '10', 'it runs where it was');
    is_deeply([ map { glob "$FOLDER/hosts/$TARGET/disks/$_" } '*', '.rocks*' ], [],
        'nothing is left on the target');
    prints('', qw(list move));
}

# Nor does the end of a move print it.
set_up($card);
on_host($TARGET, 'rmdir', 'kill -9 $(cat ' . "$FOLDER/pid)\n");
is(moves($TARGET)->{signal}, 9, 'killed at the end');
unlink "$FOLDER/hosts/$TARGET/bin/rmdir";
sql("INSERT INTO move_file SELECT vm, 1, '$DISKS/a\e[2J\n', 4, 1 FROM move");
like(moves('resume=yes')->{out},
    words(qr/^$VM: \Q$image\E is still on \Q$SOURCE\E; `rocks run host [^\n]* removes it\n/m,
            qr/$VM: \Q$DISKS\E\/a\\x1b\[2J\\x0a is still on \Q$SOURCE\E\n\z/),
    'what is left is printed without control characters');

done_testing;
