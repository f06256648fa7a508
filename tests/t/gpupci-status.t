#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --status: the functions of a card and what to know of it.
use strict;
use warnings;
use Test::More;

use Gpupci;
use Sysfs;

my %nvidia = (vendor => '10de', device => '1db6', class => '030200');
my $header = "GPU      ADDRESS      CLASS  GROUP DRIVER        POWER  LINK        NUMA\n";
my $first = "gpupci1: 0000:02:00.0 030000 12    nvidia        active 2.5x16/8x16 0   \n"
	. "gpupci1: 0000:02:00.1 040300 12    snd_hda_intel active 2.5x16/8x16 0   \n";
my $second = $first =~ s/gpupci1: 0000:02/gpupci2: 0000:03/gr =~ s/12   /13   /gr;

my $fs = Sysfs->walkthrough_host();
gpupci_ok($fs, ['-s', 'all'], $header . $first . $second, 'all');
gpupci_ok($fs, ['--status=all'], $header . $first . $second, '--status is -s');
gpupci_ok($fs, ['-s', 'gpupci1'], $header . $first, 'one by name');
gpupci_ok($fs, ['-s', $_], $header . $second, "one by address: $_")
	for qw(0000:03:00.0 03:00.1 pci_0000_03_00_0 00000000:03:00.0);
gpupci_fails($fs, ['-s', $_], 1, qr/$_; there are gpupci1, gpupci2$/m, "no such card: $_")
	for qw(gpupci3 gpupci 0000:04:00.0 ALL);
gpupci_fails($fs, ['-s', ''], 1, qr/there are gpupci1, gpupci2$/m, 'no name');
gpupci_fails($fs, ['-s', "\e[31m"], 1, qr/^[ -~]+$/m, 'a name that is no text');
gpupci_fails(Sysfs->new(), ['-s', 'gpupci1'], 1, qr/; this host has none$/m, 'no cards at all');
gpupci_ok(Sysfs->new(), ['-s', 'all'], '', 'all of none');

subtest 'what is not known is a dash, never a guess' => sub {
	my $bare = Sysfs->new();

	$bare->device('0000:02:00.0', %nvidia, files => { 'power/runtime_status' => undef,
		numa_node => undef, subsystem_vendor => undef, revision => undef });
	gpupci_ok($bare, ['-s', 'all'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER POWER LINK NUMA\n"
		. "gpupci1: 0000:02:00.0 030200 ----- ------ ----- ---- ----\n"
		. "the IOMMU is off: no card can be given to a VM\n",
		'no IOMMU, no driver, no power management, no link, no node');
	$bare->device('0000:03:00.0', %nvidia, driver => 'vfio-pci',
		link => ['Unknown', 0, '16.0 GT/s PCIe', 255]);
	$bare->device('0000:04:00.0', %nvidia, driver => 'vfio-pci', numa => 1,
		link => ['8 GT/s', 63, '32.0 GT/s PCIe', 8]);
	gpupci_ok($bare, ['-s', 'gpupci2'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER   POWER  LINK     NUMA\n"
		. "gpupci2: 0000:03:00.0 030200 ----- vfio-pci active ?x?/16x? ----\n"
		. "the IOMMU is off: no card can be given to a VM\n",
		'a link whose state is not known');
	gpupci_ok($bare, ['-s', 'gpupci3'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER   POWER  LINK     NUMA\n"
		. "gpupci3: 0000:04:00.0 030200 ----- vfio-pci active 8x?/32x8 1   \n"
		. "the IOMMU is off: no card can be given to a VM\n",
		'a width that no link has');
};

subtest 'a sleeping card is not woken for its link' => sub {
	my $host = Sysfs->new();

	$host->device('0000:02:00.0', %nvidia, power => 'suspended',
		link => ['2.5 GT/s PCIe', 16, '8.0 GT/s PCIe', 16]);
	unlink($host->folder('0000:02:00.0') . "/current_link_$_") for 'speed', 'width';
	mkdir($host->folder('0000:02:00.0') . "/current_link_$_") for 'speed', 'width';
	gpupci_ok($host, ['-s', 'all'],
		"GPU      ADDRESS      CLASS  GROUP DRIVER POWER     LINK     NUMA\n"
		. "gpupci1: 0000:02:00.0 030200 ----- ------ suspended ?x?/8x16 ----\n"
		. "the IOMMU is off: no card can be given to a VM\n",
		'what it does now is not asked for');
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
	is($again, $out, 'another group is no mate');
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
	gpupci_fails($host, ['-s', 'fabric'], 1, qr/no card is called fabric/, '... has no name');
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
	['numa_node', "x\n"], ['numa_node', "-2\n"], ['boot_vga', "2\n"],
	['subsystem_vendor', "10de\n"], ['revision', "0x100\n"], ['resource', "junk\n"],
	['resource', undef])
{
	my ($attribute, $content) = @$case;
	my $host = Sysfs->new();

	$host->device('0000:02:00.0', %nvidia, files => { $attribute => $content });
	gpupci_fails($host, ['-s', 'all'], 1, qr{0000:02:00\.0/$attribute\b},
		defined $content ? "$attribute holds " . ($content =~ s/\n//r) : "no $attribute");
}

subtest 'a driver that is no link' => sub {
	my $host = Sysfs->new();

	$host->device('0000:02:00.0', %nvidia, files => { driver => "nvidia\n" });
	gpupci_fails($host, ['-s', 'all'], 1, qr{0000:02:00\.0/driver: not as the kernel},
		'is an error');
};

done_testing();
