#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list appliance: those known from the start, and those added.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add attr a b');
prints(<<'END', qw(list appliance));
APPLIANCE     MEMBERSHIP             
compute:      Compute                
frontend:     Frontend               
hosted-vm:    Hosted VM              
login:        Login                  
nas:          NAS Appliance          
network:      Ethernet Switch        
power:        Power Distribution Unit
vm-container: VM Container           
END
fresh_inventory([ qw(add appliance gpu), "membership=GPU" ], map { "remove appliance $_" }
        qw(compute frontend login nas network power vm-container));
prints("APPLIANCE  MEMBERSHIP\ngpu:       GPU       \nhosted-vm: Hosted VM \n", qw(list appliance));
prints("gpu:       GPU       \nhosted-vm: Hosted VM \n", qw(list appliance output-header=no));
prints("MEMBERSHIP\nGPU       \nHosted VM \n", qw(list appliance output-col=membership));
json_is([ { appliance => 'gpu', list => [ { membership => 'GPU' } ] },
        { appliance => 'hosted-vm', list => [ { membership => 'Hosted VM' } ] } ],
    qw(list appliance json=yes));
misused(qr/^rocks: output-col= has an unknown column: «x»$/m, qw(list appliance output-col=x));
rocks(qw(remove appliance gpu));
rocks(qw(remove appliance hosted-vm));
prints('',     qw(list appliance));
prints("[]\n", qw(list appliance json=yes));

fresh_inventory('add attr a b');
prints("APPLIANCE MEMBERSHIP\ncompute:  Compute   \nlogin:    Login     \n", qw(list appliance), 'comp%', 'login');
refused(qr/^rocks: there is no appliance «x»; see `rocks list appliance`$/, qw(list appliance x));

done_testing;
