#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host: the table, its parameters, one host and none.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('set attr a b');
prints('',     qw(list host));
prints("[]\n", qw(list host json=yes));

fresh_inventory('add host compute-0-10', 'add host compute-0-9 cpus=16',
    [ qw(add host vm-container-0-15 runaction=memtest), 'installaction=in stall' ]);
my $rows = <<'END';
compute-0-9:       Compute      16   0    9    os        install      
compute-0-10:      Compute      1    0    10   os        install      
vm-container-0-15: VM Container 1    0    15   memtest   in stall     
END
my $header = "HOST               MEMBERSHIP   CPUS RACK RANK RUNACTION INSTALLACTION\n";
prints($header . $rows, qw(list host));
prints($header . $rows, qw(list host output-header=yes));
prints($rows, qw(list host), "output-header=$_") for qw(no false 0 NO);
prints("CPUS\n16  \n1   \n1   \n", qw(list host output-col=cpus));
prints("HOST               RANK\ncompute-0-9:       9   \ncompute-0-10:      10  \n"
        . "vm-container-0-15: 15  \n", 'list', 'host', 'output-col=rank,Host');

# One owner: its column is left out, unless it is asked for.
prints(<<'END', qw(list host compute-0-9));
MEMBERSHIP CPUS RACK RANK RUNACTION INSTALLACTION
Compute    16   0    9    os        install      
END
prints("Compute    16   0    9    os        install      \n",
    qw(list host host=compute-0-9 output-header=no));
prints("HOST        \ncompute-0-9:\n", qw(list host compute-0-9 output-col=host));

json_is([
        map {
            { host => $_->[0],
                list => [ { membership => $_->[1], cpus => $_->[2], rack => 0, rank => $_->[3],
                        runaction => $_->[4], installaction => $_->[5] } ] }
        } [ 'compute-0-9', 'Compute', 16, 9, 'os', 'install' ],
        [ 'vm-container-0-15', 'VM Container', 1, 15, 'memtest', 'in stall' ]
    ],
    qw(list host compute-0-9 vm-container json=yes output-col=cpus output-header=no));
prints('[{"host": "compute-0-9", "list": [{"membership": "Compute", "cpus": 16, "rack": 0, '
        . '"rank": 9, "runaction": "os", "installaction": "install"}]}]' . "\n",
    qw(list host compute-0-9), "json=$_") for qw(yes on Y TRUE 1);
prints($header . $rows, qw(list host json=no));

fails(qr/^rocks: there is no host «compute-9-9»; see `rocks list host`$/,
    qw(list host compute-9-9));
usage(qr/^rocks: output-col= has an unknown column: «cpu,rack»$/m, 'list', 'host', 'output-col=cpu,rack');
usage(qr/^rocks: there is no parameter «output»$/m, qw(list host output=cpus));

done_testing;
