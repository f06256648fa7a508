#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Who keeps a command from writing, or from starting a VM, is named: its process and command.
use strict;
use warnings;

use Fcntl qw(F_SETLK F_RDLCK F_WRLCK SEEK_SET);
use Inventory;
use Rocks;
use Test::More;

use constant F_OFD_SETLK => 37;    # <asm-generic/fcntl.h>

# AddressSanitizer must come first, and takes no preloaded clock: there a minute is one.
my $RATE = $ENV{SANITIZE} ? 1 : 60;

fresh_inventory('add host vm-container-0-1', 'add host vm vm-container-0-1 hosted-vm name=rocks-33');
my $file = $ENV{ROCKS_DB};

# A process that holds a lock on bytes of a file until it is ended.
sub hold {
    my ($path, $mode, $command, $type, $start, $length) = @_;
    pipe(my $from, my $to) or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open my $held, $mode, $path or die "$path: $!";
        fcntl $held, $command, pack 's s x![q] q q i x![q]', $type, SEEK_SET, $start, $length, 0
            or die "fcntl: $!";
        $0 = 'holder';
        syswrite $to, '.';
        sleep 3600;
        exit;
    }
    close $to;
    sysread($from, my $ready, 1) == 1 or die 'no lock';
    return $pid;
}

sub end { my ($pid) = @_; kill 'KILL', $pid; waitpid $pid, 0; return }

sub late {
    my ($pid, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    local $ENV{LD_PRELOAD}      = $RATE > 1 ? "$BUILD/tests/preload/clock.so" : '';
    local $ENV{TEST_CLOCK_RATE} = $RATE;
    my $got = rocks(qw(add host compute-0-0));
    is($got->{status}, 1, "$name: not written");
    is($got->{err},
        "rocks: $file: another command has been writing for a minute, or keeps others from it: "
            . "process $pid (holder); wait for it or end it, and try again\n", "$name: who");
    return;
}

# What a member of the reading group can do: lock for reading what a writer locks for writing.
my $reader = hold("$file-shm", '<', F_SETLK, F_RDLCK, 120, 1);
late($reader, 'a reader on the -shm');
end($reader);
prints('', qw(add host compute-0-0));
prints('', qw(remove host compute-0-0));

# A lock of an open file has no process in the kernel: its descriptor is looked for.
my $vm  = sql(q{SELECT id FROM host WHERE name = 'rocks-33'}) || sql(q{SELECT max(id) FROM host});
chomp $vm;
for ([ 'a POSIX lock', F_SETLK ], [ 'a lock of an open file', F_OFD_SETLK ]) {
    my ($name, $command) = @$_;
    my $pid = hold("$file-busy", '+<', $command, F_WRLCK, $vm, 1);
    my $got = rocks(qw(start host vm rocks-33));
    like($got->{err},
        qr/another command is moving rocks-33; process $pid \(holder\); wait until it ends/,
        "$name: who");
    end($pid);
}

done_testing;
