#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add host vm: defaults, every parameter, what is refused.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my @CONTAINER = (
    'add host vm-container-0-15 cpus=16', 'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add network private', 'add network public');
my $hosts = 'SELECT host.name, appliance.name, rack, rank, cpus, mem, slice, virt_type, cdrom '
    . 'FROM vm JOIN host ON host.id = vm.host JOIN appliance ON appliance.id = appliance '
    . 'ORDER BY host.id';
my $disks = 'SELECT host.name, position, type, path, device, bus, size FROM disk '
    . 'JOIN host ON host.id = vm ORDER BY vm, position';
my $interfaces = 'SELECT host.name, device, mac, ip, network.name, vlan FROM interface '
    . 'JOIN host ON host.id = interface.host LEFT JOIN network ON network.id = network '
    . 'ORDER BY interface.id';
my $folder = '/state/partition1/kvm/disks';

# By itself, in all forms.
for my $form (forms(container => 'vm-container-0-15', membership => 'hosted-vm'),
    forms(container => 'vm-container-0-15', membership => 'Hosted VM')) {
    fresh_inventory(@CONTAINER);
    prints("added VM hosted-vm-0-15-0 on physical node vm-container-0-15\n", qw(add host vm),
        @{$form});
    is(sql($hosts), 'hosted-vm-0-15-0|hosted-vm|0|15|1|2048|0|hvm|', 'host and VM');
    is(sql($disks), "hosted-vm-0-15-0|0|file|$folder/hosted-vm-0-15-0.vda|vda|virtio|36", 'disk');
    is(sql($interfaces), 'hosted-vm-0-15-0|eth0|52:54:00:00:00:00|||', 'interface');
}
like(sql('SELECT uuid FROM vm'), qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'and a UUID');

# The next free slice and MAC; a gap among the slices is filled, MACs go up.
prints("added VM hosted-vm-0-15-$_ on physical node vm-container-0-15\n",
    qw(add host vm vm-container-0-15 hosted-vm)) for 1, 2;
rocks(qw(remove host hosted-vm-0-15-1));
prints("added VM compute-0-15-1 on physical node vm-container-0-15\n",
    qw(add host vm vm-container-0-15 Compute));
is(sql('SELECT host.name, slice, mac FROM vm JOIN host ON host.id = vm.host '
            . 'JOIN interface ON interface.host = host.id ORDER BY slice'),
    "hosted-vm-0-15-0|0|52:54:00:00:00:00\ncompute-0-15-1|1|52:54:00:00:00:03\n"
        . 'hosted-vm-0-15-2|2|52:54:00:00:00:02', 'slices and MAC addresses');

