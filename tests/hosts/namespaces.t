#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of tests/hosts stand on: hosts that have everything to themselves, and that
# leave nothing, however their test ends; where namespaces are not allowed a test fails.
use strict;
use warnings;

use FindBin;
use File::Copy qw(cp);
use Rocks;
use Scenario;
use Test::More;
use Time::HiRes qw(sleep);

my $MARK = 'GPUPT_TEST_OF_NAMESPACES=' . $$ . time;

# A test that boots a host, has a VM run there, reports what it sees, and continues on command.
my $TEST = <<'END';
use Namespaces;
use VmFleet;
$| = 1;
my ($host) = fleet('vm-container-0-0' => 't4');
frontend(qw(add host vm vm-container-0-0 hosted-vm name=rocks-33 mem=64),
    "disk=file:$DISKS/a.vda,vda,virtio", 'disksize=1');
frontend(qw(start host vm rocks-33));
$host->run('touch /root/seen /run/libvirt/seen /etc/libvirt/seen /var/lib/libvirt/seen '
    . '/var/log/libvirt/seen /var/cache/libvirt/seen');
print "folder $FOLDER\n";
print 'status ', status_of('rocks-33'), "\n";
print 'name ', $host->run('hostname'), "\n";
print 'first ', $host->run('tr "\0" " " < /proc/1/cmdline'), "\n";
print 'devices ', join(' ', split /\n/, $host->run('ls /sys/class/net')), "\n";
print 'cards ', join(' ', split /\n/, $host->run('gpupci --list')), "\n";
print "ready\n";
sleep 600 if $ARGV[0] eq 'waits';
exit 7;
END

# What there is of it outside: processes, mounts, network devices, listeners, files.
sub traces {
    my ($folder) = @_;
    my @processes = grep {
        my $environment = eval { slurp("$_/environ") } // '';
        my $command     = eval { slurp("$_/cmdline") } // '';
        index($environment, $MARK) >= 0 || $folder && index($command, $folder) >= 0
    } glob '/proc/[0-9]*';
    return {
        processes => scalar @processes,
        mounts    => slurp('/proc/self/mountinfo'),
        devices   => join(' ', glob '/sys/class/net/*'),
        # State 0A is LISTEN.
        listeners => join(' ', map { (split)[1] } grep {/ 0A /} split /\n/, slurp('/proc/net/tcp')),
        files     => join(' ', glob '/root/seen /run/tests /run/libvirt/* /etc/libvirt/seen '
                . '/var/l*/libvirt/seen /var/cache/libvirt/seen'),
        host      => slurp('/proc/sys/kernel/hostname'),
    };
}

# Begins that test; its process, what it said, and how to hear more.
sub begin_test {
    my ($how) = @_;
    spurt("$FOLDER/test.pl", $TEST);
    my $pid = open(my $pipe, '-|') // die "fork: $!\n";
    if (!$pid) {
        my ($name, $value) = split /=/, $MARK;
        $ENV{$name} = $value;
        open STDERR, '>', "$FOLDER/test.err" or die;
        exec $^X, (map {"-I$_"} "$FindBin::Bin/lib", @INC), "$FOLDER/test.pl", $how or die;
    }
    my %said;
    while (<$pipe>) {
        last if $_ eq "ready\n";
        $said{$1} = $2 if /^(\w+) (.*)/;
    }
    return { pid => $pid, said => \%said, pipe => $pipe };
}

sub is_gone {
    my ($test, $before, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for (1 .. 100) {
        last if !traces($test->{said}{folder})->{processes};
        sleep 0.1;
    }
    return is_deeply(traces($test->{said}{folder}), $before, "$what: nothing is left");
}

my $before = traces();

scenario 'a host has everything to itself' => sub {
    my $test = begin_test('ends');
    my $said = $test->{said};
    is($said->{name}, 'vm-container-0-0', 'a name');
    like($said->{first}, qr{^sh tests/hosts/init }, 'processes');
    is($said->{devices}, 'br0 eth0 lo vnet0', 'a network');
    like($said->{cards}, qr/^gpupci1 pci_0000_18_00_0 gpupci2 /, 'cards');
    is($said->{status}, 'active', 'and runs a VM');
    close $test->{pipe};
    is($? >> 8, 7, 'its exit status is that of the test');
    is_gone($test, $before, 'at its end');
};

scenario 'it leaves nothing when it is killed' => sub {
    for my $whom ('the outermost process', 'the test itself') {
        my $test = begin_test('waits');
        my $now  = traces($test->{said}{folder});
        cmp_ok(delete $now->{processes}, '>', 5, 'it runs');
        is_deeply($now, { map { $_ => $before->{$_} } keys %$now }, 'and nothing of it is seen');
        my $pid = $test->{pid};
        if ($whom eq 'the test itself') {
            # unshare, the first process, the test.
            ($pid) = split ' ', slurp("/proc/$pid/task/$pid/children") for 1 .. 2;
        }
        kill 'KILL', $pid;
        close $test->{pipe};
        isnt($?, 0, "$whom is killed: it has failed");
        is_gone($test, $before, $whom);
    }
};

scenario 'where namespaces are not allowed' => sub {
    my $needs = qr/ its VM hosts are namespaces: run it as root where `unshare /;
    # Where the tree lies may be closed to others.
    chmod 0755, $FOLDER or die;
    cp("$FindBin::Bin/lib/Namespaces.pm", $FOLDER) or die;
    my @words = ($^X, "-I$FOLDER", '-MNamespaces', '-e', 'print "it runs\n"');
    my $got   = run_program('', qw(setpriv --reuid=65534 --clear-groups), @words);
    isnt($got->{status}, 0, 'as another user: it fails');
    like($got->{err}, qr/\A-e: you are not root;$needs[^\n]+\n/, 'and says what it needs');
    is($got->{out}, '', 'and does not run');

    mkdir "$FOLDER/bin";
    spurt("$FOLDER/bin/unshare",
        "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n");
    chmod 0755, "$FOLDER/bin/unshare";
    local $ENV{PATH} = "$FOLDER/bin:$ENV{PATH}";
    $got = run_program('', @words);
    isnt($got->{status}, 0, 'where unshare is refused: it fails');
    like($got->{err}, qr/\A-e: unshare: unshare failed: Operation not permitted;$needs/,
        'and says what it needs');
    is($got->{out}, '', 'and does not run');
};

done_testing();
