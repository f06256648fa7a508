#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks open host console: the command for a shell here.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
sub command { my ($out) = @_; return [ split /\n/, run_program('', 'sh', '-c', "printf '%s\n' $out")->{out} ] }
my $got = rocks(qw(open host console rocks-33 key=private.key));
is("$got->{status} $got->{err}", '0 ', 'done');
is_deeply(command($got->{out}), [ qw(virsh -c qemu+ssh://vm-container-0-15/system?no_tty=1 console rocks-33) ],
    'what a shell makes of it');
rocks(qw(set host attr vm-container-0-15 libvirt_uri), q(qemu+tcp://HOST/system?it's=$HOME));
is(command(rocks(qw(open host console rocks-33))->{out})->[2], q(qemu+tcp://vm-container-0-15/system?it's=$HOME),
    'the address of its container, quoted');
rocks(qw(set host vm rocks-33), q{domain=it's 33});
is(command(rocks(qw(open host console rocks-33))->{out})->[4], q{it's 33}, 'its domain, quoted');
refused(qr/^rocks: vm-container-0-15 is not a VM/, qw(open host console vm-container-0-15));
refused(qr/there is no host «x»/, qw(open host console x));
misused(qr/\{host\} is missing/, qw(open host console));

done_testing;