# Every parameter.
my @add = qw(add host vm vm-container-0-15 hosted-vm);
for my $row (
    [   'name=rocks-33', 'rocks-33|hosted-vm|0|15|1|2048|0|hvm|',
        "rocks-33|0|file|$folder/rocks-33.vda|vda|virtio|36", 'rocks-33|eth0|52:54:00:00:00:00|||'
    ],
    [ 'mem=8192', 'hosted-vm-0-15-0|hosted-vm|0|15|1|8192|0|hvm|' ],
    [ 'cpus=4', 'hosted-vm-0-15-0|hosted-vm|0|15|4|2048|0|hvm|' ],
    [   'slice=7', 'hosted-vm-0-15-7|hosted-vm|0|15|1|2048|7|hvm|',
        "hosted-vm-0-15-7|0|file|$folder/hosted-vm-0-15-7.vda|vda|virtio|36",
        'hosted-vm-0-15-7|eth0|52:54:00:00:00:00|||'
    ],
    [ 'mac=AA:54:00:00:00:99', undef, undef, 'hosted-vm-0-15-0|eth0|aa:54:00:00:00:99|||' ],
    [ 'mac=AA-54-00-00-00-99', undef, undef, 'hosted-vm-0-15-0|eth0|aa:54:00:00:00:99|||' ],
    [   'num-macs=2', undef, undef,
        "hosted-vm-0-15-0|eth0|52:54:00:00:00:00|||\nhosted-vm-0-15-0|eth1|52:54:00:00:00:01|||"
    ],
    [ 'num-macs=0', undef, undef, '' ],
    [ 'ip=10.1.1.1', undef, undef, 'hosted-vm-0-15-0|eth0|52:54:00:00:00:00|10.1.1.1||' ],
    [ 'ip=fd00::1', undef, undef, 'hosted-vm-0-15-0|eth0|52:54:00:00:00:00|fd00::1||' ],
    [ 'ip=FD00:0::01', undef, undef, 'hosted-vm-0-15-0|eth0|52:54:00:00:00:00|fd00::1||' ],
    [ 'subnet=private', undef, undef, 'hosted-vm-0-15-0|eth0|52:54:00:00:00:00||private|' ],
    [ 'vlan=4095', undef, undef, 'hosted-vm-0-15-0|eth0|52:54:00:00:00:00|||4095' ],
    [ 'disk=phy:/dev/a,sda,scsi', undef, 'hosted-vm-0-15-0|0|phy|/dev/a|sda|scsi|' ],
    [   'disk=qcow2:/a,b:c,vda,virtio qed:/d,vdb,ide', undef,
        "hosted-vm-0-15-0|0|qcow2|/a,b:c|vda|virtio|36\nhosted-vm-0-15-0|1|qed|/d|vdb|ide|36"
    ],
    [   'disksize=100', undef, "hosted-vm-0-15-0|0|file|$folder/hosted-vm-0-15-0.vda|vda|virtio|100"
    ],
    [ 'disk=', undef, '' ],
    )
{
    my ($given, $host, $disk, $interface) = @{$row};
    fresh_inventory(@CONTAINER);
    my ($name) = ($host // '') =~ /^([^|]+)/;
    $name //= 'hosted-vm-0-15-0';
    prints("added VM $name on physical node vm-container-0-15\n", @add, $given);
    is(sql($hosts), $host // 'hosted-vm-0-15-0|hosted-vm|0|15|1|2048|0|hvm|', "$given: VM");
    is(sql($disks), $disk // "hosted-vm-0-15-0|0|file|$folder/hosted-vm-0-15-0.vda|vda|virtio|36",
        "$given: disks");
    is(sql($interfaces), $interface // 'hosted-vm-0-15-0|eth0|52:54:00:00:00:00|||',
        "$given: interfaces");
}
fresh_inventory(@CONTAINER);
prints("added VM rocks-33 on physical node vm-container-0-15\n", @add, qw(name=rocks-33 num-macs=2),
    qw(mac=02:00:00:00:00:01 ip=10.1.1.1 subnet=public vlan=7),
    'disk=file:/a,vda,virtio file:/b,vdb,virtio', 'disksize=5 6');
is(sql($interfaces), "rocks-33|eth0|02:00:00:00:00:01|10.1.1.1|public|7\n"
        . 'rocks-33|eth1|52:54:00:00:00:00|||', 'what is given is for the first interface');
is(sql($disks), "rocks-33|0|file|/a|vda|virtio|5\nrocks-33|1|file|/b|vdb|virtio|6",
    'sizes in order');

# Attributes: the folder of its disk, the base of its MAC addresses.
rocks(qw(set host attr vm-container-0-15 vm_disk_dir /srv/vms));
rocks(qw(set attr vm_mac_base_addr 0a:00:00:ff:ff:ff));
rocks(@add, 'name=rocks-34');
is(sql("SELECT path FROM disk WHERE path LIKE '%34%'"), '/srv/vms/kvm/disks/rocks-34.vda',
    'vm_disk_dir');
is(sql("SELECT mac FROM interface ORDER BY id DESC LIMIT 1"), '0a:00:00:c0:00:00',
    'vm_mac_base_addr and its mask');
for my $folder ('/a b', 'vms', ' /a') {
    rocks(qw(set host attr vm-container-0-15 vm_disk_dir), $folder);
    refused(
        qr/^rocks: the attribute vm_disk_dir of vm-container-0-15 is «$folder»; set it to a folder, which starts with \/ and has no blank, or give disk=$/,
        @add, 'name=rocks-36');
}
rocks(qw(set host attr vm-container-0-15 vm_disk_dir), '');
rocks(@add, 'name=rocks-36', 'mac=02:00:00:00:00:36');
is(sql("SELECT path FROM disk WHERE path LIKE '%36%'"),
    '/state/partition1/kvm/disks/rocks-36.vda', 'an empty vm_disk_dir is as none');
rocks(qw(remove host rocks-36));
rocks(qw(set attr vm_mac_base_addr_mask ff:ff:ff:ff:ff:ff));
refused(
    qr/^rocks: no MAC address is free between 0a:00:00:ff:ff:ff and 0a:00:00:ff:ff:ff; give mac=, or set the attribute vm_mac_base_addr$/,
    @add, qw(num-macs=2));
rocks(qw(set attr vm_mac_base_addr x));
refused(
    qr/^rocks: the attribute vm_mac_base_addr is «x», which is not a MAC address; write it as 52:54:00:00:00:01$/,
    @add);
rocks(qw(remove attr vm_mac_base_addr));
rocks(qw(set host attr vm-container-0-15), @{$_})
    for [qw(vm_mac_base_addr 0a:00:00:00:00:00)], [qw(vm_mac_base_addr_mask ff:ff:ff:ff:ff:00)];
rocks(@add, 'name=rocks-35');
is(sql('SELECT mac FROM interface ORDER BY id DESC LIMIT 1'), '0a:00:00:00:00:00',
    'the attributes are the container\'s');
rocks(qw(remove host attr vm-container-0-15), $_) for qw(vm_mac_base_addr vm_mac_base_addr_mask);
rocks(qw(remove attr), $_) for qw(vm_mac_base_addr vm_mac_base_addr_mask);
is(rocks(@add)->{status}, 0, 'without a base one is made');
like(my $base = sql("SELECT value FROM attr WHERE name = 'vm_mac_base_addr'"),
    qr/^[0-9a-f][26ae]:[0-9a-f]{2}:[0-9a-f]{2}:00:00:00$/, 'locally administered, and kept');
is(sql('SELECT mac FROM interface ORDER BY id DESC LIMIT 1'),
    substr($base, 0, 9) . sprintf('%02x:00:00', 0), 'the MAC is of it');

# Refused.
fresh_inventory(@CONTAINER);
rocks(@add, qw(name=rocks-33 ip=10.1.1.1));
refused(qr/^rocks: slice 0 is taken by rocks-33$/, @add, 'slice=0');
refused(qr/^rocks: host «rocks-33» is already there$/, @add, 'name=rocks-33');
refused(qr/^rocks: «a.b» is not a valid host name: /, @add, 'name=a.b');
refused(qr/^rocks: «rack1» cannot be a host name: /, @add, 'name=rack1');
refused(qr/^rocks: the host name is empty$/, @add, 'name=');
refused(qr/^rocks: the MAC address 52:54:00:00:00:00 is taken by rocks-33$/, @add,
    'mac=52:54:00:00:00:00');
refused(
    qr/^rocks: «\Q$_\E» is not a MAC address; write it as 52:54:00:00:00:01, with 6 bytes, or the 20 of InfiniBand$/,
    @add, "mac=$_")
    for '', '52:54', '52:54:00:00:00:0g', '52:54-00:00-00:00', '52:54:00:00:00:000',
    '52:54:00:00:00: 1';
refused(qr/^rocks: 01:54:00:00:00:00 is a multicast address: no host has one$/, @add,
    'mac=01:54:00:00:00:00');
refused(qr/^rocks: the IP address 10.1.1.1 is taken by rocks-33$/, @add, 'ip=10.1.1.1');
refused(qr/^rocks: «\Q$_\E» is not an IP address$/, @add, "ip=$_") for '', '10.1.1', 'x';
refused(qr/^rocks: there is no network «nowhere»; see `rocks list network`$/, @add,
    'subnet=nowhere');
refused(qr/^rocks: a disk is TYPE:PATH,DEVICE,BUS with TYPE file, qcow2, qed or phy, such as file:/,
    @add, "disk=$_")
    for 'x', 'file:/a', 'file:/a,vda', 'raw:/a,vda,virtio', 'file:,vda,virtio',
    'file:/a,vda,virtio x';
refused(qr/^rocks: two disks of one VM are called vda$/, @add,
    'disk=file:/a,vda,virtio file:/b,vda,virtio');
refused(qr/^rocks: the disk's device is empty$/, @add, 'disk=file:/a,,virtio');
refused(qr/^rocks: «\Q$_\E» is not a disk size in GB: 1 to 2147483647, - when unknown$/, @add,
    "disksize=$_")
    for 'x', '-1', '36G';
refused(qr/^rocks: «\Q$_->[1]\E» is not a VLAN: a number from 0 to 4095, or none$/, @add,
    'num-macs=2', "vlan=$_->[0]")
    for [qw(4096 4096)], [qw(x x)], [ '3,-1', '-1' ], [ '3,,4', '' ];
refused(qr/^rocks: vlan=3,4 has more VLANs than there are interfaces: num-macs= says how many$/,
    @add, 'vlan=3,4');
misused(qr/^rocks: virt-type= must be hvm or para, not «xen»$/m, @add, 'virt-type=xen');
refused(qr/^rocks: there are more sizes than disks$/, @add, 'disksize=1 2');
for my $row (
    [ 'mem', 1, 2147483647, 0 ], [ 'cpus', 1, 65535, 0 ], [ 'slice', 0, 2147483647, -1 ],
    [ 'num-macs', 0, 64, 65 ])
{
    my ($name, $least, $most, $bad) = @{$row};
    misused(qr/^rocks: $name= must be a number from $least to $most, not «\Q$_\E»$/m, @add, "$name=$_")
        for $bad, 'x', '';
}
refused(qr/^rocks: there is no appliance «gpu»; see `rocks list appliance`$/,
    qw(add host vm vm-container-0-15 gpu));
refused(qr/^rocks: there is no host «vm-container-0-16»; /,
    qw(add host vm vm-container-0-16 hosted-vm));
refused(qr/^rocks: rocks-33 is a VM itself: it houses none$/, qw(add host vm rocks-33 hosted-vm));
refused(qr/^rocks: rocks-33 is a VM itself: it houses none$/, qw(add host vm % hosted-vm));
misused(qr/^rocks: \{container\} is missing: /m, qw(add host vm hosted-vm));
refused(qr/^rocks: there is no host «a»; /, qw(add host vm a vm-container-0-15 hosted-vm));
misused(qr/^rocks: there is no parameter «memory»; a value/m, @add, 'memory=1');

fails(qr/num-macs=0 leaves no interface for mac=/,
    qw(add host vm vm-container-0-15 hosted-vm num-macs=0 ip=10.1.1.1));

# A VLAN for each interface, as scripts for Rocks give them, with what they say besides.
fresh_inventory(@CONTAINER, 'add host vm-container-0-16');
prints("added VM rocks-33 on physical node vm-container-0-15\n",
    @add, qw(name=rocks-33 num-macs=4 virt-type=hvm sync-config=n), 'vlan=3,none,0');
is(sql('SELECT device, vlan FROM interface ORDER BY id'), "eth0|3\neth1|\neth2|\neth3|", 'VLANs');

# One on each of several containers, or on none.
prints(
    "added VM compute-0-15-1 on physical node vm-container-0-15\n"
        . "added VM compute-0-16-0 on physical node vm-container-0-16\n",
    qw(add host vm vm-container-0-15 vm-container-0-16 compute)
);
refused(qr/^rocks: host «rocks-34» is already there$/,
    qw(add host vm vm-container-0-15 vm-container-0-16 compute name=rocks-34));
refused(qr/^rocks: rocks-33 is a VM itself: it houses none$/,
    qw(add host vm vm-container-0-15 rocks-33 compute));

# Who has it.
fresh_inventory('add host vm-container-0-15', 'add project hpc-physics');
refused(qr/^rocks: there is no project «x»; see `rocks list project`$/,
    qw(add host vm vm-container-0-15 hosted-vm project=x));
refused(qr/^rocks: «<b>» is not a valid owner: /, qw(add host vm vm-container-0-15 hosted-vm owner=<b>));
rocks(qw(add host vm vm-container-0-15 hosted-vm owner=user4 project=hpc-physics));
rocks(qw(add host vm vm-container-0-15 hosted-vm owner=none project=none));
is(sql('SELECT slice, owner, project.name FROM vm LEFT JOIN project ON project.id = project ORDER BY 1'),
    "0|user4|hpc-physics\n1||", 'owner and project');

done_testing;
