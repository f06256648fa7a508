#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --status of any PCI function, as a table and as JSON (doc/gpupci-status.rst).
use strict;
use warnings;
use JSON::PP;
use Test::More;

use Gpupci;
use Sysfs;

my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my ($disk, $nic, $display, $port) = qw(0000:05:00.0 0000:00:19.0 0000:04:00.0 0000:00:1c.0);
my @routes = ('proc/1/net/route', "Iface\tDestination\tGateway\n");

# A host with a disk of three partitions and a network card with an interface.
sub host {
	my (%process) = @_;
	my $fs = Sysfs->walkthrough_host()->process(1, comm => 'systemd', %process);

	$fs->device($disk, under => $port, vendor => '144d', device => 'a808', class => '010802',
		group => 42, driver => 'nvme', numa => 0,
		link => ['8.0 GT/s PCIe', 4, '8.0 GT/s PCIe', 4]);
	$fs->node($disk, 'nvme/nvme0', 'nvme0', '238:0');
	$fs->node($disk, 'nvme/nvme0/nvme0n1', 'nvme0n1', '259:0');
	$fs->node($disk, "nvme/nvme0/nvme0n1/nvme0n1p$_", "nvme0n1p$_", "259:$_") for 1 .. 3;
	$fs->write_file(@routes);
	return $fs;
}

# One function of the document.
sub function {
	my ($fs, $address) = @_;
	my @functions = @{ gpupci_json($fs, '--status', $address)->{functions} };

	die "$address: ", scalar @functions, " functions\n" if @functions != 1;
	return $functions[0];
}

# Whether the host uses it, and what it does with it.
sub uses_ok {
	my ($fs, $address, $used, $uses, $name) = @_;
	my $function = function($fs, $address);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_deeply([$function->{used}, $function->{uses}], [$used, $uses], $name);
}

my $root = "21 1 0:5 / /proc rw - proc proc rw\n"
	. "36 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw\n";

subtest 'the table' => sub {
	my $fs = host(mounts => $root)->interface($nic, 'eno1', flags => '0x1003');
	my $header = "GPU      ADDRESS      CLASS  GROUP DRIVER        POWER  LINK        NUMA HELD\n";
	my $card = "gpupci1: 0000:02:00.0 030000 12    nvidia        active 2.5x16/8x16 0    no  \n"
		. "gpupci1: 0000:02:00.1 040300 12    snd_hda_intel active 2.5x16/8x16 0    no  \n";
	my $row = "-------- $nic 020000 4     e1000e        active ----------- ---- yes \n"
		. "-------- 0000:00:1f.2 010601 5     ahci          active ----------- ---- no  \n"
		. "-------- $disk 010802 42    nvme          active 8x4/8x4     0    yes \n";
	my $notes = "$nic is in use: eno1 is up\n"
		. "0000:00:1f.2 shares its IOMMU group with 0000:00:1f.0 (class 060100, lpc_ich)\n"
		. "$disk is in use: /dev/nvme0n1p2 is mounted at /\n";

	gpupci_ok($fs, ['-s', $disk, '0000:02:00.1', '00:1f.2', 'pci_0000_00_19_0', '05:00.0', 'gpupci1'],
		"$header$card$row$notes", 'cards first, then the others by address, each once');
	$fs->device('0000:06:00.0', under => $port, vendor => '10ec', device => '8168',
		class => '020000', group => 42, driver => undef);
	gpupci_ok($fs, ["--status=$disk"], "GPU ADDRESS      CLASS  GROUP DRIVER POWER  LINK    NUMA HELD\n"
		. "--- $disk 010802 42    nvme   active 8x4/8x4 0    yes \n"
		. "$disk is in use: /dev/nvme0n1p2 is mounted at /\n"
		. "$disk shares its IOMMU group with 0000:06:00.0 (class 020000)\n", 'one alone, with a mate');
	$fs->process(60, command => 'smartd -n', cgroup => '/system.slice/smartd.service', open => ['/dev/nvme0']);
	like((gpupci($fs, '-s', $disk))[1],
		qr{^$disk is held by process 60 of smartd\.service, which has /dev/nvme0 open:\ssmartd -n$}m,
		'a process that has it open');
	like((gpupci($fs, '-s', $port, $display))[1],
		qr/ yes \n.* yes \n$port is in use: it is a bridge, which the host needs\n$display is in use: it is the boot display\n\z/,
		'a bridge and the display');
	unlink($fs->root . '/proc/1/net/route') or die;
	$fs->interface('0000:06:00.0', 'eth0');
	like((gpupci($fs, '-s', '0000:06:00.0'))[1] =~ tr/\n/ /r,
		qr/ ---- 0000:06:00\.0 shares .* who holds the devices is not known: cannot read /, 'what is not known');
};

