#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump appliance: lines that make the appliances of a new inventory those of this one.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rocks = '/opt/rocks/bin/rocks';
fresh_inventory('set attr a b', 'remove attr a');
prints('', qw(dump appliance));
fresh_inventory([ qw(add appliance gpu-container), 'membership=GPU Container' ],
    'add appliance zed');
prints(
    "$rocks add appliance gpu-container membership=GPU\\ Container\n"
        . "$rocks add appliance zed membership=zed\n",
    qw(dump appliance));
restores([qw(dump appliance)]);

# One that every inventory begins with is gone, or another.
rocks(@{$_}) for [qw(remove appliance nas)], [qw(remove appliance compute)],
    [qw(add appliance compute membership=Nodes)],
    [ qw(add appliance store), 'membership=NAS Appliance' ];
prints(<<"END", qw(dump appliance));
$rocks remove appliance compute
$rocks remove appliance nas
$rocks add appliance compute membership=Nodes
$rocks add appliance gpu-container membership=GPU\\ Container
$rocks add appliance store membership=NAS\\ Appliance
$rocks add appliance zed membership=zed
END
restores([qw(dump appliance)]);
misused(qr/^rocks: one word too many: «compute»$/m, qw(dump appliance compute));

done_testing;
