#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report host vm config of many VMs: to each what it gets alone, more of them than are
# read at once, in another order than they were recorded in, with all that may be the matter.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my ($CONTAINERS, $EACH) = (5, 14);

# One container's lines: interfaces, cards, VMs; what a VM has depends on its number.
sub container {
    my ($at) = @_;
    my $name  = "vm-container-0-$at";
    my @lines = ("add host $name", "add host compute-0-$at");
    push @lines, "add host interface $name br0 subnet=private" if $at % 2;
    push @lines, "add host interface $name ovs0 subnet=public module=ovs-bridge" if $at % 3;
    push @lines, map {
        my $address = sprintf '0000:%02x:00.0', $_ + 1;
        my $group = $_ > 6 ? 7 : $_;    # the last two are not to be kept apart
        "add host gpu $name gpupci$_ $address group=$group "
            . ($_ == 2 ? 'functions=0/030000/10de:1db6,1/040300/10de:10f1/1024' : 'numa=1')
    } 1 .. 8;
    for my $i (0 .. $EACH - 1) {
        my $vm = sprintf 'rocks-%d', $at * $EACH + $i;
        my @disks = map { "file:/kvm/$vm.$_,vd$_,virtio" } ('a' .. 'z')[ 0 .. $i % 3 ];
        push @lines, "add host vm $name " . ($i % 5 ? 'hosted-vm' : 'compute')
            . " name=$vm 'disk=@disks' num-macs=" . $i % 4;
        push @lines, "set host interface subnet $vm eth0 private" if $i % 4 == 1;
        push @lines, "set host interface subnet $vm eth0 public", "set host interface vlan $vm eth0 7"
            if $i % 4 == 2;
        push @lines, "set host attr $vm kvm_c host", "set host attr $vm kvm_cpu_pinning pin_all"
            if $i % 3 == 1;
        push @lines, "set host attr $vm kvm_device_$i '<hub type=\"usb\"/>'" if $i % 6 == 1;
        push @lines, "set host attr $vm kvm_machine pc"                      if $i == 6;
        push @lines, "set host attr $vm kvm_machine odd"                     if $i == 11;
        push @lines, "set host vm cdrom $vm /export/install.iso"             if $i == 7;
    }
    # Some have cards, of which one is missing and one is quarantined.
    my $vm = $at * $EACH;
    push @lines, map { "add host gpu rocks-$vm gpupci$_ gpupci$_" } 1 .. 2;
    push @lines, map { sprintf 'add host gpu rocks-%d gpupci gpupci%d', $vm + $_, $_ } 3 .. 6;
    push @lines, "set host gpu $name gpupci4 state=missing", "set host gpu $name gpupci5 state=quarantined";
    push @lines, sprintf 'add host gpu rocks-%d gpupci gpupci%d', $vm + 8, 7;
    return @lines;
}

my $many = join ' ', map { "file:/kvm/$_,vd" . ('a' .. 'z', 'aa' .. 'zz')[$_] . ',virtio' } 0 .. 64;
my @lines = (
    'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add network private', 'add network public',
    'set attr kvm_a global', 'set attr kvm_b global', 'set attr kvm_c global',
    'set appliance attr hosted-vm kvm_b hosted-vm',
    'set appliance attr hosted-vm kvm_c hosted-vm',
    'set appliance attr compute kvm_b compute',
    'set appliance attr compute kvm_d compute',
    (map { container($_) } reverse 0 .. $CONTAINERS - 1),
    "set host vm rocks-9 'disk=$many'",
);
my $got = rocks_in(join('', map { "$_\n" } @lines), qw(--batch -));
is("$got->{status} $got->{err}", '0 ', 'the inventory');
# Cards of a group are not given to two VMs: that was so before a scan found the group.
sql(q{UPDATE card SET iommu_group = 8 WHERE name = 'gpupci8'});
$got = rocks_in(join('', map { sprintf "add host gpu rocks-%d gpupci2 gpupci8\n", $_ * $EACH + 9 }
        0 .. $CONTAINERS - 1), qw(--batch -));
is("$got->{status} $got->{err}", '0 ', 'and the last cards');
sql(q{UPDATE card SET iommu_group = 7 WHERE name = 'gpupci8'});

mkdir "$FOLDER/fake", 0755 or die;
system('cp', (map { "$BUILD/tests/plugins/$_.so" } qw(fake-document amend-names)), "$FOLDER/fake") == 0
    or die;

# What it says of all of them, and of each.
sub compare {
    my ($name, $all, @each) = @_;
    my @alone = map { rocks(qw(report host vm config), $_) } @each;
    my $together = rocks(qw(report host vm config), @{$all});
    is($together->{out}, join('', map { $_->{out} } @alone), "$name: the same documents");
    is($together->{err}, join('', map { $_->{err} } @alone), "$name: the same complaints");
    is($together->{status}, (sort { $b <=> $a } map { $_->{status} } @alone)[0], "$name: status");
    return $together;
}

my @vms = map { "rocks-$_" } 0 .. $CONTAINERS * $EACH - 1;
my $all = compare('a pattern', ['rocks-%'], @vms);
my @answers = ($all->{out} =~ /<domain /g, $all->{err} =~ /^rocks: /mg);
cmp_ok(scalar @answers, '>', 64, 'more than are read at once');
for my $what (
    'is missing, last seen', 'is quarantined', 'cannot be kept apart from a card that rocks-',
    'which no interface of', 'kvm_machine is', 'has more than 64 disks',
) {
    like($all->{err}, qr/$what/, "there is one that $what");
}
like($all->{out}, qr/$_/, "there is one with $_")
    for 'hostdev', 'vcpupin', '<hub type="usb"', 'openvswitch', 'install.iso', 'pc', 'function="0x1"';

compare('containers and a VM of one of them', [qw(vm-container-0-3 rocks-44 vm-container-0-1 rocks-0)],
    qw(vm-container-0-3 vm-container-0-1 rocks-0));
{
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/fake";
    my $names = compare('attributes of all levels', ['rocks-%'], @vms);
    like($names->{out}, qr/ kvm_a=global $_ /, $_)
        for 'kvm_b=hosted-vm kvm_c=hosted-vm', 'kvm_b=hosted-vm kvm_c=host', 'kvm_b=compute kvm_c=global';
}

done_testing;
