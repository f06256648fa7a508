#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks check host gpu: each way in which four witnesses can disagree, and being blind.
use strict;
use warnings;

use Fleet;
use Inventory;
use JSON::PP;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
my @cards = (card('gpupci1', '0000:02:00', iommu_group => 7, serial => 'S-1'), card('gpupci2', '0000:03:00', iommu_group => 8, serial => 'S-2'));
my @first = ('0000:02:00.0', '0000:02:00.1');
my ($uuid, $other);

# What gpupci finds on the host, and who has VFIO groups open there: group, pid.
sub scan {
    my ($functions, @holders) = @_;
    spurt("$FOLDER/scan.json", document([ map { { driver => 'vfio-pci', %$_ } } @$functions ]));
    on_host($container, 'gpupci', "cat '$FOLDER/scan.json'\n");
    return on_host($container, 'find', join '', map { "echo '/dev/vfio/$_->[0] /proc/$_->[1]/fd'\n" } @holders);
}

# All agree: rocks-33 runs with the first card.
sub agree {
    my (%over) = @_;
    begin(@cards);
    fleet();
    $uuid  = sql(q{SELECT uuid FROM vm WHERE host = (SELECT id FROM host WHERE name = 'rocks-33')});
    $other = sql(q{SELECT uuid FROM vm WHERE host = (SELECT id FROM host WHERE name = 'rocks-34')});
    rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    rocks(qw(remove host vm-container-0-16));
    scan(\@cards);
    return hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => $over{state} // 'running', functions => $over{functions} // \@first });
}

