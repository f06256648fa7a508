#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands that start, stop and show VMs: several at once, stopped by the user, and while
# somebody else changes what is recorded.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Scan;
use Test::More;
use Time::HiRes qw(sleep time);

my ($container, $second) = qw(vm-container-0-15 vm-container-0-16);
my @cards = map { { %$_, driver => 'vfio-pci' } } card('gpupci1', '0000:02:00'),
    card('gpupci2', '0000:03:00');
begin(@cards);
fleet();
my %uuid = map {
    $_ => sql(qq{SELECT uuid FROM vm WHERE host = (SELECT id FROM host WHERE name = '$_')})
} qw(rocks-33 rocks-34);
rocks('set', 'host', 'vm', $_, 'disk=phy:/dev/null,vda,virtio') for sort keys %uuid;
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(add host gpu rocks-34 gpupci gpupci2));
spurt("$FOLDER/scan.json", document(\@cards));
hypervisor($container);

# gpupci there, which notes that it was asked, and takes its time when it is the first.
sub asked_slowly {
    my ($seconds) = @_;
    unlink "$FOLDER/asked";
    return on_host($container, 'gpupci', <<"SH");
cp '$FOLDER/scan.json' "$FOLDER/scan.\$\$"
echo >> '$FOLDER/asked'
[ \$(wc -l < '$FOLDER/asked') -gt 1 ] || sleep $seconds
cat "$FOLDER/scan.\$\$"
SH
}

sub times_asked { return -e "$FOLDER/asked" ? -s "$FOLDER/asked" : 0 }

# Begins a command; its process.
sub begins {
    my @words = @_;
    my $child = fork // die;
    return $child if $child;
    $SIG{INT} = 'DEFAULT';    # whoever runs the tests may have it ignored
    open STDERR, '>', "$FOLDER/err" or die;
    open STDOUT, '>', "$FOLDER/out" or die;
    exec "$BUILD/rocks", @words;
}

# Until the host is asked, at most 20 s.
sub wait_asked {
    my $until = time + 20;
    sleep 0.05 while !times_asked() && time < $until;
    return;
}

# Ctrl-C ends all that is to come, not one VM of several.
for my $command ([qw(start host vm rocks-33 rocks-34)], [qw(start host vm rocks-3%)]) {
    asked_slowly(60);
    my $child = begins(@$command);
    wait_asked();
    kill INT => $child;
    waitpid $child, 0;
    is($?, 2, "Ctrl-C, @$command: ended by the signal");
    is(times_asked(), 1, 'nothing is asked for the second');
    like(slurp("$FOLDER/err"),
        qr/\Arocks: rocks-33: [^\n]*stopped\n(?:rocks: rocks-34 and later VMs: left unchanged\n)?\z/,
        'with a word');
}

# A repair that is stopped writes nothing.
{
    spurt("$FOLDER/scan.json", document([ @cards[ 0, 1 ] ]));
    on_host($second, 'gpupci', "echo >> '$FOLDER/asked'\nsleep 60\n");
    on_host($container, 'gpupci', "cat '$FOLDER/scan.json'\n");
    unlink "$FOLDER/asked";
    my $before = inventory();
    my $child = begins(qw(check host gpu repair=yes));
    wait_asked();
    sleep 0.5;
    kill INT => $child;
    waitpid $child, 0;
    is($?, 2, 'Ctrl-C, check host gpu repair=yes: ended by the signal');
    ok(inventory() eq $before, 'and nothing is recorded');
    spurt("$FOLDER/scan.json", document(\@cards));
}

# Several words may name one VM.
hypervisor($container, { name => 'rocks-33', uuid => $uuid{'rocks-33'}, state => 'shutoff' });
prints("rocks-33 is off already\nrocks-34 is off already\n",
    qw(stop host vm rocks-33 rocks-33 rocks-3% rocks-34));

# What is recorded may change while the container is asked.
sub changed {
    my ($what, $words, @change) = @_;
    asked_slowly(2);
    my $child = begins(qw(start host vm rocks-33));
    wait_asked();
    is(rocks(@$_)->{err}, '', "meanwhile: @$_") for @change;
    waitpid $child, 0;
    is($? >> 8, 1, "$what: it is not started");
    return like(slurp("$FOLDER/err"), $words, 'and why');
}
hypervisor($container);
changed(
    'given to another VM',
    qr/\Arocks: rocks-33: its cards were changed just now; try again\n\z/,
    [qw(remove host gpu rocks-33 gpupci)],
    [qw(remove host gpu rocks-34 gpupci)],
    [qw(add host gpu rocks-34 gpupci gpupci1)]);
rocks(qw(add host gpu rocks-33 gpupci gpupci2));
changed(
    'quarantined',
    qr/\Arocks: rocks-33: its gpupci, gpupci2 of \Q$container\E, is quarantined; /,
    [ 'set', 'host', 'gpu', $container, qw(gpupci2 state=quarantined) ]);

# A card that is quarantined and missing is looked for first.
is(rocks(qw(set host gpu), $container, 'gpupci2', 'state=quarantined,missing')->{err}, '', 'and missing');
fails(qr/^rocks: rocks-33: its gpupci, gpupci2 of \Q$container\E, is missing, last seen at /,
    qw(start host vm rocks-33));

# What another container still has of a VM says nothing of it.
hypervisor($container, { name => 'rocks-33', uuid => $uuid{'rocks-33'}, state => 'shutoff' });
rocks(qw(remove host gpu rocks-33 gpupci));
is(rocks('set', 'host', 'vm', 'rocks-33', "physnode=$second")->{err}, '', 'it lives elsewhere');
hypervisor($second, { name => 'rocks-33', uuid => $uuid{'rocks-33'}, state => 'running' });
for my $words ([], ['rocks-33']) {
    like(
        rocks(qw(list host vm), @$words, 'status=yes', 'output-header=no', 'output-col=vm-host,status')->{out},
        qr/^rocks-33: +active/m, "list host vm @$words status=yes");
}

done_testing;
