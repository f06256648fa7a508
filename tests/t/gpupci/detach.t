#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --detach and --attach: who may be taken from whom. What the kernel does then is in
# tests/unit/test-gpupci-transaction.c and in the lab.
use strict;
use warnings;

use File::Path qw(remove_tree);
use Gpupci;
use Sysfs;
use Test::More;

my @way = ('vfio-pci > /sys/bus/pci/devices/0000:02:00.0/driver_override',
	'vfio-pci > /sys/bus/pci/devices/0000:02:00.1/driver_override',
	'0000:02:00.0 > /sys/bus/pci/drivers/nouveau/unbind',
	'0000:02:00.1 > /sys/bus/pci/drivers/snd_hda_intel/unbind',
	'0000:02:00.0 > /sys/bus/pci/drivers/vfio-pci/bind',
	'0000:02:00.1 > /sys/bus/pci/drivers/vfio-pci/bind');
my $way = join('', map { "echo $_\n" } @way);

# The host of the walk-through with nouveau, vfio-pci loaded, and an idle process.
sub host {
	my (%video) = @_;
	my $fs = Sysfs->new;

	$fs->write_file('etc/hostname', "vm-container-0-15\n");
	$fs->root_port('0000:00:02.0', group => 1);
	$fs->nvidia_card('0000:02:00', '0000:00:02.0', 12, driver => 'nouveau', %video);
	$fs->write_file('sys/bus/pci/drivers/vfio-pci/bind', '');
	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	$fs->process(1, comm => 'systemd');
	return $fs;
}

# It exits so, prints nothing on stdout and these lines on stderr.
sub refused {
	my ($fs, $words, $expected, $name) = @_;
	my ($code, $out, $err) = gpupci($fs, @$words);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is("$code\n$out$err", "3\n$expected", $name);
	ok(!-e $fs->root . '/var/lib/gpupci/journal', "$name: no journal");
	return;
}

my @dry = ('--detach', 'gpupci1', '--dry-run');
my $in_use = "gpupci: gpupci1 is in use; end these, then run this again:\n";
my $fs = host();

gpupci_ok($fs, \@dry, $way, 'a dry run prints the writes in their order');
ok(!-e $fs->root . '/var', 'and leaves nothing');
gpupci_ok($fs, ['-d', '02:00.1', '--dry-run'], $way, 'an address of it means all of the card');
gpupci_ok($fs, [@dry, '--driver', 'nvgrace_gpu_vfio_pci'],
	"modprobe -q -- nvgrace_gpu_vfio_pci\n" . $way =~ s/vfio-pci/nvgrace_gpu_vfio_pci/gr,
	"a vendor's driver, when asked");
gpupci_fails($fs, [@dry, '--driver', $_], 2, qr/--driver needs vfio-pci or .*, not \Q$_\E;/,
	"no driver: $_") for 'nouveau', 'vfio-pciback', '../vfio-pci', 'xvfio-pci';
gpupci_fails($fs, ['-d', 'gpupci7'], 1, qr/there is no card gpupci7; this host has gpupci1/,
	'a card that is not there');
gpupci_ok($fs, ['-a', 'gpupci1'], "gpupci1: already with the host\n", 'attach of an attached one');

# A kernel that is not one: what is written changes no driver, and that is seen.
my ($code, $out, $err) = gpupci($fs, '-d', 'gpupci1');
is($code, 1, 'a kernel that does nothing');
like($err, qr/gpupci1: cannot write 0000:02:00.0 to .*nouveau\/unbind: No such file/, 'it says what');

# Who holds it.
$fs = host();
$fs->node('0000:02:00.0', 'drm/card1', 'dri/card1', '226:1');
$fs->node('0000:02:00.0', 'drm/renderD129', 'dri/renderD129', '226:129');
$fs->node('0000:02:00.1', 'sound/card1/controlC1', 'snd/controlC1', '116:9');
$fs->node('0000:02:00.1', 'sound/card1/input9/event9', 'input/event9', '13:73');
$fs->process(70, command => 'other', open => ['/dev/dri/card0', '/dev/snd/controlC0', '/dev/null']);
$fs->process(71, command => 'acpid', open => ['/dev/input/event9']);
gpupci_ok($fs, \@dry, $way, "another card's nodes and input events hold nothing");
$fs->process(812, command => 'Xorg :0 -quiet', cgroup => '/system.slice/display-manager.service',
	open => ['/dev/dri/card1', 'socket:[123]', '/dev/dri/card1', '/dev/snd/controlC1']);
