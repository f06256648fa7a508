#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Hosts that answer late, in part, or never, and disks that are full: how long it takes, what is
# said, and that nothing half-made is left.
use strict;
use warnings;

use Fleet;
use File::Temp qw(tempdir);
use IO::Socket::INET;
use Inventory;
use Machine;
use Rocks;
use Scan;
use Test::More;
use Time::HiRes qw(sleep time);

in_private_mounts();

my $container = 'vm-container-0-15';

# Hosts that say nothing keep a command waiting for most of a minute: here it passes ten times as
# fast. AddressSanitizer must come first, and takes no preloaded clock.
my $RATE = $ENV{SANITIZE} ? 1 : 10;

# Calls of rocks, all at once: each with its seconds.
sub together {
    my (%calls) = @_;
    my %child;
    local $ENV{LD_PRELOAD}      = $RATE > 1 ? "$BUILD/tests/preload/clock.so" : '';
    local $ENV{TEST_CLOCK_RATE} = $RATE;
    for my $name (sort keys %calls) {
        my $pid = fork // die;
        if (!$pid) {
            my $begun = time;
            my $got   = rocks(@{ $calls{$name} });
            spurt("$FOLDER/call.$name", $json->encode({ %$got, seconds => time - $begun }));
            require POSIX;
            POSIX::_exit(0);
        }
        $child{$name} = $pid;
    }
    waitpid $_, 0 for values %child;
    return { map { $_ => $json->decode(slurp("$FOLDER/call.$_")) } keys %calls };
}

