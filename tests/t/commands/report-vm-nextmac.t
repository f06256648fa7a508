#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report vm nextmac: what the next VM gets, and nothing is written.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @next = qw(report vm nextmac);

# Without a base nothing is drawn: a report never writes.
fresh_inventory('add host vm-container-0-15');
my $unset =
    qr/^rocks: no base of MAC addresses is set: the next `rocks add host vm` draws one and records it as vm_mac_base_addr; `rocks set attr vm_mac_base_addr 52:54:00:00:00:00` sets one$/;
refused($unset, @next);
refused($unset, @next, 'vm-container-0-15');
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-33));
my $first = sql('SELECT mac FROM interface');
my ($start, $last) = $first =~ /^(.*):(..)$/;
prints("$start:01\n", @next);

fresh_inventory('add host vm-container-0-15', 'set attr vm_mac_base_addr 52:54:00:12:34:56');
my $before = inventory();
prints("52:54:00:00:00:00\n", @next) for 1, 2;
prints("52:54:00:00:00:00\n", @next, $_) for 'vm-container-0-15', 'container=vm-container-0-15';
is(inventory(), $before, 'nothing was written');
prints(qq([{"mac": "52:54:00:00:00:00"}]\n), @next, 'json=yes');
for my $number (0 .. 2) {
    rocks(qw(add host vm vm-container-0-15 hosted-vm), "name=rocks-$number");
    is(sql('SELECT mac FROM interface ORDER BY id DESC LIMIT 1'), "52:54:00:00:00:0$number",
        'it got the address that was reported');
    prints(sprintf("52:54:00:00:00:%02x\n", $number + 1), @next);
}
rocks(qw(remove host rocks-1));
prints("52:54:00:00:00:03\n", @next);
rocks(qw(remove host rocks-2));
prints("52:54:00:00:00:01\n", @next);

# Above the highest, whoever has it; not what lies outside, nor an InfiniBand address.
rocks(qw(add host interface vm-container-0-15 eth0 mac=52-54-00-01-FF-FF));
prints("52:54:00:02:00:00\n", @next);
rocks(qw(add host interface vm-container-0-15 eth1 mac=52:54:00:40:00:00));
rocks(qw(add host interface vm-container-0-15 ib0), 'mac=52:54:00:3f' . ':00' x 16);
prints("52:54:00:02:00:00\n", @next);

# The container's attributes count when it is named.
rocks(qw(set host attr vm-container-0-15 vm_mac_base_addr 0a:00:00:00:00:00));
rocks(qw(set host attr vm-container-0-15 vm_mac_base_addr_mask ff:ff:ff:ff:ff:fe));
prints("0a:00:00:00:00:00\n", @next, 'vm-container-0-15');
prints("52:54:00:02:00:00\n", @next);
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-3 num-macs=2));
is(sql("SELECT group_concat(mac) FROM interface WHERE mac LIKE '0a:%'"),
    '0a:00:00:00:00:00,0a:00:00:00:00:01', 'as add host vm has it');
refused(
    qr/^rocks: no MAC address is free between 0a:00:00:00:00:00 and 0a:00:00:00:00:01; give mac=, or set the attribute vm_mac_base_addr$/,
    @next, 'vm-container-0-15');
rocks(qw(set attr vm_mac_base_addr x));
refused(
    qr/^rocks: the attribute vm_mac_base_addr is «x», which is not a MAC address; write it as 52:54:00:00:00:01$/,
    @next);
for my $group ('01:00:00:00:00:00', '53-54-00-00-00-00') {
    rocks(qw(set attr vm_mac_base_addr), $group);
    refused(
        qr/^rocks: the attribute vm_mac_base_addr is «$group», a multicast address; set it to one whose first byte is even, such as 52:54:00:00:00:00$/,
        @next);
}
rocks(qw(set attr vm_mac_base_addr 52:54:00:00:00:00));
rocks(qw(set attr vm_mac_base_addr_mask x));
refused(qr/^rocks: the attribute vm_mac_base_addr_mask is «x», which is not a MAC address; /, @next);
for my $mask ('ff:ff:00:ff:ff:00', '00:00:00:00:00:00', 'fe:00:00:00:00:00', '0f:ff:ff:00:00:00') {
    rocks(qw(set attr vm_mac_base_addr_mask), $mask);
    refused(
        qr/^rocks: the attribute vm_mac_base_addr_mask is «$mask»; a mask is ff, ones, then zeros: ff:ff:ff:c0:00:00$/,
        @next);
}
for my $mask ('ff:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', 'FF-FF-FF-FE-00-00') {
    rocks(qw(set attr vm_mac_base_addr_mask), $mask);
    unlike(rocks(@next)->{err}, qr/attribute vm_mac_base_addr_mask is/, "$mask is one");
}
rocks(qw(remove attr vm_mac_base_addr_mask));
refused(qr/^rocks: there is no host «nosuch»; /, @next, 'nosuch');
refused(qr/^rocks: «%» names \d hosts; name one$/, @next, '%');
misused(qr/^rocks: one word too many: «vm-container-0-15»$/m, @next, 'vm-container-0-15', 'x');

done_testing;
