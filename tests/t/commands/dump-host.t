#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump host: lines that a shell restores the hosts from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('set attr a b');
prints('', qw(dump host));

walkthrough_inventory();
rocks('add', 'host', 'compute-1-2', 'rack=3', 'os=sunos', 'runaction=a b', "installaction=it's");
rocks(qw(add host web-1 membership=login rack=1 rank=0));
my $add = '/opt/rocks/bin/rocks add host';
my %lines = (
    'rocks-33' => "$add rocks-33 cpus=1 rack=0 rank=15 membership=Hosted\\ VM os=linux "
        . "runaction=os installaction=install\n",
    'vm-container-0-15' => "$add vm-container-0-15 cpus=16 rack=0 rank=15 "
        . "membership=VM\\ Container os=linux runaction=os installaction=install\n",
    'web-1' => "$add web-1 cpus=1 rack=1 rank=0 membership=Login os=linux runaction=os "
        . "installaction=install\n",
    'compute-1-2' => "$add compute-1-2 cpus=1 rack=3 rank=2 membership=Compute os=sunos "
        . "runaction=a\\ b installaction=it\\'s\n",
);
prints(join('', @lines{qw(rocks-33 vm-container-0-15 web-1 compute-1-2)}), qw(dump host));
prints($lines{$_}, qw(dump host), $_) for sort keys %lines;
prints($lines{'rocks-33'}, qw(dump host host=rocks-33));
prints($lines{'web-1'} . $lines{'compute-1-2'}, qw(dump host compute-1-2 web-1 compute));
prints('', qw(dump host compute-9-%));
restores([qw(dump host)]);

refused(qr/^rocks: there is no host «compute-9-9»; see `rocks list host`$/,
    qw(dump host compute-9-9));
misused(qr/^rocks: there is no parameter «json»$/m, qw(dump host json=yes));

done_testing;
