#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# How a VM's interfaces are joined to its container's: networks, VLANs, bridge, macvtap,
# Open vSwitch; and functions of recorded cards in kvm_device_N.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @GIVEN = (
    'add network private', 'add network public', 'add host vm-container-0-15',
    'add host vm-container-0-16',
    'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33',
);
my $mac = qr{<mac address="52:54:00:00:00:00"/>};

sub config { return rocks(qw(report host vm config), @_) }

# What the first <interface> holds between its MAC address and its model, without blanks.
sub joined {
    my $got = config('rocks-33');
    return $got->{err} if $got->{status};
    my ($type, $inside) =
        $got->{out} =~ m{<interface type="(\w+)">\s*$mac\s*(.*?)\s*<model type="virtio"/>}s;
    $inside =~ s/>\s+</></g;
    return "$type $inside";
}

sub set { my $got = rocks(qw(set host interface rocks-33 eth0), @_); return is($got->{err}, '', "set @_") }

sub carries {
    my ($device, @words) = @_;
    my $got = rocks(qw(add host interface vm-container-0-15), $device, @words);
    return is($got->{err}, '', "$device @words");
}

# The XML is one that libvirt's schema knows.
sub valid {
    my $xml = "$FOLDER/vm.xml";
    spurt($xml, config('rocks-33')->{out});
    my $got = run_program('', 'virt-xml-validate', $xml, 'domain');
    return is($got->{status}, 0, 'virt-xml-validate') || diag($got->{out}, $got->{err});
}

my $ovs = '<virtualport type="openvswitch"/>';

# No network: kvm_bridge, else br0. Another's interfaces do not matter.
fresh_inventory(@GIVEN, 'add host interface vm-container-0-16 br9 subnet=private');
is(joined(), 'bridge <source bridge="br0"/>', 'br0');
rocks(qw(set attr kvm_bridge br-gpu));
is(joined(), 'bridge <source bridge="br-gpu"/>', 'kvm_bridge');
rocks(qw(set host attr rocks-33 kvm_bridge), '');
is(joined(), 'bridge <source bridge="br0"/>', 'an empty one is as none, for this VM');
rocks(qw(remove host attr rocks-33 kvm_bridge));
set('subnet=private');
is(joined(), 'bridge <source bridge="br-gpu"/>', 'nor where the container is not in the network');
rocks(qw(remove attr kvm_bridge));
is( joined(),
    'rocks: rocks-33: its interface eth0 is in the network private, which no interface of '
        . 'vm-container-0-15 carries; `rocks add host interface vm-container-0-15 DEVICE '
        . 'subnet=private` records one that does, or `rocks set host attr rocks-33 kvm_bridge '
        . "BRIDGE` says what it joins\n",
    'which is no guess');
rocks(qw(set attr kvm_bridge br-gpu));
carries(qw(br-priv subnet=private));
is(joined(), 'bridge <source bridge="br-priv"/>', 'the one in the network');
carries(qw(ipmi subnet=private channel=1 module=ipmi));
is(joined(), 'bridge <source bridge="br-priv"/>', 'a management controller carries no VM');
carries(qw(br-priv2 subnet=private));
carries(qw(br-pub subnet=public));
is( joined(),
    'rocks: rocks-33: its interface eth0 may be joined to several of vm-container-0-15: br-priv, '
        . 'br-priv2; `rocks set host interface vm-container-0-15 DEVICE subnet=none` says which is '
        . 'not of private, or `rocks set host attr rocks-33 kvm_bridge br-priv` which one it is, '
        . "for its interfaces without a network, too\n",
    'does not guess between two');
rocks(qw(set host attr rocks-33 kvm_bridge br-priv2));
is(joined(), 'bridge <source bridge="br-priv2"/>', 'but kvm_bridge says which');
rocks(qw(set host interface vm-container-0-15 br-priv2 module=ovs-bridge));
is(joined(), qq(bridge <source bridge="br-priv2"/>$ovs), 'and what it is');
rocks(qw(remove host attr rocks-33 kvm_bridge));
rocks(qw(set host interface vm-container-0-15 br-priv2 subnet=none));
is(joined(), 'bridge <source bridge="br-priv"/>', 'as does who is in the network');
set('subnet=none');
is(joined(), 'bridge <source bridge="br-gpu"/>', 'without network as before');
carries(qw(br-gpu module=ovs-bridge));
is(joined(), qq(bridge <source bridge="br-gpu"/>$ovs),
    'kvm_bridge may be recorded as an Open vSwitch');
set('vlan=9');
is(joined(), qq(bridge <source bridge="br-gpu"/><vlan><tag id="9"/></vlan>$ovs),
    'which takes any VLAN');
valid();