# Exactly these rows: card, VM, what, repair.
sub finds {
    my ($what, @rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    my $got = rocks(qw(check host gpu json=yes));
    is($got->{err}, '', "$what: no complaint");
    is($got->{status}, @rows ? 1 : 0, "$what: status");
    my $said = decode_json($got->{out});
    is_deeply([ map { my $host = $_; map { [ $host->{host}, @{$_}{qw(gpu vm what repair)} ] } @{ $host->{gpu} } } @$said ],
        [ map { [ $container, @$_ ] } @rows ], "$what: rows") || diag($got->{out});
    return ok(inventory() eq $before, "$what: nothing changed");
}

agree();
finds('all agree');
agree(state => 'shutoff');
finds('all agree, the VM off');
agree();
hypervisor($container);
finds('a VM that is not defined is no drift');
is(rocks(qw(check host gpu))->{out}, '', 'no rows, no output');

# Inventory and scan.
my $sync = "rocks sync host gpu $container";
agree();
scan([ @cards[ 0, 1 ], card('gpupci2', '0000:05:00', serial => 'S-2') ]);
finds('moved', [ 'gpupci2', undef, 'recorded at pci_0000_03_00_0, the host has it at pci_0000_05_00_0', $sync ]);
agree();
scan([ @cards[ 0, 1 ] ]);
finds('gone', [ 'gpupci2', undef, 'recorded at pci_0000_03_00_0, the host has it no more', $sync ]);
is(rocks(qw(sync host gpu), $container)->{status}, 0, 'what it tells to type');
finds('repaired: both know that it is missing');
scan(\@cards);
finds('back', [ 'gpupci2', undef, 'recorded as missing, the host has it at pci_0000_03_00_0', $sync ]);
agree();
scan([ @cards, card('gpupci3', '0000:09:00', serial => 'S-3') ]);
finds('new', [ 'gpupci3', undef, 'at pci_0000_09_00_0 is a card that is not recorded', $sync ]);

# A VM's card that the host has taken back.
agree(state => 'shutoff');
scan([ { %{ $cards[0] }, driver => 'nouveau' }, { %{ $cards[1] }, driver => undef }, @cards[ 2, 3 ] ]);
finds('the host has a driver on it', [ 'gpupci1', 'rocks-33', 'pci_0000_02_00_0 of it is with the driver nouveau, not bound to vfio-pci',
    "rocks run host $container 'gpupci --detach gpupci1'" ]);
scan([ @cards[ 0, 1 ], map { { %$_, driver => 'nouveau' } } @cards[ 2, 3 ] ]);
finds('a free card is the host\'s to use');

# libvirt.
my $restart = 'rocks stop host vm rocks-33; rocks start host vm rocks-33';
agree(functions => [ @first, '0000:03:00.0' ]);
finds('more than its cards', [ undef, 'rocks-33', 'libvirt gives it 0000:03:00.0, which are not its cards', $restart ]);
agree(functions => [ $first[0] ]);
finds('less than its cards', [ undef, 'rocks-33', 'libvirt does not give it 0000:02:00.1 of its cards', $restart ]);
agree(functions => [], state => 'shutoff');
finds('none of its cards', [ undef, 'rocks-33', 'libvirt does not give it 0000:02:00.0, 0000:02:00.1 of its cards', 'rocks start host vm rocks-33' ]);
agree();
hypervisor($container, { name => 'renamed', uuid => $uuid, state => 'shutoff', functions => \@first });
finds('renamed', [ undef, 'rocks-33', 'libvirt calls it renamed', "rocks run host $container 'virsh domrename $uuid rocks-33'" ]);
my $stranger = '11111111-2222-3333-4444-555555555555';
hypervisor($container, { name => 'stranger', uuid => $stranger, state => 'running', functions => ['0000:03:00.0'] }, { name => 'harmless', state => 'running' });
finds('a domain that is not recorded', [ undef, 'stranger', 'a domain that is not recorded has 0000:03:00.0', "rocks run host $container 'virsh dumpxml $stranger'" ]);
agree();
rocks(qw(add host compute-0-0));
rocks(qw(set host vm rocks-34 physnode=compute-0-0));
hypervisor($container, { name => 'rocks-34', uuid => $other, state => 'shutoff' });
spurt("$FOLDER/compute-0-0.node", "<node></node>\n");
on_host('compute-0-0', 'gpupci', "echo '" . (document([], host => 'compute-0-0') =~ s/\n//gr) . "'\n");
on_host('compute-0-0', 'find', '');
finds('defined on a host that it left', [ undef, 'rocks-34', 'defined here, but it lives on compute-0-0', "rocks run host $container 'virsh undefine --keep-nvram $other'" ]);
hypervisor($container, { name => 'rocks-34', uuid => $other, state => 'running' });
finds('running there', [ undef, 'rocks-34', 'it runs here, but it lives on compute-0-0', "rocks run host $container 'virsh shutdown $other'" ]);

# Who has the VFIO group open: a QEMU says its guest's name on its command line.
agree();
for my $guest ('rocks-33', 'rocks-34', '') {
    my $pid = fork // die;
    if (!$pid) {
        exec 'perl', '-e', 'sleep 60', '--', $guest ? ('-name', "guest=$guest,debug-threads=on") : ();
    }
    scan(\@cards, [ 7, $pid ]);
    select undef, undef, undef, 0.3;
    finds('open by ' . ($guest || 'no VM'), $guest eq 'rocks-33' ? () : [ 'gpupci1', 'rocks-33', ($guest || 'a process that is no VM') . " has it open (pid $pid)",
        $guest ? 'rocks stop host vm rocks-34' : "rocks run host $container 'gpupci --status'" ]);
    kill KILL => $pid;
    waitpid $pid, 0;
}

# Being blind is never being clean.
agree();
ails(refused => $container);
my $got = rocks(qw(check host gpu));
is($got->{status}, 3, 'a host that is down: could not look');
like($got->{err}, qr/\Arocks: \Q$container\E: down: ssh: connect[^\n]*\n\z/, 'and which');
heals($container);
on_host($container, 'gpupci', "printf garbage\n");
is(rocks(qw(check host gpu))->{status}, 3, 'garbage: could not look');
on_host($container, 'gpupci', "head -c 300 '$FOLDER/scan.json'\n");
is(rocks(qw(check host gpu))->{status}, 3, 'half a document: could not look');
on_host($container, 'gpupci', "exit 1\n");
is(rocks(qw(check host gpu))->{status}, 3, 'a gpupci that fails: could not look');
agree();
rocks(qw(set attr libvirt_uri nowhere:///));
$got = rocks(qw(check host gpu));
is($got->{status}, 3, 'no libvirt: could not look');
like($got->{err}, qr/\Arocks: \Q$container\E: libvirt on \Q$container\E cannot be reached/, 'and why');
is(rocks(qw(check host gpu rocks-33))->{status}, 3, 'a VM is not looked at');

done_testing;
