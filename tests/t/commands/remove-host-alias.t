#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove host alias: that of the host, and no other.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT host.name, alias.name FROM alias JOIN host ON host.id = alias.host ORDER BY 2';
for my $form (forms(host => 'compute-0-0', name => 'a')) {
    fresh_inventory('add host compute-0-0', 'add host compute-0-1', 'add host alias compute-0-0 a',
        'add host alias compute-0-0 b', 'add host alias compute-0-1 c');
    prints('', qw(remove host alias), @{$form});
    is(sql($rows), "compute-0-0|b\ncompute-0-1|c", 'it is gone, others are not');
}
my $before = inventory();
prints('', qw(remove host alias compute-0-0), $_) for 'a', 'c', '%', '';
ok(inventory() eq $before, 'what the host does not have is removed already');
prints('', qw(remove host alias b b));
is(sql($rows), 'compute-0-1|c', 'an alias names its host here, too');
refused(qr/there is no host «b»/, qw(list host b));
prints('', qw(add host b membership=compute rack=0 rank=7));
refused(qr/there is no host «x»/, qw(remove host alias x c));
misused(qr/^rocks: \{name\} is missing: /m, qw(remove host alias host=compute-0-1));

done_testing;