# A call took less than so many seconds by its clock, and ten more for a busy machine.
sub soon {
    my ($got, $seconds, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return cmp_ok($got->{seconds}, '<', $seconds / $RATE + 10, $name);
}

begin(card('gpupci1', '0000:02:00', serial => 'S-1'));
fleet();
my $uuid = sql(q{SELECT uuid FROM vm WHERE slice = 0});
rocks(qw(remove host vm-container-0-16));
on_host($container, 'gpupci',
    "cat <<'END'\n" . document([ card('gpupci1', '0000:02:00', serial => 'S-1') ]) . "END\n");
hypervisor($container);

# The real ssh, to a port where nobody is, and to one where somebody never says a word.
{
    my $mute   = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die;
    my $nobody = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die;
    my ($mute_port, $free_port) = ($mute->sockport, $nobody->sockport);
    close $nobody;
    spurt("$FOLDER/ssh_$_->[0]",
        "Host *\n  HostName 127.0.0.1\n  Port $_->[1]\n  UserKnownHostsFile /dev/null\n")
        for [ mute => $mute_port ], [ nobody => $free_port ];
    my %got;
    for my $which (qw(mute nobody)) {
        local $ENV{ROCKS_SSH} = "ssh -F $FOLDER/ssh_$which";
        $got{$which} = together(sync => [qw(sync host gpu)])->{sync};
        is($got{$which}{status}, 1, "$which: failed");
    }
    like($got{nobody}{err},
        qr/^rocks: $container: down: ssh: connect to \S+ \S+ port $free_port: Connection refused$/m,
        'refused: which');
    soon($got{nobody}, 5, 'refused: at once');
    like($got{mute}{err}, qr/^rocks: $container: down: [^\n]*timed out/mi, 'mute: which');
    soon($got{mute}, 20, 'mute: within the 10 seconds of a connection');
}

# Behind a connection that stands, nothing comes: the time that is given and 15 seconds, of which
# pdsh looks every second one.
{
    ails(hangs => $container);
    spurt("$FOLDER/hangs", "#!/bin/sh\nexec sleep 600\n");
    chmod 0755, "$FOLDER/hangs" or die;
    rocks(qw(set attr libvirt_uri), "qemu+ext:///system?command=$FOLDER/hangs");
    my $got = together(
        run   => [ qw(run host), $container, 'timeout=1', 'true' ],
        sync  => [qw(sync host gpu)],
        check => [qw(check host gpu)],
        list  => [qw(list host vm status=yes)],
        stop  => [qw(stop host vm rocks-33 timeout=2)],
    );
    is($got->{run}{out}, "$container: down\n", 'run host: down');
    is($got->{run}{err}, "$container: no answer within 16 s\nrocks: 0 ok, 0 failed, 1 down\n",
        'run host: why');
    soon($got->{run}, 30, 'run host: soon');
    for my $verb (qw(sync check)) {
        is($got->{$verb}{status}, $verb eq 'sync' ? 1 : 3, "$verb host gpu: status");
        is($got->{$verb}{err}, "rocks: $container: down: no answer within 45 s\n",
            "$verb host gpu: why");
        soon($got->{$verb}, 60, "$verb host gpu: soon");
    }
    is($got->{list}{status}, 3, 'list host vm status=yes: could not look');
    like($got->{list}{err},
        qr/^rocks: $container: its hypervisor did not answer within 45 s; nothing more is known$/,
        'and says so');
    is( $got->{stop}{err},
        "rocks: rocks-33: its hypervisor did not answer within 2 s; nothing more is known: "
            . "`rocks list host vm rocks-33 status=yes` says what it does; "
            . "timeout= waits longer\n",
        'stop host vm timeout=2');
    soon($got->{stop}, 20, 'stop host vm: soon');
    heals($container);
    hypervisor($container);
}
usage(qr/timeout= must be a number from 1 to 86400, not «0»/, $_, qw(host vm rocks-33 timeout=0))
    for qw(start stop pause resume);

# A connection that breaks in the middle does not count as an answer.
ails(dies => $container);
for my $verb (qw(sync check)) {
    my $got = rocks($verb, qw(host gpu));
    is($got->{status}, $verb eq 'sync' ? 1 : 3, "$verb host gpu: a connection that breaks");
    is($got->{err}, "rocks: $container: the connection broke before it had answered\n",
        'and says so');
}
heals($container);

# libvirt's words about a host key, and ours.
spurt("$FOLDER/hangs",
    "#!/bin/sh\nhead -c 1 > /dev/null\necho 'Host key verification failed.' >&2\nexit 255\n");
rocks(qw(set attr libvirt_uri), "qemu+ssh://HOST/system?no_tty=1&command=$FOLDER/hangs");
my $key =
    "its host key is not the one that ssh knows; compare them at its console, then "
    . "`ssh-keygen -R $container` and, once, `ssh $container`";
is(rocks(qw(stop host vm rocks-33))->{err}, "rocks: rocks-33: $key\n",
    'another host key: stop host vm');
is(rocks(qw(list host vm status=yes))->{err}, "rocks: $container: $key\n",
    'another host key: list host vm');
hypervisor($container);

# A full disk: neither the disk that fits nor a part of the other is left.
my $disk = tempdir(CLEANUP => 1);
mount_tmpfs($disk, 'size=1m');
rocks(qw(set host vm rocks-33),
    "disk=file:$disk/kvm/a.vda,vda,virtio qcow2:$disk/kvm/b.vdb,vdb,virtio", 'disksize=1 1');
spurt("$disk/big", 'x' x (1 << 20 >> 1));
{
    open my $file, '>>', "$disk/big" or die;
    while (syswrite $file, "\0" x 4096) { }
}
fails(
    qr/^rocks: rocks-33: $container: making its disks failed [^\n]*No space left on device/,
    qw(start host vm rocks-33));
is_deeply([ glob "$disk/kvm/*" ], [], 'a full disk: nothing is left');
unlink "$disk/big";
is(rocks(qw(start host vm rocks-33))->{out},
    "rocks-33: made $disk/kvm/a.vda on $container\nrocks-33: made $disk/kvm/b.vdb on $container\n",
    'with room both are made');
is_deeply([ sort glob "$disk/kvm/*" ], [ "$disk/kvm/a.vda", "$disk/kvm/b.vdb" ],
    'and nothing else');
unlink glob "$disk/kvm/*";

# Ended in the middle: the same.
on_host($container, 'qemu-img',
    "case \$*  in *b.vdb*) touch $disk/reached; sleep 600 ;; esac\n: > \"\$6\"\n"
);
{
    my $child = fork // die;
    if (!$child) {
        $SIG{INT} = 'DEFAULT'; # whoever runs the tests may have it ignored
        open STDERR, '>', "$FOLDER/err";
        exec "$BUILD/rocks", qw(start host vm rocks-33);
    }
    for (1 .. 100) { last if -e "$disk/reached"; sleep 0.1 }
    ok(-e "$disk/kvm/a.vda.being-made", 'in the middle');
    kill INT => $child;
    waitpid $child, 0;
    for (1 .. 80) { last if !(() = glob "$disk/kvm/*"); sleep 0.1 }
    is_deeply([ glob "$disk/kvm/*" ], [], 'Ctrl-C: nothing is left');
}
unlink "$FOLDER/hosts/$container/bin/qemu-img";

# What a word of the inventory holds never reaches a shell there unquoted.
for my $one ('$(id>pwned)', '`id>pwned`', ';id>pwned;', "'id>pwned'", '"&id>pwned&"', '*?[a]',
    '\\', '-rf', '%h')
{
    is(rocks(qw(set host vm rocks-33), "disk=file:$disk/kvm/$one/d,vda,virtio", 'disksize=1')
            ->{err}, '', "a disk in «$one»");
    is(rocks(qw(start host vm rocks-33))->{out}, "rocks-33: made $disk/kvm/$one/d on $container\n",
        'is made there');
    ok(-f "$disk/kvm/$one/d", 'and nowhere else');
}
ok(!grep({ -e } 'pwned', "$ENV{HOME}/pwned"), 'nothing of a word was run');

done_testing;