$fs->process(900, cgroup => '/user.slice/user-1000.slice/user@1000.service/app.slice/app-a\x2db.scope',
	command => 'train --gpu 0', open => ['/dev/dri/renderD129']);
refused($fs, $_, $in_use
	. "  process 812 of display-manager.service has /dev/dri/card1, /dev/snd/controlC1 open: Xorg :0 -quiet\n"
	. "  process 900 of app-a-b.scope has /dev/dri/renderD129 open: train --gpu 0\n",
	"processes are named (@$_)") for \@dry, ['-d', 'gpupci1'], ['-d', 'all'];

# The nvidia driver's nodes.
$fs = host(driver => 'nvidia');
$fs->process(50, command => 'nvidia-persistenced', cgroup => '/system.slice/nvidia-persistenced.service',
	open => ['/dev/nvidiactl', '/dev/nvidia3']);
refused($fs, \@dry, $in_use . '  process 50 of nvidia-persistenced.service has /dev/nvidia open: '
	. "nvidia-persistenced\n", "if the driver does not report a card's node, all count");
$fs->write_file('proc/driver/nvidia/gpus/0000:02:00.0/information',
	"Model: \t\t Tesla\nDevice Minor: \t 3\n");
refused($fs, \@dry, $in_use . '  process 50 of nvidia-persistenced.service has /dev/nvidia3 open: '
	. "nvidia-persistenced\n", 'its node');
$fs->write_file('proc/driver/nvidia/gpus/0000:02:00.0/information', "Device Minor: \t 30\n");
is((gpupci($fs, @dry))[0], 0, "not another card's");

# What is not known is not free.
$fs = host();
remove_tree($fs->root . '/proc');
refused($fs, \@dry, "gpupci: who holds gpupci1 is not known; nothing was changed:\n"
	. "  /proc lists no processes\n", 'no /proc');
$fs->process(1);
$fs->link_to('proc/self', 'proc/1');
mkdir($fs->root . '/proc/1/ns') or die;
symlink('pid:[4026532000]', $fs->root . '/proc/1/ns/pid') or die;
refused($fs, \@dry, "gpupci: who holds gpupci1 is not known; nothing was changed:\n"
	. "  only the processes of this container are seen: run this on the host itself\n", 'in a container');

# A VM that has it.
$fs = host(driver => 'vfio-pci');
$fs->process(1234, command => 'qemu-system-x86_64 -name guest=rocks-33',
	cgroup => '/machine.slice/machine-qemu\x2d1\x2drocks\x2d33.scope/libvirt/emulator', open => ['/dev/vfio/vfio', '/dev/vfio/12']);
refused($fs, ['-a', 'gpupci1', '--dry-run'], "gpupci: gpupci1 is in use; end its VM, then run this again:\n"
	. '  process 1234 of machine-qemu-1-rocks-33.scope has /dev/vfio/12 open: '
	. "qemu-system-x86_64 -name guest=rocks-33\n", 'a VM is named');

# Mates of the IOMMU group.
sub with_mate {
	my (%is) = @_;
	my $mates = host();

	$mates->device('0000:02:01.0', under => '0000:00:02.0', vendor => '144d', device => 'a808',
		class => '010802', group => 12, driver => 'nvme', %is);
	return $mates;
}
my $shares = 'gpupci: gpupci1 shares its IOMMU group with 0000:02:01.0 (driver nvme): no VM can have it '
	. "until the host's drivers release these too\n";
$fs = with_mate();
is_deeply([ gpupci($fs, @dry) ], [ 0, $way, $shares ], 'a mate that nobody uses is reported');
is_deeply([ gpupci(with_mate(driver => $_), @dry) ], [ 0, $way, '' ], "a mate with $_ is fine")
	for 'vfio-pci', 'pci-stub';
is_deeply([ gpupci(with_mate(driver => undef), @dry) ], [ 0, $way, '' ], 'a mate without a driver is fine');

