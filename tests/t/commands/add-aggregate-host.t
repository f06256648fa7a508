#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add aggregate host: its name means its hosts, and nothing else.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @HOSTS = map {"add host $_"} qw(vm-container-0-9 vm-container-0-10 vm-container-1-0);
my $rows  = 'SELECT aggregate.name, host.name FROM aggregate_host JOIN aggregate ON aggregate.id = aggregate '
    . 'JOIN host ON host.id = host ORDER BY 1, 2';

for my $form (forms(host => 'vm-container-0-9', aggregate => 't4-15core')) {
    fresh_inventory(@HOSTS);
    prints('', qw(add aggregate host), @{$form});
    is(sql($rows), 't4-15core|vm-container-0-9', 'it is in the file');
}
prints('', qw(add aggregate host vm-container-0-10 T4-15Core));
prints('', qw(add aggregate host vm-container T4_all));
is(sql('SELECT name FROM aggregate ORDER BY name'), "t4-15core\nT4_all", 'one in any case of letters');

# A host word everywhere, in the order of hosts.
sub hosts { return rocks(qw(list host output-header=no output-col=host), @_)->{out} =~ s/: *\n/ /gr }
is(hosts('T4-15CORE'), 'vm-container-0-9 vm-container-0-10 ', 'its hosts');
is(hosts(qw(rack1 t4-15core vm-container-0-9)), 'vm-container-0-9 vm-container-0-10 vm-container-1-0 ', 'with others');
prints('', qw(set host attr t4-15core site here));
is(sql(q{SELECT count(*) FROM attr WHERE name = 'site'}), 2, 'to be changed, too');
prints('', qw(add aggregate host t4-15core copy));
is(hosts('copy'), 'vm-container-0-9 vm-container-0-10 ', 'of which another is made');

# What it cannot be called, and what cannot be called so.
my $add = sub { return (qw(add aggregate host vm-container-0-9), $_[0]) };
refused(qr/^rocks: host «vm-container-1-0» is already there$/, $add->('vm-container-1-0'));
rocks(qw(add host alias vm-container-1-0 front));
refused(qr/^rocks: «front» is an alias of vm-container-1-0; /, $add->('front'));
refused(qr/^rocks: «$_» cannot be an aggregate name: «\l$_» means a host$/, $add->($_)) for 'Front', 'Vm-container-1-0';
refused(qr/^rocks: «\Q$_\E» cannot be an aggregate name: it means /, $add->($_))
    for 'compute', 'VM-Container', 'login', 'rack3', 'localhost';
refused(qr/^rocks: «\Q$_\E» cannot be the name of an aggregate: commands use that word; /, $add->($_))
    for qw(gpu Host MODEL flavor aggregate Booking);
refused(qr/^rocks: «none» cannot be the name of an aggregate: it stands for no value; choose another name$/, $add->('none'));
refused(qr/^rocks: «\Q$_\E» is not a valid aggregate name: letters, digits, - and _ only, no dot, no - in front$/, $add->($_))
    for '<script>', '-x', 'a.b', "it's", 'a"b', 'a b', 'a%', 'select 1', '10.1.0.9';
refused(qr/^rocks: the aggregate name «a\\x0ab» has control characters/, $add->("a\nb"));
refused(qr/^rocks: the aggregate name is longer than 255 bytes$/, $add->('x' x 256));
my $means = qr/: it means all hosts of that aggregate$/;
refused($means, qw(add host T4-15core membership=compute rack=0 rank=0));
refused($means, qw(set host name vm-container-1-0 t4-15core));
refused($means, qw(add host alias vm-container-1-0 t4-15core));
refused($means, qw(add appliance t4-15core membership=X));
refused($means, qw(add appliance x membership=t4-15CORE));
refused($means, qw(add host vm vm-container-1-0 hosted-vm name=t4-15core));

# Physical hosts.
rocks(qw(add host vm vm-container-1-0 hosted-vm name=rocks-33));
refused(qr/^rocks: rocks-33 is a VM: an aggregate has physical hosts only$/,
    qw(add aggregate host vm-container-0-9 rocks-33 mixed));
refused(qr/^rocks: vm-container-0-9 is in aggregate «[\w-]+», which has physical hosts only; remove it first \(`rocks remove aggregate host vm-container-0-9 [\w-]+`\)$/,
    qw(set host vm vm-container-0-9 physnode=vm-container-1-0));
refused(qr/^rocks: vm-container-0-9 is already in aggregate «t4-15core»$/, $add->('t4-15core'));
refused(qr/^rocks: no hosts match, so there is nothing to add to «x»$/, qw(add aggregate host rack9 x));
refused(qr/^rocks: there is no host «x»/, qw(add aggregate host vm-container-0-9 x t4-15core));
misused(qr/^rocks: \{host\} is missing: /m, qw(add aggregate host t4-15core));

# It follows its hosts.
prints('', qw(set host name vm-container-0-9 node7));
is(hosts('t4-15core'), 'node7 vm-container-0-10 ', 'a host of another name');
comes_back('aggregates');

done_testing;
