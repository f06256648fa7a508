#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host interface disablekvm: the XML lacks the interface, and has it again.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $options = 'SELECT device, options FROM interface ORDER BY id';
my @GIVEN = (
    'add host vm-container-0-15', 'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33',
    'add host interface rocks-33 ib0 options=dhcp',
);
# The interface has no MAC address, which libvirt would ask for.
fresh_inventory(@GIVEN);
like(rocks(qw(report host vm config rocks-33))->{err}, qr/ib0/, 'without it there is no XML');
for my $form (forms(host => 'rocks-33', iface => 'ib0', disablekvm => 'True')) {
    fresh_inventory(@GIVEN);
    prints('', qw(set host interface disablekvm), @{$form}) for 1, 2;
    is(sql($options), "eth0|\nib0|dhcp nokvm", 'the other options stay');
    my $xml = rocks(qw(report host vm config rocks-33));
    is($xml->{status}, 0, 'XML');
    is(scalar(() = $xml->{out} =~ /<interface /g), 1, 'with the other interface alone');
}
comes_back('the option');
prints('', qw(set host interface disablekvm rocks-33 eth0 yes));
is(sql($options), "eth0|nokvm\nib0|dhcp nokvm", 'both');
unlike(rocks(qw(report host vm config rocks-33))->{out}, qr/<interface /, 'none is left');
prints('', qw(set host interface disablekvm rocks-33 52:54:00:00:00:00 False));
prints('', qw(set host interface disablekvm rocks-33 ib0 no));
is(sql($options), "eth0|\nib0|dhcp", 'as before');
prints('', qw(set host interface options rocks-33 ib0), 'xnokvm nokvmx');
prints('', qw(set host interface mac rocks-33 ib0 52:54:00:00:00:99));
is(scalar(() = rocks(qw(report host vm config rocks-33))->{out} =~ /<interface /g), 2,
    'only that word counts');

refused(qr/^rocks: rocks-33 has no interface «eth9»; /, qw(set host interface disablekvm rocks-33 eth9 yes));
misused(qr/^rocks: disablekvm= must be yes or no, not «x»/m, qw(set host interface disablekvm rocks-33 eth0 x));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host interface disablekvm eth0 yes));

done_testing;