my @disk = ('0000:02:01.0', 'nvme/nvme0/nvme0n1', 'nvme0n1', '259:0');
my @part = ('0000:02:01.0', 'nvme/nvme0/nvme0n1/nvme0n1p2', 'nvme0n1p2', '259:2');
sub with_disk { return with_mate(@_)->node(@disk)->node(@part) }

$fs = with_disk();
is_deeply([ gpupci($fs, @dry) ], [ 0, $way, $shares ], 'a disk that nobody uses');
for my $case (["36 1 259:2 / / rw - ext4 /dev/root rw\n", '/dev/nvme0n1p2 is mounted at /'],
	["36 1 0:41 /home /home rw shared:1 - btrfs /dev/nvme0n1p2 rw\n", '/dev/nvme0n1p2 is mounted at /home']) {
	$fs = with_disk();
	$fs->process(1, mounts => "21 1 0:5 / /proc rw - proc proc rw\n$case->[0]");
	refused($fs, \@dry, "$in_use  0000:02:01.0: $case->[1]\n", "a mate whose disk is used: $case->[1]");
}
$fs = with_disk();
$fs->process(44, mounts => "9 1 259:2 / /srv rw - xfs /dev/nvme0n1p2 rw\n");
refused($fs, \@dry, "$in_use  0000:02:01.0: /dev/nvme0n1p2 is mounted at /srv\n", 'mounted by a container');
# The namespace of a service has the disks of the host, in more places.
my $mount = "9 1 259:2 / / rw - xfs /dev/nvme0n1p2 rw\n";
$fs = with_disk();
$fs->process(1, mounts => $mount);
$fs->process($_, mounts => $mount . $mount =~ s{ / / }{ /usr /usr }r) for 44, 45;
refused($fs, \@dry, "$in_use  0000:02:01.0: /dev/nvme0n1p2 is mounted at /\n", 'mounted by the host and its services');
$fs = with_disk();
$fs->write_file('proc/swaps', "Filename\tType\n/dev/nvme0n1p2  partition 8 0 -2\n");
refused($fs, \@dry, "$in_use  0000:02:01.0: /dev/nvme0n1p2 is swap\n", 'swap');
$fs = with_disk();
mkdir($fs->folder('0000:02:01.0') . "/$part[1]/holders") or die;
symlink('../dm-3', $fs->folder('0000:02:01.0') . "/$part[1]/holders/dm-3") or die;
refused($fs, \@dry, "$in_use  0000:02:01.0: /dev/nvme0n1p2 is part of dm-3\n", 'LVM');

