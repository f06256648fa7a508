#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks create host vm: start host vm by the name that Rocks had for it, too.
use strict;
use warnings;

use Fleet;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
begin(card('gpupci1', '0000:02:00'), card('gpupci2', '0000:03:00'));
fleet();
rocks(qw(set host vm rocks-33), "disk=file:$FOLDER/disks/a.vda,vda,virtio", 'disksize=1');
hypervisor($container);
prints("rocks-33: made $FOLDER/disks/a.vda on $container\n", qw(create host vm rocks-33));
fails(qr/\Q$container\E is not a VM; it houses/, qw(create host vm), $container);
usage(qr/\{host\} is missing/, qw(create host vm));
my ($start, $create) =
    map { [ rocks('help', $_, qw(host vm))->{out} =~ /^    (\S+=)$/mg ] } qw(start create);
is_deeply($create, $start, 'with the same parameters');
cmp_ok(scalar @{$create}, '>', 2, 'which are some');

done_testing;
