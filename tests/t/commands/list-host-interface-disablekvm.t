#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host interface disablekvm: of all hosts, and of one.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-15', 'add host interface vm-container-0-15 br0',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33',
    'set host interface disablekvm rocks-33 eth0 True');
prints(<<'END', qw(list host interface disablekvm));
HOST               IFACE DISABLEKVM
rocks-33:          eth0  True      
vm-container-0-15: br0   False     
END
prints(<<'END', qw(list host interface disablekvm rocks-33));
IFACE DISABLEKVM
eth0  True      
END
json_is([ { host => 'rocks-33', interface => [ { iface => 'eth0', disablekvm => 'True' } ] } ],
    qw(list host interface disablekvm rocks-33 json=yes));
refused(qr/^rocks: there is no host «rocks-34»; /, qw(list host interface disablekvm rocks-34));

done_testing;