# VLANs: never another one.
fresh_inventory(@GIVEN);
set('vlan=7');
is( joined(),
    'rocks: rocks-33: its interface eth0 is in VLAN 7, which no interface of vm-container-0-15 '
        . 'carries; '
        . "`rocks add host interface vm-container-0-15 DEVICE vlan=7` records one that does\n",
    'no network, no VLAN');
carries(qw(br0));
like(joined(), qr/is in VLAN 7, which no interface/, 'br0 without that VLAN');
carries(qw(br0.7 vlan=7));
is(joined(), 'bridge <source bridge="br0.7"/>', 'one with the VLAN, without network');
carries(qw(br1.7 vlan=7));
like(joined(), qr/eth0 may be joined to several of vm-container-0-15: br0.7, br1.7; `rocks set host attr rocks-33 kvm_bridge br0.7` which one it is, /,
    'two of the VLAN');
rocks(qw(set host attr rocks-33 kvm_bridge br1.7));
is(joined(), 'bridge <source bridge="br1.7"/>', 'kvm_bridge says which');
rocks(qw(remove host attr rocks-33 kvm_bridge));
rocks(qw(remove host interface vm-container-0-15 br1.7));
set('subnet=private');
my $missing =
    'rocks: rocks-33: its interface eth0 is in VLAN 7 of the network private, which no interface '
        . 'of vm-container-0-15 carries; '
    . "`rocks add host interface vm-container-0-15 DEVICE subnet=private vlan=7` records one that "
        . "does\n";
is(joined(), $missing, 'the VLAN of another network does not count');
carries(qw(br-priv subnet=private));
carries(qw(br-priv.8 subnet=private vlan=8));
is(joined(), $missing, 'nor is the network without it, or with another');
is(config('rocks-33')->{out}, '', 'and there is no XML');
carries(qw(br-priv.7 subnet=private vlan=7));
is(joined(), 'bridge <source bridge="br-priv.7"/>', 'network and VLAN');
set('vlan=none');
is(joined(), 'bridge <source bridge="br-priv"/>', 'no VLAN: the one without');
rocks(qw(remove host interface vm-container-0-15 br-priv));
is( joined(),
    'rocks: rocks-33: its interface eth0 is in the network private, which vm-container-0-15 has in '
        . 'several VLANs; '
        . "`rocks set host interface rocks-33 eth0 vlan=…` says which one\n",
    'does not guess between two VLANs');
rocks(qw(remove host interface vm-container-0-15 br-priv.8));
is(joined(), 'bridge <source bridge="br-priv.7"/>', 'the network is in one VLAN: that one');
valid();

# macvtap.
for my $module (qw(direct macvtap)) {
    fresh_inventory(@GIVEN);
    set('subnet=private');
    carries('eth1', 'subnet=private', "module=$module");
    is(joined(), 'direct <source dev="eth1" mode="bridge"/>', $module);
    valid();
    set('vlan=7');
    is(joined(), $missing, "$module: not with a VLAN that it does not have");
    carries('eth1.7', qw(subnet=private vlan=7), "module=$module");
    is(joined(), 'direct <source dev="eth1.7" mode="bridge"/>', "$module: with a VLAN");
}

# Open vSwitch: with any VLAN, but a bridge that has just that VLAN comes first.
fresh_inventory(@GIVEN);
set('subnet=private');
carries(qw(ovs0 subnet=private module=ovs-bridge));
is(joined(), qq(bridge <source bridge="ovs0"/>$ovs), 'Open vSwitch');
valid();
set('vlan=9');
set('vlan=0');
is(joined(), qq(bridge <source bridge="ovs0"/>$ovs), 'VLAN 0 is none');
carries(qw(eth2 subnet=private module=ovs-link));
is(joined(), qq(bridge <source bridge="ovs0"/>$ovs), 'its link carries no VM');
set('vlan=4095');
is(joined(), qq(bridge <source bridge="ovs0"/><vlan><tag id="4095"/></vlan>$ovs), 'with a VLAN');
valid();
carries(qw(br0.4095 subnet=private vlan=4095));
is(joined(), 'bridge <source bridge="br0.4095"/>', 'a bridge in that very VLAN');
set('vlan=7');
is(joined(), qq(bridge <source bridge="ovs0"/><vlan><tag id="7"/></vlan>$ovs), 'else the switch');
carries(qw(ovs1 subnet=private module=ovs-bridge));
like(joined(), qr/eth0 may be joined to several of vm-container-0-15: ovs0, ovs1; /, 'of which there are two');
rocks(qw(remove host interface vm-container-0-15 ovs1));
rocks(qw(set host interface vm-container-0-15 ovs0), q{module=ovs-bridge"<});
is(joined(), $missing, 'a module that is nearly it is a bridge');
rocks(qw(set host interface vm-container-0-15 ovs0 module=ovs-bridge vlan=3));
is(joined(), qq(bridge <source bridge="ovs0"/><vlan><tag id="7"/></vlan>$ovs),
    'whatever VLAN the switch has itself');

# What `rocks add cluster` recorded: vlan3 is VLAN 3 on the other interface of its network.
fresh_inventory(@GIVEN);
carries('eth0', 'subnet=private', 'options=novtap');
carries(qw(vlan3 subnet=private vlan=3));
set(qw(subnet=private vlan=3));
is(joined(), 'direct <source dev="eth0.3" mode="bridge"/>', 'novtap: eth0.3');
rocks(qw(set host interface vm-container-0-15 eth0 options=none));
is(joined(), 'direct <source dev="peth0.3" mode="bridge"/>', 'else peth0.3');
valid();
rocks(qw(set host interface vlan rocks-33 eth0 0));
is(joined(), 'bridge <source bridge="eth0"/>', 'without a VLAN eth0 is the bridge');
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34 subnet=private vlan=0));
like(config('rocks-34')->{out}, qr{<source bridge="eth0"/>}, 'as it is with VLAN 0 from the start');

