#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump retired gpu: lines that restore the cards that are in no host.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @uuid = map { "0d3c0a4e-6a54-4b5b-9a36-00000000000$_" } 0 .. 3;
walkthrough_inventory();
prints('', qw(dump retired gpu));
rocks(qw(add host vm-container-0-16));
rocks(qw(add host gpu vm-container-0-16), @{$_})
    for
    [
    qw(gpupci1 02:00.0 serial=S2 id=10de:1db6 state=quarantined group=1 seen=2026-11-20T12:00:00Z),
    "uuid=$uuid[0]", 'functions=0/030000,1' ],
    [ qw(gpupci2 03:00.0), q{serial=S'1}, qw(path=a/b numa=1), "uuid=$uuid[1]" ],
    [qw(gpupci3 04:00.0)];
rocks(qw(remove host vm-container-0-16));
my $add = '/opt/rocks/bin/rocks add retired gpu';
prints(<<"END", qw(dump retired gpu));
$add gpupci2 pci_0000_03_00_0 serial=S\\'1 path=a/b numa=1 state=missing uuid=$uuid[1]
$add gpupci1 pci_0000_02_00_0 functions=0/030000,1 serial=S2 id=10de:1db6 state=quarantined,missing seen=2026-11-20T12:00:00Z uuid=$uuid[0]
END
restores([qw(dump retired gpu)]);
restores(['dump']);
misused(qr/^rocks: one word too many: «x»$/m, qw(dump retired gpu x));

done_testing;
