#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --status: the functions of a card and what to know of it.
use strict;
use warnings;
use POSIX qw(mkfifo);
use Test::More;

use Gpupci;
use Sysfs;

my %nvidia = (vendor => '10de', device => '1db6', class => '030200');
my $header = "GPU      ADDRESS      CLASS  GROUP DRIVER        POWER  LINK        NUMA HELD\n";
my $first = "gpupci1: 0000:02:00.0 030000 12    nvidia        active 2.5x16/8x16 0    no  \n"
	. "gpupci1: 0000:02:00.1 040300 12    snd_hda_intel active 2.5x16/8x16 0    no  \n";
my $second = $first =~ s/gpupci1: 0000:02/gpupci2: 0000:03/gr =~ s/12   /13   /gr;

my $unseen = "who holds the cards is not known: /proc lists no processes\n";
my $off = "the IOMMU is off: no card can be given to a VM\n";

my $fs = Sysfs->walkthrough_host()->process(1);
gpupci_ok($fs, ['-s', 'all'], $header . $first . $second, 'all');
gpupci_ok($fs, ['--status=all'], $header . $first . $second, '--status is -s');
gpupci_ok($fs, ['-s', 'gpupci1'], $header . $first, 'one by name');
gpupci_ok($fs, ['-s', $_], $header . $second, "one by address: $_")
	for qw(0000:03:00.0 03:00.1 pci_0000_03_00_0 00000000:03:00.0);
gpupci_fails($fs, ['-s', $_], 1, qr/$_; this host has gpupci1, gpupci2$/m, "no such card: $_")
	for qw(gpupci3 gpupci 0000:04:00 ALL);
gpupci_fails($fs, ['-s', ''], 1, qr/this host has gpupci1, gpupci2$/m, 'no name');
gpupci_fails($fs, ['-s', "\e[31m"], 1, qr/^[ -~]+$/m, 'a name with control characters');
gpupci_fails(Sysfs->new(), ['-s', 'gpupci1'], 1, qr/; this host has none$/m, 'no cards at all');
gpupci_ok(Sysfs->new(), ['-s', 'all'], '', 'all of none');

