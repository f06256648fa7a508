#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host name: everything follows; names and moments at which it is refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @GIVEN = (
    'add network private 10.1.0.0 255.255.0.0',
    'add host vm-container-0-15 cpus=16',
    'add host interface vm-container-0-15 br0 subnet=private ip=10.1.0.9 name=vm-container-0-15',
    'add host interface vm-container-0-15 br1 name=storage-15',
    'add host attr vm-container-0-15 rack_unit 7',
    'add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33',
    'add host gpu rocks-33 gpupci gpupci1',
    'add host attr rocks-33 kvm_autostart yes',
    'set host vm cdrom rocks-33 /export/debian.iso',
);
my $dump = sub { return rocks('dump')->{out} };

# A whole dump with the new name in place of the old one is what is left.
for my $form (forms(host => 'vm-container-0-15', name => 'vm-container-1-2')) {
    fresh_inventory(@GIVEN);
    (my $meant = $dump->()) =~ s/\bvm-container-0-15\b/vm-container-1-2/g;
    prints('', qw(set host name), @{$form});
    # Lines that add hosts are sorted by rack, rank and name: none changes its place here.
    my ($left, $right) = map { join '', sort split /^/, $_ } $dump->(), $meant;
    # Rack and rank came from the name, and stay.
    $left =~ s/ rack=0 rank=15//g, $right =~ s/ rack=0 rank=15//g;
    is($left, $right, 'everything follows');
}
is(sql(q{SELECT name FROM interface WHERE name IS NOT NULL ORDER BY name}),
    "storage-15\nvm-container-1-2", 'a name of its own stays');
prints('', qw(set host name rocks-33 rocks-34));
prints("yes\n", qw(report host attr rocks-34 attr=kvm_autostart));
like(rocks(qw(list host gpu rocks-34))->{out}, qr/^rocks-34: +gpupci +pci_0000_02_00_0/m, 'its card');
like(rocks(qw(report host vm config rocks-34))->{out}, qr{<name>rocks-34</name>}, 'its XML');
comes_back('after that');
like(rocks(qw(list history))->{out}, qr/\bassigned +vm-container-0-15\b.* rocks-33\b/,
    'the history keeps the names of the time');

refused(qr/^rocks: host «vm-container-1-2» is already there$/, qw(set host name rocks-34 vm-container-1-2));
refused(qr/^rocks: host «rocks-34» is already there$/, qw(set host name rocks-34 rocks-34));
refused(qr/^rocks: «compute» cannot be a host name: it means all hosts of that appliance$/,
    qw(set host name rocks-34 compute));
refused(qr/^rocks: «$_» is not a valid host name: /, qw(set host name rocks-34), $_)
    for 'rocks.34', 'rocks 34';
refused(qr/^rocks: there is no host «rocks-33»; /, qw(set host name rocks-33 rocks-35));
misused(qr/^rocks: \{name\} is missing/m, qw(set host name host=rocks-34));
refused(qr/^rocks: hostname is a property of the host; change it with `rocks set host name`$/,
    qw(set host attr rocks-34 hostname x));
refused(qr/^rocks: appliance is a property of the host; change it with `rocks set host membership`$/,
    qw(set host attr rocks-34 appliance x));

# libvirt keeps the old name of a VM that was defined.
my ($vm, $container) = map { sql("SELECT id FROM host WHERE name = '$_'") } 'rocks-34', 'vm-container-1-2';
sql("INSERT INTO definition (vm, container, xml) VALUES ($vm, $container, '<domain/>')");
sub domain { return sql("SELECT quote(domain) FROM vm WHERE host = $vm") }
for my $case ([ 'rocks-34', [], "'rocks-34'" ], [ 'rocks-36', [], "'rocks-34'" ], [ 'rocks-35', ['renamed=yes'], 'NULL' ]) {
    my ($name, $more, $domain) = @$case;
    my $now = sql("SELECT name FROM host WHERE id = $vm");
    prints('', qw(set host name), $now, $name eq 'rocks-34' ? 'rocks-37' : $name, @$more);
    is(domain(), $domain, "the domain of $name");
}

# A start, as another command has it, and a move.
open my $busy, '+>>', "$ENV{ROCKS_DB}-busy" or die;
# F_OFD_SETLK of struct flock: a read lock on the byte of the VM, as start has it.
fcntl($busy, 37, pack('s s x4 q q l x4', 0, 0, $vm, 1, 0)) or die "lock: $!";
for my $host ('rocks-35', 'vm-container-1-2') {
    refused(qr/^rocks: another command is moving or starting rocks-35; process \d+ \(perl\); wait until it ends/,
        qw(set host name), $host, qw(rocks-36 renamed=yes));
}
close $busy or die;
prints('', qw(add host vm-container-0-14));
sql(q{INSERT INTO move (vm, source, target, step, token, slice, shared, ran, autostart, action, patience, who) }
  . qq{SELECT $vm, $container, id, 'copy', 't', 0, 0, 0, 0, 'shutdown', 60, 'root' FROM host WHERE name = 'vm-container-0-14'});
for my $host (qw(rocks-35 vm-container-1-2 vm-container-0-14)) {
    refused(qr/^rocks: rocks-35 is being moved from vm-container-1-2 to vm-container-0-14 /,
        qw(set host name), $host, qw(rocks-36 renamed=yes));
}

done_testing;
