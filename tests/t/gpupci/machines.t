#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --check on machines of public reports: cards that do not answer, windows that were
# lost, groups that are pretended, boards of two slots, displays that belong to the machine.
use strict;
use warnings;
use File::Temp;
use JSON::PP;
use Test::More;

use Gpupci;
use Hosts qw(make_host);
use Sysfs;

# The rows of --check on a host: "subject check" => row.
sub rows {
	my ($fs) = @_;
	my (undef, $out, $err) = gpupci($fs, '--check', '--json');

	die $err if $err ne '';
	return { map { ("$_->{subject} $_->{check}" => $_) }
			@{ JSON::PP->new->utf8->decode($out)->{checks} } };
}

sub row_is {
	my ($fs, $name, $state, $found, $fix) = @_;
	my $row = rows($fs)->{$name} || { state => 'none' };

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($row->{state}, $state, "$name: $state") or diag(explain($row));
	like($row->{found}, $found, '... what was found');
	like($row->{fix} // '', $fix, '... what to change') if $fix;
	return;
}

my $dead = qr/0000:03:00\.0 does not answer: .* all ones \(ff, header type 7f\), it fell off the bus/;

subtest 'a card that fell off the bus' => sub {
	my $fs = make_host('arc-a770-dead');

	row_is($fs, 'gpupci1 config', 'fail', $dead, qr/device inaccessible.*\n.*disable_idle_d3=1/);
	row_is($fs, 'gpupci1 drivers', 'ok', qr/^detached$/);
	row_is($fs, 'gpupci1 power', 'fail', qr/"D3cold".*does not answer/);
	row_is($fs, 'gpupci1 acs', 'warn', qr/0000:02:01\.0 .*0000:01:00\.0 .*: it does not answer$/);
	is((gpupci($fs, '--check'))[0], 11, 'the host is not ready');
	gpupci_fails($fs, [$_, 'gpupci1'], 3, qr/gpupci1 does not answer: .*; nothing was changed/, $_)
		for '--detach';
	my ($function) = @{ gpupci_json($fs)->{functions} };
	is_deeply([@$function{qw(quarantined responds)}], [JSON::PP::true, JSON::PP::false],
		'the scan says it, also to readers who know only quarantined');
	like((gpupci($fs, '-s', 'all'))[1] =~ s/\s+/ /gr, qr/gpupci1 cannot be used: $dead/, 'status says it');

	$fs = make_host('arc-a770');
	ok(!rows($fs)->{'gpupci1 config'}, 'a card that answers has no such row');
	($function) = @{ gpupci_json($fs)->{functions} };
	is_deeply([@$function{qw(quarantined responds)}], [JSON::PP::false, JSON::PP::true], '... and is free');
};

subtest 'what is no dead card' => sub {
	# Vendor and device of a virtual function are ffff in its configuration space.
	my $fs = Sysfs->new();
	my $config = Sysfs::config(vendor => 'ffff', device => 'ffff', class => '030200');
	my %is = (vendor => '10de', device => '20f1', class => '030200', group => 81);
	$fs->root_port('0000:00:01.0', group => 1);
	$fs->device('0000:82:00.0', %is, under => '0000:00:01.0', driver => 'nvidia');
	$fs->device('0000:82:00.4', %is, under => '0000:00:01.0', group => 82, physfn => '0000:82:00.0',
		files => { config => $config, power_state => "unknown\n" });
	$fs->process(1);
	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	my %responds = map { $_->{address} => $_->{responds} } @{ gpupci_json($fs)->{functions} };
	is_deeply(\%responds, { map { $_ => JSON::PP::true } '0000:82:00.0', '0000:82:00.4' },
		'a virtual function answers');
	row_is($fs, 'gpupci2 power', 'ok', qr/unknown: no driver has enabled it yet/);
	ok(!rows($fs)->{'gpupci2 config'}, '... and has no row for what is wrong');
	like((gpupci($fs, '--detach', 'gpupci2', '--dry-run'))[1], qr/vfio-pci/, '... and can be detached');

	# Asking a card in D3cold would wake it.
	for my $case (["D3cold\n", ''], ["D3hot\n", 'cannot be used'], [undef, '']) {
		my ($state, $note) = @$case;
		$fs = Sysfs->new();
		$fs->device('0000:02:00.0', vendor => '10de', device => '1db1', class => '030200', dead => 1,
			power => 'suspended', root => '0000:02', group => 1, files => { power_state => $state });
		my $out = (gpupci($fs, '-s', 'all'))[1];
		is($out =~ /(cannot be used)/ ? $1 : '', $note, 'asleep in ' . ($state // "an old kernel\n"));
	}
};

subtest 'a dead card keeps its name' => sub {
	my $fs = Sysfs->new();
	my %is = (vendor => '10de', device => '1db1', class => '030200', serial => '48-b0-2d-ff-fe-12-34-56');
	$fs->root_port('0000:00:01.0', group => 1);
	$fs->device('0000:02:00.0', %is, under => '0000:00:01.0', group => 2);
	gpupci($fs, '--scan');
	$fs->write_file('sys/devices/pci0000:00/0000:00:01.0/0000:02:00.0/config', "\xff" x 4096);
	like((gpupci($fs, '--scan'))[1], qr/^gpupci1: same +0000:02:00\.0/m, 'it is the same card');
};

subtest 'windows without an address' => sub {
	my $lost = qr/^2 of 2 memory windows have no address$/;
	row_is(make_host('flex170-no-windows'), 'gpupci1 bars', 'fail', $lost,
		qr/\Ain the BIOS: "Above 4G Decoding" on, "MMIO High Size" large enough\nor:\n.*pci=realloc/);
	row_is(make_host('hd7790-no-windows'), 'gpupci1 bars', 'fail',
		qr/^2 of 4 memory windows have no address$/, qr/pci=realloc/);

	# Zeros that mean something: flags that later kernels keep; registers of I/O, and none.
	my @cases = ([[[0, 0, 0x14220c], [0, 0, 0]], {}, 'fail', qr/^1 of 1 memory windows have no address$/],
		[[[0, 0, 0], [0, 0, 0]], { 0 => 0xe001 }, 'warn', qr/no known memory windows/],
		[[[0, 0, 0], [0, 0, 0]], { 0 => 0xc, 1 => 0x40 }, 'fail', qr/^1 of 1 memory/],
		[[[0x40 << 32, (0x40 << 32) + 0x3ffff, 0x14220c], [0, 0, 0]], { 0 => 0xc, 1 => 0x40 }, 'ok',
			qr/^1 memory windows, the largest of 256 KiB$/]);
	for my $case (@cases) {
		my ($lines, $registers, $state, $found) = @$case;
		my $fs = Sysfs->new();
		$fs->device('0000:02:00.0', vendor => '10de', device => '1db1', class => '030200',
			root => '0000:02', group => 1, registers => $registers, files => {
				resource => join('', map { sprintf("0x%016x 0x%016x 0x%016x\n", @$_) } @$lines,
					([0, 0, 0]) x 11) });
		row_is($fs, 'gpupci1 bars', $state, $found);
	}
};

subtest 'a board with two slots' => sub {
	my $fs = make_host('arc-a770');
	row_is($fs, 'gpupci1 board', 'warn', qr/sound of its board, 0000:04:00\.0, is in a slot of its own/,
		qr/gpupci\.conf: join 0000:03:00\.0 0000:04:00\.0\n.*--detach gpupci1\n.*exclude 0000:04:00\.0/);
	is(gpupci_json($fs)->{functions}[0]{link_width}, 16, 'its link is that of the upstream port');
	$fs->write_file('etc/gpupci.conf', "join 0000:03:00.0 0000:04:00.0\n");
	ok(!rows($fs)->{'gpupci1 board'}, 'joined, there is nothing to say');
	is(scalar(@{ gpupci_json($fs)->{functions} }), 2, '... and the sound is of the card');
	$fs->write_file('etc/gpupci.conf', "exclude 0000:04:00.0\n");
	ok(!rows($fs)->{'gpupci1 board'}, 'nor where it is excluded');
	# Another sound card, of another board: not this one's.
	for my $port ('0000:05:00.0', '0000:00:01.0') {
		$fs = make_host('arc-a770');
		system('rm', '-r', $fs->folder('0000:04:00.0')) == 0 or die;
		unlink($fs->root . '/sys/bus/pci/devices/0000:04:00.0') or die;
		$fs->device('0000:05:00.0', vendor => '8086', device => '4fa4', class => '060400', bridge => 1,
			under => '0000:00:01.0');
		$fs->device('0000:06:00.0', vendor => '8086', device => '4f90', class => '040300',
			under => $port);
		ok(!rows($fs)->{'gpupci1 board'}, "sound below $port is another board's");
	}
};

subtest 'groups that are pretended' => sub {
	my $fs = make_host('acs-override');
	row_is($fs, 'gpupci1 acs', 'warn', qr/^0000:02:05\.0 \(1022:43ea\) has no ACS: pcie_acs_override pretends/,
		qr/\Atake pcie_acs_override=downstream,multifunction out of the kernel's command line\nreboot\nthen put/);
	row_is($fs, 'gpupci1 group', 'ok', qr/has nothing else in it, by pcie_acs_override$/);
	row_is($fs, 'gpupci2 acs', 'ok', qr/^0000:0a:00\.0 \(1002:1479\), 0000:00:01\.1 \(1022:1633\) has ACS$/);
	row_is($fs, 'gpupci2 group', 'ok', qr/is its own$/);
	$fs->write_file('proc/cmdline', "quiet xpcie_acs_override=downstream\n");
	row_is($fs, 'gpupci1 acs', 'ok', qr/has no ACS: what is plugged in beside the card/);
};

subtest 'resets that a card does not survive' => sub {
	my $fs = make_host('vega56');
	my $file = $fs->folder('0000:0c:00.0') . '/reset_method';
	row_is($fs, 'gpupci1 reset', 'warn', qr/^by bus only, which Vega 10 does not survive \(AMD's reset bug\)/,
		qr/vendor-reset.*device_specific > \S+0000:0c:00\.0\/reset_method/);
	for my $methods ('device_specific', 'device_specific bus', 'flr bus') {
		$fs->write_file($file =~ s/^\Q${\ $fs->root}\E\///r, "$methods\n");
		row_is($fs, 'gpupci1 reset', 'ok', qr/^by $methods$/);
	}
	# An older kernel names no methods, and has none for a function that is not alone on its bus.
	unlink($file) or die;
	$fs->write_file('proc/sys/kernel/osrelease', "5.10.0-30-amd64\n");
	row_is($fs, 'gpupci1 reset', 'warn', qr/^by bus only, which Vega 10 does not survive/,
		qr/\Ainstall the module vendor-reset, and load it at boot\nor restart/);
	row_is(make_host('acs-override'), 'gpupci2 reset', 'ok', qr/^by bus$/);
};

subtest 'POWER' => sub {
	my $fs = make_host('ac922');
	row_is($fs, 'host interrupts', 'ok', qr/XIVE/);
	row_is($fs, 'host vfio', 'ok', qr/^vfio_iommu_spapr_tce is ready to load$/);
	row_is($fs, 'gpupci1 group', 'warn', qr/0006:00:00\.0.*0006:00:00\.1/);
	row_is($fs, 'gpupci1 reset', 'ok', qr/can reset it/);
};

# What public reports showed to be judged rightly stays so.
subtest 'the only display of a desktop' => sub {
	my $fs = make_host('rtx3070ti');
	row_is($fs, 'gpupci1 protected', 'warn', qr/^boot display: it stays with the host$/, qr/--force-boot-display/);
	row_is($fs, 'gpupci1 group', 'ok', qr/^IOMMU group 1 \(DMA-FQ\) is its own$/);
	gpupci_fails($fs, ['--detach', 'gpupci1'], 3, qr/gpupci1 is protected: boot display/, '--detach');
};

subtest 'sixteen virtual functions for each of two GPUs' => sub {
	my $fs = make_host('s7150x2');
	my @functions = @{ gpupci_json($fs)->{functions} };
	is(scalar(@functions), 34, 'each is a card');
	my %groups = map { ($_->{iommu_group} => 1) } @functions;
	is(scalar(keys %groups), 34, '... in a group of its own');
	row_is($fs, 'gpupci1 protected', 'warn', qr/virtual functions/, qr/sriov_numvfs/);
	row_is($fs, 'gpupci2 drivers', 'ok', qr/a VM can have it/);
};

subtest 'a second GPU of a notebook, asleep' => sub {
	my $fs = make_host('p2000m-optimus');
	row_is($fs, 'gpupci1 group', 'ok', qr/is its own$/);
	row_is($fs, 'gpupci1 power', 'ok', qr/^D3cold is allowed; should it not wake up/);
	ok(!rows($fs)->{'gpupci1 config'}, 'it is not asked, which would wake it');
	$fs->process(1)->write_file('proc/1/net/route', "Iface\tDestination\n");
	is((gpupci($fs, '--detach', 'gpupci1', '--dry-run'))[0], 0, '... and can be detached');
};

subtest 'cards in pairs' => sub {
	my $fs = make_host('v100-pairs');
	for my $case ([1, '0000:28:00.0', '0000:26:08.0'], [4, '0000:43:00.0', '0000:42:10.0'], [5, '0000:c4:00.0', '0000:c2:08.0']) {
		row_is($fs, "gpupci$case->[0] group", 'warn', qr/has \Q$case->[1]\E \(class 030200\) too: one VM gets all of it or none$/);
		row_is($fs, "gpupci$case->[0] acs", 'warn', qr/^\Q$case->[2]\E \(10b5:8747\) has no ACS: what is below and beside/);
	}
	like((gpupci($fs, '-s', 'gpupci1'))[1] =~ s/\s+/ /gr, qr/gpupci1 shares its IOMMU group with 0000:28:00\.0 \(gpupci2\)/, 'by name');
};

subtest 'a board with two GPUs' => sub {
	my $fs = make_host('gtx690');
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_04_00_0\ngpupci2 pci_0000_05_00_0\n", 'two cards, the management VGA is none');
	row_is($fs, 'gpupci1 group', 'warn', qr/has 0000:05:00\.0 \(class 030200\), 0000:05:00\.1 \(class 040300\) too/);
	$fs->write_file('etc/gpupci.conf', "join 0000:04:00.0 0000:05:00.0\n");
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_04_00_0\n", 'joined they are one');
	row_is($fs, 'gpupci1 group', 'ok', qr/is its own$/);
};

# A display of the machine itself takes no name; a line of gpupci.conf makes it a card.
my %display = (class => '030000', root => '0000:02', group => 1);
for my $ids ('1002:515e', '1002:4752', '102b:0534', '102b:0536', '18ca:0020', '19e5:1711', '1a03:2000') {
	my ($vendor, $device) = split(/:/, $ids);
	my $fs = Sysfs->new();
	$fs->device('0000:02:00.0', %display, vendor => $vendor, device => $device);
	$fs->write_file('etc/gpupci.conf', "vendor $vendor\n");
	gpupci_ok($fs, ['-l'], '', "$ids is the management's");
	$fs->write_file('etc/gpupci.conf', "include 0000:02:00.0\n");
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\n", '... unless it is included');
}
for my $ids ('1002:5a3f', '1002:7912', '1022:9602', '1043:9602', '1022:9603') {
	my ($vendor, $device) = split(/:/, $ids);
	my $fs = Sysfs->new();
	$fs->device('0000:00:01.0', vendor => $vendor, device => $device, class => '060400', bridge => 1);
	$fs->device('0000:01:05.0', %display, under => '0000:00:01.0', vendor => '1002', device => '9715');
	gpupci_ok($fs, ['-l'], $ids eq '1022:9603' ? "gpupci1 pci_0000_01_05_0\n" : '', "behind $ids");
}

subtest 'names that a management VGA had taken' => sub {
	my $fs = make_host('pe1950-es1000');
	$fs->write_file('etc/gpupci.conf', "include 0000:0e:0d.0\n");
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_0e_0d_0\ngpupci2 pci_0000_10_00_0\n", 'two names');
	gpupci($fs, '--scan');
	unlink($fs->root . '/etc/gpupci.conf') or die;
	gpupci_ok($fs, ['-l'], "gpupci2 pci_0000_10_00_0\n", 'the card keeps its name');
	like((gpupci($fs, '--scan'))[1], qr/^gpupci1: missing .*\ngpupci2: same /m, '... the VGA is missing');
	gpupci_ok($fs, ['-l'], "gpupci2 pci_0000_10_00_0\n", '... also in the file');
};

done_testing();