subtest 'the document' => sub {
	my $fs = host(mounts => $root);
	my ($code, $out, $err) = gpupci($fs, '--status', '--json', '9999:05:00.0', $disk, 'gpupci1');
	my @lines = split(/\n/, $out);

	is("$code$err", '0', 'done');
	is(shift @lines, '{"schema": "gpupci-status", "version": 1, "host": "vm-container-0-15", "functions": [', 'the head');
	is(pop @lines, '], "end": 4}', 'the end mark');
	is($lines[2], qq({"address": "$disk", "class": "010802", "vendor": "144d", "device": "a808", )
		. '"iommu_group": 42, "driver": "nvme", "card": null, "boot_display": false, "used": true, '
		. '"uses": ["/dev/nvme0n1p2 is mounted at /"], "holders": [{"process": null, "unit": null, '
		. '"command": null, "what": "/dev/nvme0n1p2 is mounted at /"}]},', 'a function, to its last value');
	is($lines[3], '{"address": "9999:05:00.0", "missing": true, "class": null, "vendor": null, '
		. '"device": null, "iommu_group": null, "driver": null, "card": null, "boot_display": null, '
		. '"used": null, "uses": null, "holders": null}', 'an address without a function');
	is_deeply([map { "$_->{address} $_->{card} $_->{used}" } @{ decode_json($out)->{functions} }[0, 1]],
		['0000:02:00.0 gpupci1 0', '0000:02:00.1 gpupci1 0'], 'a card, whole');
	is_deeply([gpupci($fs, '-s', '9999:05:00.0', '--json', $disk, 'gpupci1')], [$code, $out, $err],
		'--json anywhere');
	gpupci_ok(Sysfs->new(), ['-s', '--json', 'all'],
		qq({"schema": "gpupci-status", "version": 1, "host": null, "functions": [\n], "end": 0}\n), 'no cards');
	gpupci_fails($fs, ['-s', '--json', $disk, 'gpupci7'], 1, qr/there is no card gpupci7; this host has gpupci1, /,
		'no such card');
	unlink($fs->folder($disk) . '/driver') or die;
	$fs->write_file($fs->folder($disk) =~ s/^\Q${\ $fs->root}\E//r . '/driver', "nvme\n");
	gpupci_fails($fs, ['-s', '--json', 'all', $disk], 1, qr{/driver: not as the kernel},
		'nothing is printed where something cannot be read');
};

gpupci_fails(host(), ['-s', 'gpupci1', '06:00.0'], 1, qr/^gpupci: there is no PCI function at 0000:06:00\.0; /,
	'no such function');

subtest 'a disk' => sub {
	my $fs = host();
	my $folder = 'nvme/nvme0/nvme0n1/nvme0n1p3';

	uses_ok($fs, $disk, $false, [], 'that nobody uses');
	is_deeply(function($fs, $disk)->{holders}, [], '... has no holders');
	$fs->write_file('proc/swaps', "Filename\tType\n/dev/nvme0n1p1  partition 8 0 -2\n");
	uses_ok($fs, $disk, $true, ['/dev/nvme0n1p1 is swap'], 'swap');
	$fs = host();
	$fs->link_to($fs->folder($disk) =~ s/^\Q${\ $fs->root}\E\///r . "/$folder/holders/dm-3",
		'sys/devices/virtual/block/dm-3');
	uses_ok($fs, $disk, $true, ['/dev/nvme0n1p3 is part of dm-3'], 'LVM, or dm-crypt on it');
	# A service's namespaces have the mounts of the host, and more of the same disks.
	$fs = host(mounts => $root . "37 36 259:1 / /boot/efi rw - vfat /dev/nvme0n1p1 rw\n");
	$fs->process($_, mounts => "$root${root}37 36 259:2 /usr /usr ro - ext4 /dev/nvme0n1p2 rw\n") for 50, 51;
	$fs->process(52, mounts => "9 1 259:3 / /srv rw - xfs /dev/nvme0n1p3 rw\n");
	uses_ok($fs, $disk, $true, ['/dev/nvme0n1p2 is mounted at /', '/dev/nvme0n1p1 is mounted at /boot/efi',
		'/dev/nvme0n1p3 is mounted at /srv'], 'mounts, those of other namespaces where the host has none');
	# Intel's VMD is a function with disks of another domain below it.
	$fs = host(mounts => "36 1 259:9 / / rw - ext4 /dev/nvme1n1 rw\n");
	$fs->device('0000:00:0e.0', vendor => '8086', device => '467f', class => '010400', driver => 'vmd', group => 9);
	$fs->device('10000:e1:00.0', root_under => '0000:00:0e.0', root => '10000:e0', vendor => '144d',
		device => 'a808', class => '010802', driver => 'nvme');
	$fs->node('10000:e1:00.0', 'nvme/nvme1/nvme1n1', 'nvme1n1', '259:9');
	uses_ok($fs, $_, $true, ['/dev/nvme1n1 is mounted at /'], "behind a VMD: $_") for '0000:00:0e.0', '10000:e1:00.0';
};

subtest 'a disk of ZFS' => sub {
	my @known = ("S:disk/by-id/nvme-x-part1\nI:2381\nE:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=fast_tank\n",
		"E:ID_PART_ENTRY_NUMBER=1\nG:systemd\n");
	my $fs = host()->write_udev(259, 0, "E:ID_PART_TABLE_TYPE=gpt\nG:systemd\n");

	$fs->write_udev(259, $_, "E:ID_FS_TYPE=vfat\n$known[1]") for 2, 3;
	$fs->write_udev(259, 1, join('', @known));
	$fs->write_file('proc/spl/kstat/zfs/arcstats', "9 1 0x01\n");
	uses_ok($fs, $disk, $false, [], 'no pool is imported');
	$fs->write_file('proc/spl/kstat/zfs/other/state', "ONLINE\n");
	uses_ok($fs, $disk, $false, [], 'another pool is');
	$fs->write_file('proc/spl/kstat/zfs/fast tank/state', "ONLINE\n");
	uses_ok($fs, $disk, $true, ['/dev/nvme0n1p1 is part of the ZFS pool fast_tank'], 'its pool is');
	$fs->write_udev(259, 3, $known[1]);
	uses_ok($fs, $disk, $true, ['/dev/nvme0n1p1 is part of the ZFS pool fast_tank'],
		'other contents of such a disk do not matter');
	$fs->write_udev(259, 1, "E:ID_FS_TYPE=ext4\n$known[1]");
	uses_ok($fs, $disk, undef, [], 'a partition that udev knows nothing of may be in a pool');
	$fs->write_udev(259, 3, "E:ID_FS_TYPE=ext4\n$known[1]");
	uses_ok($fs, $disk, $false, [], 'one with another file system is not');
	unlink($fs->root . '/run/udev/data/b259:0') or die;
	uses_ok($fs, $disk, undef, [], 'no record of the disk');
};

subtest 'a network card' => sub {
	my $fs = host()->interface($nic, 'eno1');

	uses_ok($fs, $nic, $false, [], 'that is down');
	uses_ok(host()->interface($nic, 'eno1', flags => '0x1003'), $nic, $true, ['eno1 is up'], 'that is up');
	uses_ok(host()->interface($nic, 'eno1', upper => 'ovs-system'), $nic, $true, ['eno1 is part of ovs-system'],
		'a port of a bridge');
	$fs->write_file($routes[0], "$routes[1]eno1\t00000000\t0102A8C0\n");
	uses_ok($fs, $nic, $true, ['eno1 has a route'], 'a route');
	unlink($fs->folder($nic) . '/net/eno1/flags') or die;
	$fs->write_file(@routes);
	uses_ok($fs, $nic, undef, [], 'flags that cannot be read');
	uses_ok(host(), $nic, undef, [], 'an interface that a container has');
	is((gpupci($fs, '--detach', 'gpupci1', '--dry-run'))[0], 0, 'a detach asks for less');
};

subtest 'what the host needs' => sub {
	my $fs = host();
	my $bridge = ['it is a bridge, which the host needs'];

	uses_ok($fs, $display, $true, ['it is the boot display'], 'the boot display');
	is(function($fs, $display)->{boot_display}, $true, '... and it is flagged');
	uses_ok($fs, $_, $true, $bridge, "a bridge: $_") for $port, '0000:00:00.0', '0000:00:1f.0';
	$fs = host(mounts => $root);
	uses_ok($fs, $port, $true, $bridge, 'what is below a bridge is not the use of it');
	$fs->device('0000:07:00.0', under => $port, vendor => '8086', device => '1572', class => '020000',
		group => 50, driver => 'i40e')->interface('0000:07:00.0', 'eth7');
	$fs->device('0000:07:02.0', under => $port, vendor => '8086', device => '154c', class => '020000',
		group => 51, driver => 'vfio-pci', physfn => '0000:07:00.0');
	uses_ok($fs, '0000:07:00.0', $true, ['its virtual functions are enabled'], 'a physical function that has some');
	uses_ok($fs, '0000:07:02.0', $false, [], 'a virtual one');
	like((gpupci($fs, '-s', '0000:07:02.0'))[1], qr/^0000:07:02\.0 is a virtual function of 0000:07:00\.0$/m,
		'... says whose it is');
};

subtest 'a VM has it' => sub {
	my $fs = Sysfs->walkthrough_host()->process(1);
	my $qemu = { process => 60, unit => 'machine-qemu-1-rocks-33.scope', command => 'qemu-system-x86_64',
		what => '/dev/vfio/42' };

	$fs->device($disk, under => $port, vendor => '144d', device => 'a808', class => '010802', group => 42,
		driver => 'vfio-pci');
	$fs->node($disk, 'vfio-dev/vfio0', 'vfio/devices/vfio0', '244:0');
	uses_ok($fs, $disk, $false, [], 'not yet');
	my @scope = (command => 'qemu-system-x86_64', cgroup => '/machine.slice/machine-qemu\x2d1\x2drocks\x2d33.scope');
	$fs->process(60, @scope, open => ['/dev/vfio/42']);
	uses_ok($fs, $disk, $false, [], 'the host does not use it');
	is_deeply(function($fs, $disk)->{holders}, [$qemu], '... but a holder');
	symlink('/dev/vfio/devices/vfio0', $fs->root . '/proc/60/fd/9') or die;
	uses_ok($fs, $disk, $false, [], '... nor is it through iommufd');
	rename($fs->root . '/proc/1', $fs->root . '/proc/gone') or die;
	uses_ok($fs, $disk, undef, [], 'not all processes are seen');
	is(function($fs, $disk)->{holders}[0]{process}, 60, '... what is seen is reported');
	uses_ok(host()->process(60, @scope, open => ['/dev/vfio/42', '/dev/nvme0n1']), $disk, $true, [],
		'another node of it is the host\'s');
};

subtest 'a process of the host' => sub {
	my $fs = host()->process(70, command => 'nvme list', open => ['/dev/nvme0']);

	uses_ok($fs, $disk, $true, [], 'has it open');
	is_deeply(function($fs, $disk)->{holders}, [{ process => 70, unit => undef, command => 'nvme list',
		what => '/dev/nvme0' }], '... and is its holder');
};

subtest 'not all is known' => sub {
	my $fs = Sysfs->walkthrough_host();
	my @functions = @{ gpupci_json($fs, '-s', '0000:00:1f.2', 'gpupci1', $display)->{functions} };

	is_deeply([map { $_->{used} } @functions], [undef, undef, undef, $true], 'no /proc: only what is certain');
	is_deeply([map { $_->{holders} } @functions], [(undef) x 4], '... and no holders');
	$fs = Sysfs->new();
	$fs->device($disk, vendor => '144d', device => 'a808', class => '010802')->process(1);
	like((gpupci($fs, '-s', $disk))[1], qr/^the IOMMU is off: no device can be given to a VM$/m, 'no IOMMU');
};

done_testing();