$fs = with_disk();
$fs->write_file('sys/fs/btrfs/5bcf/devices/nvme0n1p2/dev', "259:2\n");
refused($fs, \@dry, "$in_use  0000:02:01.0: /dev/nvme0n1p2 is part of the btrfs 5bcf\n", 'a disk of a btrfs, not the first');
$fs = with_disk();
$fs->write_file('proc/spl/kstat/zfs/tank/state', "ONLINE\n");
$fs->write_udev(259, 0, "E:ID_PART_TABLE_TYPE=gpt\n");
$fs->write_udev(259, 2, "E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=tank\nE:ID_PART_ENTRY_NUMBER=2\n");
refused($fs, \@dry, "$in_use  0000:02:01.0: /dev/nvme0n1p2 is part of the ZFS pool tank\n", 'a disk of a ZFS pool');
# A disk by native multipath: what is below the device has no node.
$fs = with_mate();
$fs->write_file(($fs->folder('0000:02:01.0') =~ s/^\Q${\ $fs->root}\E\///r) . '/nvme/nvme0/nvme0c1n1/size', "1\n");
my $head = 'sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1';
$fs->write_file("$head/dev", "259:0\n");
$fs->write_file("$head/uevent", "MAJOR=259\nMINOR=0\nDEVNAME=nvme0n1\nDEVTYPE=disk\n");
$fs->link_to('sys/class/block/nvme0n1', $head);
$fs->process(1, mounts => "36 1 259:0 / / rw - ext4 /dev/root rw\n");
refused($fs, \@dry, "$in_use  0000:02:01.0: /dev/nvme0n1 is mounted at /\n", 'a disk with several paths');

sub with_network {
	my $net = with_mate(class => '020000', driver => 'ixgbe');
	mkdir($net->folder('0000:02:01.0') . '/net') or die;
	mkdir($net->folder('0000:02:01.0') . '/net/eth2') or die;
	return $net;
}
$fs = with_network();
is_deeply([ (gpupci($fs, @dry))[0, 1] ], [ 0, $way ], 'a network card that is not routed');
$fs->write_file('proc/1/net/route', "Iface\tDestination\neth22\t00000000\neth2\t0000000A\n");
refused($fs, \@dry, "$in_use  0000:02:01.0: eth2 has a route\n", 'a route');
$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
$fs->write_file('proc/1/net/ipv6_route', "fe80000 40 0 eth2\nff00000 08 0     eth2\n");
is((gpupci($fs, @dry))[0], 0, 'link-local addresses do not count as use');
$fs->write_file('proc/1/net/ipv6_route', "20010db8 40 0     eth2\n");
refused($fs, \@dry, "$in_use  0000:02:01.0: eth2 has a route\n", 'a route of IPv6');
$fs = with_network();
symlink('../br0', $fs->folder('0000:02:01.0') . '/net/eth2/upper_br0') or die;
refused($fs, \@dry, "$in_use  0000:02:01.0: eth2 is part of br0\n", 'a bridge');
refused(with_mate(class => '020000', driver => 'ixgbe'), \@dry,
	"gpupci: who holds gpupci1 is not known; nothing was changed:\n"
	. "  0000:02:01.0 has the driver ixgbe but no interface here: a container may have it\n",
	"a container's network card");
$fs = with_network();
unlink($fs->root . '/proc/1/net/route') or die;
refused($fs, \@dry, "gpupci: who holds gpupci1 is not known; nothing was changed:\n  cannot read "
	. $fs->root . "/proc/1/net/route: No such file or directory: whether eth2 has routes is not known\n",
	'routes that cannot be read');

# Cards that are not to be taken.
$fs = host(boot_vga => 1);
refused($fs, ['-d', 'gpupci1'], "gpupci: gpupci1 is protected: boot display; nothing was changed\n", 'the boot display');
gpupci_ok($fs, ['-d', 'all'], "gpupci1: skipped: boot display\n", 'all passes over it');
$fs = host(group => undef);
refused($fs, ['-d', 'gpupci1'], 'gpupci: gpupci1 is in no IOMMU group, the IOMMU is off: see '
	. "gpupci --check; nothing was changed\n", 'no IOMMU');
$fs = host();
$fs->device('0000:02:00.4', under => '0000:00:02.0', vendor => '10de', device => '1eb9', class => '030200',
	group => 20, physfn => '0000:02:00.0');
refused($fs, ['-d', 'gpupci1'], 'gpupci: gpupci1 is protected: its virtual functions are enabled; '
	. "nothing was changed\n", 'a physical function with virtual ones');

# What is there already.
$fs = host(driver => 'vfio-pci');
unlink($fs->folder('0000:02:00.1') . '/driver');
$fs->link_to(($fs->folder('0000:02:00.1') =~ s/^\Q${\ $fs->root}\E\///r) . '/driver', 'sys/bus/pci/drivers/vfio-pci');
gpupci_ok($fs, ['-d', 'gpupci1', '--dry-run'], "gpupci1: already detached, to be noted over reboots\n", 'a dry run of it');
ok(!-e $fs->root . '/etc/gpupci.d', 'notes nothing');
gpupci_ok($fs, ['-d', 'gpupci1'], "gpupci1: already detached, now noted over reboots\n", 'bound by somebody else');
gpupci_ok($fs, ['-d', 'gpupci1'], "gpupci1: already detached\n", 'and again');
like(Gpupci::slurp($fs->root . '/etc/gpupci.d/detached'), qr/^card gpupci1 driver=vfio-pci .*\nfunction 0 0000:02:00\.0 .*path=0000:00\/02\.0\/00\.0 driver=- /m, 'the record');
gpupci_ok($fs, ['-a', 'gpupci1', '--dry-run'], join('',
	map({ "echo 0000:02:00.$_ > /sys/bus/pci/drivers/vfio-pci/unbind\n" } 0, 1),
	map({ "echo 0000:02:00.$_ > /sys/bus/pci/drivers_probe\n" } 0, 1)), 'the way back by ids');

# What is noted goes by the card, whatever it is called.
my $detached = $fs->root . '/etc/gpupci.d/detached';
ok(-e $fs->root . '/var/lib/gpupci/cards', 'a note saves the name it has');
my $noted = Gpupci::slurp($detached);
gpupci_ok($fs, ['--rename', 'gpupci7', 'gpupci1', '--dry-run'], '', 'a dry run of another name');
is(Gpupci::slurp($detached), $noted, '... notes nothing');
mkdir($fs->root . '/etc/gpupci.d/.detached.new') or die;
gpupci_fails($fs, ['--rename', 'gpupci7', 'gpupci1'], 1, qr{cannot write .*/etc/gpupci\.d/detached: Is a directory; run it again},
	'a note that cannot be written');
rmdir($fs->root . '/etc/gpupci.d/.detached.new') or die;
gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\n", '... and nothing else has the new name');
gpupci_ok($fs, ['--rename', 'gpupci7', 'gpupci1'], '', 'another name');
is(Gpupci::slurp($detached), $noted =~ s/^card gpupci1 /card gpupci7 /mr, '... and the note has it');
gpupci_ok($fs, ['-d', 'gpupci7'], "gpupci7: already detached\n", '... and is found by it');
$fs->write_file('etc/gpupci.d/detached', $noted);
gpupci_ok($fs, ['-d', 'gpupci7'], "gpupci7: already detached\n", 'a note of the old name too');
gpupci_ok($fs, ['--forget'], "gpupci7: with the host again from the next boot on; now with gpupci --attach gpupci7\n",
	'... and is forgotten by the new one');
like(Gpupci::slurp($fs->root . '/run/gpupci/detached'), qr/^card gpupci7 /m, '... for this boot noted by it');

# A card that is shared out as mediated devices: as in Cloudpods' documentation of vGPU,
# a P40 with nvidia-46 in two VMs.
$fs = host();
my @uuids = ('070bcb42-18fc-4971-9aa9-67f5ee1281c3', 'aa618089-8b16-4d01-a136-25a0f3c73123');
$fs->mediated('0000:02:00.0', $uuids[$_], 90 + $_, 'nvidia-46') for 0, 1;
my ($refused, undef, $devices) = gpupci($fs, @dry);
is($refused, 3, 'mediated devices that nobody has open');
is_deeply([sort($devices =~ /^  (.*)$/mg)], [map { "0000:02:00.0: $_ is a mediated device" } @uuids],
	'... all of them');
like((gpupci($fs, '-s', 'gpupci1'))[1], qr/^gpupci1: 0000:02:00\.0 .* yes\s*$/m, '... are a use of the card');
$fs->process(4242 + $_, comm => 'qemu-system-x86', command => 'qemu-system-x86_64 -S',
	cgroup => "/machine.slice/machine-qemu\\x2d$_\\x2drocks\\x2d33.scope",
	open => ['/dev/vfio/vfio', '/dev/vfio/' . (90 + $_)]) for 0, 1;
like((gpupci($fs, @dry))[2], qr/^  process @{[4242 + $_]} of machine-qemu-$_-rocks-33\.scope has \/dev\/vfio\/9$_ open: qemu/m,
	"VM $_ that has one is named") for 0, 1;
$fs->process(4244, command => 'other', open => ['/dev/vfio/92']);
unlike((gpupci($fs, @dry))[2], qr/4244/, '... and no others');

# With iommufd a VM has the device itself open, below its parent in sysfs.
$fs = host();
$fs->mediated('0000:02:00.0', $uuids[0], 90, 'nvidia-46');
$fs->node('0000:02:00.0', "$uuids[0]/vfio-dev/vfio3", 'vfio/devices/vfio3', '511:3');
$fs->process(4242, command => 'qemu', open => ['/dev/iommu', '/dev/vfio/devices/vfio3']);
like((gpupci($fs, @dry))[2], qr/^  process 4242 has \/dev\/vfio\/devices\/vfio3 open: qemu$/m,
	'the character device of a mediated device');

done_testing;