subtest 'what is not known is a dash, never a guess' => sub {
	my $bare = Sysfs->new();

	$bare->device('0000:02:00.0', %nvidia, files => { 'power/runtime_status' => undef,
		numa_node => undef, subsystem_vendor => undef, revision => undef });
	gpupci_ok($bare, ['-s', 'all'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER POWER LINK NUMA HELD\n"
		. "gpupci1: 0000:02:00.0 030200 ----- ------ ----- ---- ---- ----\n"
		. "$unseen$off",
		'no IOMMU, no driver, no power management, no link, no node');
	$bare->device('0000:03:00.0', %nvidia, driver => 'vfio-pci',
		link => ['Unknown', 0, '16.0 GT/s PCIe', 255]);
	$bare->device('0000:04:00.0', %nvidia, driver => 'vfio-pci', numa => 1,
		link => ['8 GT/s', 63, '32.0 GT/s PCIe', 8]);
	gpupci_ok($bare, ['-s', 'gpupci2'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER   POWER  LINK     NUMA HELD\n"
		. "gpupci2: 0000:03:00.0 030200 ----- vfio-pci active ?x?/16x? ---- ----\n"
		. "$unseen$off",
		'a link whose state is not known');
	gpupci_ok($bare, ['-s', 'gpupci3'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER   POWER  LINK     NUMA HELD\n"
		. "gpupci3: 0000:04:00.0 030200 ----- vfio-pci active 8x?/32x8 1    ----\n"
		. "$unseen$off",
		'a width that no link has');
};

subtest 'a sleeping card is not woken for its link' => sub {
	my $host = Sysfs->new();

	$host->device('0000:02:00.0', %nvidia, power => 'suspended',
		link => ['2.5 GT/s PCIe', 16, '8.0 GT/s PCIe', 16]);
	unlink($host->folder('0000:02:00.0') . "/current_link_$_") for 'speed', 'width';
	mkdir($host->folder('0000:02:00.0') . "/current_link_$_") for 'speed', 'width';
	gpupci_ok($host, ['-s', 'all'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER POWER     LINK     NUMA HELD\n"
		. "gpupci1: 0000:02:00.0 030200 ----- ------ suspended ?x?/8x16 ---- ----\n"
		. "$unseen$off",
		'what it does now is not asked for');
};

subtest 'who holds it' => sub {
	my $host = Sysfs->walkthrough_host();
	my @lines = ("$first$second" =~ s/no  $/----/mgr) =~ /(.*\n)/g;

	gpupci_ok($host, ['-s', 'all'], $header . join('', @lines) . $unseen,
		'no /proc: not known');
	$host->process(1);
	$host->process(50, command => 'nvidia-persistenced --user x',
		cgroup => '/system.slice/nvidia-persistenced.service',
		open => ['/dev/nvidiactl', '/dev/nvidia0', '/dev/nvidia1', '/dev/nvidia0']);
	$host->process(60, command => 'qemu-system-x86_64 -name guest=rocks-33,debug-threads=on -S',
		cgroup => '/machine.slice/machine-qemu\x2d1\x2drocks\x2d33.scope',
			open => ['/dev/vfio/13']);
	$host->write_file("proc/driver/nvidia/gpus/0000:0$_:00.0/information",
		"Device Minor: \t " . ($_ - 2) . "\n")
		for 2, 3;
	(@lines) = "$first$second" =~ /(.*\n)/g;
	s/no  $/yes / for @lines[0, 2, 3];
	my $nvidia = "is held by process 50 of nvidia-persistenced.service, which has\n";
	my $notes = "gpupci1 $nvidia/dev/nvidia0 open: nvidia-persistenced --user x\n"
		. "gpupci2 $nvidia/dev/nvidia1 open: nvidia-persistenced --user x\n"
		. "gpupci2 is held by process 60 of machine-qemu-1-rocks-33.scope, which has\n"
		. "/dev/vfio/13 open: qemu-system-x86_64 -name guest=rocks-33,debug-threads=on -S\n";
	gpupci_ok($host, ['-s', 'all'], $header . join('', @lines) . $notes,
		'function by function, then by card');
	gpupci_ok($host, ['-s', 'gpupci1'],
		"$header$lines[0]$lines[1]" . $notes =~ s/^gpupci2.*//msr, 'of one card its own');
	# Another process that may not be looked at could have what nobody seems to have.
	chmod(0, $host->root . "/proc/$_/fd") for 1, 50;
	chmod(0755, $host->root);
	my @as = $> == 0 ? qw(setpriv --reuid=65534 --clear-groups) : ();
	my $out = `@as ${\ (($ENV{BUILD} || 'build') . '/gpupci')} --sysroot @{[$host->root]} -s all`;
	@lines = "$first$second" =~ /(.*\n)/g;
	s/no  $/----/ for @lines[0, 1];
	s/no  $/yes / for @lines[2, 3];
	like($out, qr/\A\Q$header@{[join('', @lines)]}\E/,
		'users other than root only know what is held');
	like($out,
		qr/^who holds the cards is not known: 2 processes cannot be looked at, process\s\d+\sfor\sone\s\(Permission denied\):\srun\sthis\sas\sroot$/m,
		'... and the reason is given once');
	chmod(0755, $host->root . "/proc/$_/fd") for 1, 50;
};

subtest 'a holder in a chroot' => sub {
	my $host = Sysfs->walkthrough_host()->process(1);

	$host->process(50, command => 'x', open => ['/srv/dev/chroot/dev/vfio/13']);
	$host->process(51, command => 'y', open => ['/srv/chroot/dev/vfio/13x', '/srv/vfio/12', 'dev/vfio/12']);
	my $out = (gpupci($host, '-s', 'all'))[1];
	like($out, qr{^gpupci2 is held by process 50, which has /dev/vfio/13 open: x$}m, 'is seen');
	unlike($out, qr/process 51|gpupci1 is held/, '... and nobody else is');
};

subtest 'names that a terminal would obey' => sub {
	my $host = Sysfs->walkthrough_host()->process(1,
		mounts => "36 1 8:1 / /mnt/\e[2J\x7f\xc3\xa9 rw - vfat /dev/sda1 rw\n");

	$host->node('0000:02:00.1', 'usb1/1-1/host6/target6:0:0/6:0:0:0/block/sda/sda1', 'sda1',
		'8:1');
	$host->process(50, command => "a\eb", cgroup => "/user.slice/\xc2\x9b2J\e]0;x\a.scope",
		open => ['/dev/vfio/13']);
	my ($code, $out, $err) = gpupci($host, '-s', 'all');
	is("$code$err", '0', 'no failure');
	unlike($out =~ s/\n//gr, qr/[\0-\x1f\x7f]|\xc2[\x80-\x9f]/, 'reach no terminal');
	like($out, qr{process 50 of \?\?2J\?\]0;x\?\.scope, which has /dev/vfio/13 open:\sa\?b$}m, 'a unit');
	like($out, qr{mounted at /mnt/\?\[2J\?\xc3\xa9 of 0000:02:00\.1$}m, 'a mount point');
	(undef, undef, $err) = gpupci($host, '--detach', 'gpupci2', '--dry-run');
	like($err, qr/process 50 of \?\?2J\?\]0;x\?\.scope/, 'nor with a refusal');
};

subtest 'processes are hidden' => sub {
	my $host = Sysfs->walkthrough_host()->process(50, open => ['/dev/vfio/13']);
	my @lines = "$first$second" =~ /(.*\n)/g;

	s/no  $/----/ for @lines[0, 1];
	s/no  $/yes / for @lines[2, 3];
	my ($code, $out, $err) = gpupci($host, '-s', 'all');
	is("$code$err", '0', 'no failure');
	like($out, qr/\A\Q$header@{[join('', @lines)]}\E/, 'who is not seen may have what seems free');
	like($out, qr/^who holds the cards is not known: not all processes are seen: run this as root$/m,
		'... and why');
	is_deeply(gpupci_json($host)->{functions}[0]{holders}, undef, '... and in the document');
	is((gpupci($host, '--detach', 'gpupci1', '--dry-run'))[0], 3, '... and nobody takes it');
};

# A FIFO that nobody writes to is as a driver that never answers.
subtest 'a driver that does not answer' => sub {
	my $host = Sysfs->walkthrough_host()->process(1);
	my $information = 'proc/driver/nvidia/gpus/0000:02:00.0/information';

	$host->write_file($information =~ s/02/03/r, "Device Minor: \t 1\n");
	$host->write_file($information, '');
	unlink($host->root . "/$information") or die;
	mkfifo($host->root . "/$information", 0600) or die;
	my @run = ('timeout', '-s', 'KILL', 20, ($ENV{BUILD} || 'build') . '/gpupci', '--sysroot', $host->root);
	my @lines = "$first$second" =~ /(.*\n)/g;
	$lines[0] =~ s/no  $/----/;
	my $begun = time;
	my $out = `@run -s all`;
	is($?, 0, 'an end');
	cmp_ok(time - $begun, '<', 10, '... soon');
	is($out =~ s/\nwho holds .*//sr, $header . join('', @lines) =~ s/\n\z//r,
		'whether the card is held is not known; the other one is');
	like($out =~ tr/\n/ /r, qr{who holds the cards is not known: nvidia's driver does not answer within 1 s, \S+/$information: which },
		'... and why');
	$host->process(50, command => 'x', open => ['/dev/nvidia7']);
	like(`@run -s gpupci1`, qr/ yes \n.*^gpupci1 is held by process 50, /ms,
		'who has any of its nodes may have this one');
	unlink($host->root . '/proc/50/fd/3');
	$out = `@run --detach gpupci1 --dry-run 2>&1`;
	is($? >> 8, 3, 'nobody takes it then');
	like($out, qr/^gpupci: who holds gpupci1 is not known; nothing was changed:$/m, '... and why');
	# Asking would wake it: that is for who is about to wake it anyway.
	$host->write_file("sys/bus/pci/devices/0000:02:00.0/power/runtime_status", "suspended\n");
	$begun = time;
	$out = `@run -s gpupci1`;
	cmp_ok(time - $begun, '<', 2, 'a sleeping card is not asked');
	like($out, qr/ suspended .* no  \n(?!who)/, '... and nothing is in doubt');
	unlink($host->root . "/$information") or die;
	$host->write_file($information, "Device Minor: \t 0\n");
	symlink('/dev/nvidia1', $host->root . '/proc/50/fd/3') or die;
	like(`@run --detach gpupci1 --dry-run 2>&1`, qr/vfio-pci/, 'a detach wakes it, and asks');
	is($?, 0, '... and another one in use does not keep it');
};

subtest 'holders of functions that are not displays' => sub {
	my $host = Sysfs->walkthrough_host()->process(1,
		mounts => "36 1 8:1 / /mnt/usb rw - vfat /dev/sda1 rw\n");

	$host->node('0000:03:00.1', 'usb1/1-1/host6/target6:0:0/6:0:0:0/block/sda/sda1', 'sda1',
		'8:1');
	my (undef, $out) = gpupci($host, '-s', 'gpupci2');
	like($out,
		qr{^gpupci2: 0000:03:00\.1 .* yes \ngpupci2 is in use: /dev/sda1 is mounted at /mnt/usb of 0000:03:00\.1\n\z}m,
		'a disk at it');
	$host->device('0000:05:00.0', vendor => '10de', device => '22a3', class => '068000',
		group => 30,
		under => '0000:00:1c.0', driver => 'nvidia-nvswitch');
	$host->process(70, command => 'nv-fabricmanager', open => ['/dev/nvidia-nvswitch2']);
	like((gpupci($host, '-s', '0000:05:00.0'))[1],
		qr/ yes \nfabric is held by process 70, which has/, 'a fabric');
	# A network card without an interface: a container may have it.
	$host->write_file('etc/gpupci.conf', "vendor 8086\nclass 02\n");
	$host->device('0000:06:00.0', vendor => '8086', device => '10d3', class => '020000',
		group => 31,
		under => '0000:00:1c.0', driver => 'e1000e');
	like((gpupci($host, '-s', 'all'))[1],
		qr/^gpupci1: 0000:06:00\.0 .* ----\nwho holds the cards is not known: 0000:06:00\.0 has the driver e1000e/m,
		'an interface that is not seen');
};

subtest 'notes below the table' => sub {
	my $host = Sysfs->new();

	$host->root_port('0000:00:01.0', group => 7);
	$host->device('0000:00:00.0', vendor => '8086', device => '6f00', class => '060000',
		group => 7);
	$host->nvidia_card('0000:02:00', '0000:00:01.0', 7, boot_vga => 1);
	$host->device('0000:03:00.0', under => '0000:00:01.0', vendor => '144d',
		device => 'a808', class => '010802', group => 7, driver => 'nvme');
	my (undef, $out) = gpupci($host, '-s', 'gpupci1');
	like($out, qr/^gpupci1 is protected: boot display$/m, 'the boot display is protected');
	like($out, qr/^gpupci1 shares its IOMMU group with 0000:03:00\.0 \(class 010802, nvme\)$/m,
		'mates are named, bridges and its own functions are not');
	$host->device('0000:03:00.1', under => '0000:00:01.0', vendor => '144d',
		device => 'a808', class => '010802', group => 8);
	(undef, my $again) = gpupci($host, '-s', 'gpupci1');
	is($again, $out, 'another group does not have mates');
	$host->device('0000:04:00.0', %nvidia);
	(undef, $out) = gpupci($host, '-s', 'gpupci2');
	unlike($out, qr/gpupci1/, 'nothing on a card that was not asked for');
};

subtest 'virtual functions' => sub {
	my $host = Sysfs->new();

	$host->device('0000:02:00.0', %nvidia);
	$host->device("0000:02:00.$_", %nvidia, physfn => '0000:02:00.0') for 4, 5;
	my (undef, $out) = gpupci($host, '-s', 'all');
	like($out, qr/^gpupci1 has 2 virtual functions$/m, 'the physical one counts them');
	unlike($out, qr/is a virtual function/, '... which says it once');
	(undef, $out) = gpupci($host, '-s', 'gpupci3');
	like($out, qr/^gpupci3 is a virtual function of 0000:02:00\.0$/m, '... alone they name it');
	like($out = (gpupci($host, '-s', 'gpupci1'))[1],
		qr/^gpupci1 is protected: its virtual functions are enabled$/m,
		'a physical function that has some is for nobody');
};

subtest 'an NVSwitch' => sub {
	my $host = Sysfs->walkthrough_host();

	$host->root_port('0000:00:04.0', group => 14);
	$host->device('0000:05:00.0', under => '0000:00:04.0', vendor => '10de',
		device => '1af1', class => '068000', group => 20, driver => 'nvidia-nvswitch');
	my (undef, $out) = gpupci($host, '-s', 'all');
	like($out, qr/^fabric: +0000:05:00\.0 068000 20 +nvidia-nvswitch /m, 'is shown in all');
	(undef, $out) = gpupci($host, '-s', '0000:05:00.0');
	like($out, qr/^fabric: +0000:05:00\.0 /m, '... and by address');
	gpupci_fails($host, ['-s', 'fabric'], 1, qr/there is no card fabric/, '... has no name');
};

subtest '80 columns' => sub {
	my $host = Sysfs->new();
	my @long = grep { length > 80 } split(/\n/, do {
		$host->root_port('0000:00:01.0', group => 1);
		$host->nvidia_card(sprintf('0000:%02x:00', $_ + 1), '0000:00:01.0', 120,
			power => 'suspended') for 1 .. 9;
		(gpupci($host, '-s', 'all'))[1];
	});

	is_deeply(\@long, [], 'nine sleeping cards in one group fit');
};

for my $case (
	['numa_node', "x\n"], ['numa_node', "-2\n"], ['sriov_totalvfs', "65536\n"], ['boot_vga', "2\n"],
	['subsystem_vendor', "10de\n"], ['revision', "0x100\n"], ['resource', "junk\n"],
	['resource', undef])
{
	my ($attribute, $content) = @$case;
	my $host = Sysfs->new();

	$host->device('0000:02:00.0', %nvidia, files => { $attribute => $content });
	gpupci_fails($host, ['-s', 'all'], 1, qr{0000:02:00\.0/$attribute\b},
		defined $content ? "$attribute holds " . ($content =~ s/\n//r) : "no $attribute");
}

subtest 'a driver that is not a link' => sub {
	my $host = Sysfs->new();

	$host->device('0000:02:00.0', %nvidia, files => { driver => "nvidia\n" });
	gpupci_fails($host, ['-s', 'all'], 1, qr{0000:02:00\.0/driver: not as the kernel},
		'is an error');
};

done_testing();
