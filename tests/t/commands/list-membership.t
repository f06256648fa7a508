#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list membership: the table to the byte, JSON.
use strict;
use warnings;

use Inventory;
use JSON::PP;
use Rocks;
use Test::More;

fresh_inventory('add appliance gpu-container membership=GPU');
prints(<<'END', qw(list membership));
MEMBERSHIP               APPLIANCE    
Compute:                 compute      
Frontend:                frontend     
GPU:                     gpu-container
Hosted VM:               hosted-vm    
Login:                   login        
NAS Appliance:           nas          
Ethernet Switch:         network      
Power Distribution Unit: power        
VM Container:            vm-container 
END
is(scalar(@{ decode_json(rocks(qw(list membership json=yes))->{out}) }), 9, 'as JSON');
usage(qr/one word too many/, qw(list membership x));

done_testing;
