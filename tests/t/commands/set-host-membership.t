#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host membership: by the name of the appliance and by its membership.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT host.name, appliance.name, rack, rank, cpus FROM host '
    . 'JOIN appliance ON appliance.id = host.appliance ORDER BY host.name';
my $other = 'compute-0-1|compute|0|1|1';
for my $membership ('nas', 'NAS Appliance', 'nas appliance') {
    for my $form (forms(host => 'compute-0-0', membership => $membership)) {
        fresh_inventory('add host compute-0-0', 'add host compute-0-1');
        prints('', qw(set host membership), @{$form});
        is(sql($rows), "compute-0-0|nas|0|0|1\n$other", 'that, and nothing else');
    }
}
prints('', qw(set appliance attr login kvm yes));
prints('', qw(set host membership compute-0-0 compute-0-1 login));
is(sql($rows), "compute-0-0|login|0|0|1\ncompute-0-1|login|0|1|1", 'of several');
prints("yes\n", qw(report host attr compute-0-1 attr=kvm));

refused(qr/^rocks: there is no appliance «gpu»; see `rocks list appliance`$/,
    qw(set host membership compute-0-0 gpu));
refused(qr/^rocks: there is no host «compute-9-9»; see/, qw(set host membership compute-9-9 nas));
misused(qr/^rocks: \{host\} is missing: hosts to change; % for all$/m, qw(set host membership nas));
misused(qr/^rocks: \{membership\} is missing/m, qw(set host membership host=compute-0-0));

done_testing;
