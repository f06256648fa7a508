#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host membership: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
prints(<<'END', qw(list host membership));
HOST               MEMBERSHIP  
rocks-33:          Hosted VM   
vm-container-0-15: VM Container
END
prints("HOST      MEMBERSHIP\nrocks-33: Hosted VM \n", qw(list host membership rocks-33));
json_is([ { host => 'rocks-33', membership => [ { membership => 'Hosted VM' } ] } ],
    qw(list host membership rocks-33 json=yes));
refused(qr/there is no host «x»/, qw(list host membership x));

done_testing;