# Not interfaces, but what old VMs have, too: their pinning.
rocks(qw(set host attr rocks-33 kvm_cpu_pinning), '<cputune><vcpupin vcpu="0" cpuset="4"/></cputune>');
like(config('rocks-33')->{out}, qr{<cputune>\s*<vcpupin vcpu="0" cpuset="4"/>\s*</cputune>},
    'kvm_cpu_pinning');
valid();

# Several interfaces, each where it belongs; the device is only text.
fresh_inventory(@GIVEN);
rocks(qw(add host interface rocks-33 eth1 mac=52:54:00:00:00:99 subnet=public));
carries('a"<b>&', 'subnet=public');
my $both = config('rocks-33')->{out};
is_deeply([ $both =~ /<source bridge="(.*?)"/g ], [ 'br0', 'a&quot;&lt;b&gt;&amp;' ],
    'two interfaces');

# A function of a recorded card in a raw device.
walkthrough_inventory();
my $raw = sub {
    my ($address, $open, $close) = @_;
    rocks(qw(set host attr rocks-33 kvm_device_0),
              ($open // q{<hostdev mode='subsystem' type='pci' managed='yes'>})
            . "<source><address $address/></source>"
            . ($close // '</hostdev>'));
    return config('rocks-33');
};
my $refused =
    qr/^rocks: rocks-33: a kvm_device attribute passes 0000:02:00.0 of vm-container-0-15, which is of its card gpupci1; take it out of the attribute and give the card with rocks add host gpu rocks-33 gpupci gpupci1$/;
for my $form (q{domain='0x0000' bus='0x02' slot='0x00' function='0x0'}, q{bus='2' slot='0'},
    q{domain='0' bus='02' slot='0x0' function='00'})
{
    my $got = $raw->($form);
    is($got->{status}, 1, "$form: refused");
    is($got->{out}, '', 'no XML');
    like($got->{err}, $refused, 'which card, and what to do');
}
like(
    $raw->(
        q{type='pci' domain='0' bus='0x02' slot='0' function='0'}, "<interface type='hostdev'>",
        '</interface>'
    )->{err},
    $refused,
    'as an interface too');
like(
    $raw->(q{bus='0x03' slot='0' function='1'})->{err},
    qr/passes 0000:03:00.1 of vm-container-0-15, which is of its card gpupci2; /,
    'a function that no scan found');
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
like($raw->(q{bus='0x02' slot='0' function='0'})->{err}, $refused, 'also when it is the VM\'s own');
rocks(qw(remove host gpu rocks-33 gpupci));
for my $form (q{bus='0x04' slot='0' function='0'}, q{bus='0x02' slot='1' function='0'},
    q{domain='1' bus='0x02' slot='0'}, q{bus='0x102' slot='0' function='0'})
{
    my $got = $raw->($form);
    is($got->{err}, '', "$form: no card of ours");
    like($got->{out}, qr/<hostdev/, 'and it is in the XML');
}
is($raw->(q{bus='2' device='0'}, "<hostdev mode='subsystem' type='usb'>")->{err}, '',
    'a USB device');
rocks(qw(set host gpu vm-container-0-15 gpupci2), 'functions=0,1@pci_0000_05_00_0');
like($raw->(q{bus='5' slot='0' function='0'})->{err}, qr/is of its card gpupci2; /,
    'a second slot of the board');
rocks(qw(set host gpu vm-container-0-15 gpupci1 state=missing));
is($raw->(q{bus='2' slot='0'})->{err}, '', 'where a card is missing something else may sit');

done_testing;
