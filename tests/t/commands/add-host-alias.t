#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add host alias: the name works wherever hosts are named, and means nothing else.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @HOSTS = ('add host compute-0-0', 'add host compute-0-1');
my $rows  = 'SELECT host.name, alias.name FROM alias JOIN host ON host.id = alias.host ORDER BY 2';

for my $form (forms(host => 'compute-0-0', name => 'c-0-0')) {
    fresh_inventory(@HOSTS);
    prints('', qw(add host alias), @{$form});
    is(sql($rows), 'compute-0-0|c-0-0', 'it is in the file');
}
prints('', qw(add host alias compute-0-1 www.example.org));
fresh_inventory(@HOSTS, 'add host frontend-0-0');
prints('', qw(add host alias localhost front));
is(sql($rows), 'frontend-0-0|front', 'of this machine');

fresh_inventory(@HOSTS, 'add network private dnszone=local',
    'add host interface compute-0-0 eth0 subnet=private ip=10.1.0.7',
    'add host alias compute-0-0 c-0-0', 'add host alias compute-0-0 www.example.org');
for my $word (qw(c-0-0 www.example.org c-0-0.local)) {
    prints("HOST         ALIAS          \ncompute-0-0: c-0-0          \ncompute-0-0: www.example.org\n",
        qw(list host alias), $word);
}
prints('', qw(set host attr c-0-0 site here));
prints("here\n", qw(report host attr compute-0-0 attr=site));
is(rocks(qw(list host c-0-0 compute-0-0))->{out} =~ tr/\n//, 2, 'both names are one host');
refused(qr/there is no host «c-0-1»/, qw(list host c-0-1));

# A name means one thing.
for my $taken (qw(compute-0-0 compute-0-1)) {
    refused(qr/^rocks: host «\Q$taken\E» is already there$/, qw(add host alias compute-0-0), $taken);
}
my $has = qr/^rocks: «c-0-0» is an alias of compute-0-0; `rocks remove host alias compute-0-0 c-0-0` removes it$/;
refused($has, qw(add host alias compute-0-1 c-0-0));
refused($has, qw(add host c-0-0 membership=compute rack=0 rank=9));
refused($has, qw(set host name compute-0-1 c-0-0));
refused(qr/^rocks: «compute» cannot be an alias: it means all hosts of that appliance$/,
    qw(add host alias compute-0-0 compute));
refused(qr/^rocks: «rack0» cannot be an alias: it means all hosts of that rack$/,
    qw(add host alias compute-0-0 rack0));
refused(qr/^rocks: «10.1.0.9» cannot be an alias: it means the host with that IP address$/,
    qw(add host alias compute-0-0 10.1.0.9));
refused(qr/^rocks: «\Q$_\E» is not a valid alias: letters, digits, - and _ only, dots between them, no - in front$/,
    qw(add host alias compute-0-0), $_) for '-x', 'a b', 'a%', 'a/b';
refused(qr/^rocks: the alias is empty$/, qw(add host alias compute-0-0), '');
refused(qr/names 2 hosts; name one/, qw(add host alias compute x));
misused(qr/^rocks: \{name\} is missing: /m, qw(add host alias host=compute-0-0));

# It follows its host, and goes with it.
prints('', qw(set host name compute-0-0 node7));
is(sql($rows), "node7|c-0-0\nnode7|www.example.org", 'to its new name');
comes_back('aliases');
prints('', qw(add host alias node7 Node7));
is(rocks(qw(remove host node7))->{status}, 0, 'the host goes');
is(sql($rows), '', 'and its aliases');

done_testing;
