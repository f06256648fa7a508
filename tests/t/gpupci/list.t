#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --list: what is a card, what it is called, and what goes wrong.
use strict;
use warnings;
use File::Temp;
use Test::More;

use Gpupci;
use Sysfs;

my %nvidia = (vendor => '10de', device => '1db6', class => '030200');
my %amd = (vendor => '1002', device => '744c', class => '030000');
my %intel = (vendor => '8086', device => '56c0', class => '038000');

# A host with a root port 0000:00:01.0.
sub host {
	return Sysfs->new()->root_port('0000:00:01.0', group => 1);
}

my $walkthrough = "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n";

gpupci_ok(Sysfs->walkthrough_host(), ['-l'], $walkthrough, 'the walk-through host');
gpupci_ok(Sysfs->walkthrough_host(), ['--list'], $walkthrough, '--list is -l');

my $folder = File::Temp->newdir();
is(system('tests/data/make-walkthrough-host', "$folder"), 0, 'a script makes that host');
gpupci_ok(undef, ['--sysroot', "$folder", '-l'], $walkthrough, '... and it is the same');
gpupci_ok(undef, ['--sysroot', "$folder/", '-l'], $walkthrough, '... with a slash at its end');

subtest 'cards and vendors' => sub {
	my $fs = host();

	gpupci_ok($fs, ['-l'], '', 'a host without cards prints nothing');
	$fs->device('0000:02:00.0', under => '0000:00:01.0', %amd);
	$fs->device('0000:02:00.1', under => '0000:00:01.0', vendor => '1002',
		device => 'ab30', class => '040300');
	$fs->device('0000:02:00.2', under => '0000:00:01.0', vendor => '1002',
		device => '7446', class => '0c0330');
	$fs->device('0000:02:00.3', under => '0000:00:01.0', vendor => '1002',
		device => '7444', class => '0c8000');
	$fs->device('0000:04:00.0', under => '0000:00:01.0', %intel);
	$fs->device('0000:05:00.0', under => '0000:00:01.0', vendor => '1a03',
		device => '2000', class => '030000');
	$fs->device('0000:06:00.0', under => '0000:00:01.0', vendor => '102b',
		device => '0538', class => '030000');
	$fs->device('0000:07:00.0', under => '0000:00:01.0', vendor => '10de',
		device => '10ef', class => '040300');
	$fs->device('0000:00:02.0', vendor => '8086', device => '3e92', class => '030000');
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_04_00_0\n",
		'no BMC display, no sound alone, no integrated GPU, one card a slot');
};

subtest 'the name is the lowest function, which need not be the GPU' => sub {
	my $fs = host();

	$fs->device('0000:02:00.1', under => '0000:00:01.0', %nvidia);
	$fs->device('0000:02:00.0', under => '0000:00:01.0', vendor => '10de',
		device => '0001', class => '0c0330');
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\n", 'function 0 is USB');
};

subtest 'sixteen cards, made in any order' => sub {
	my $fs = host();
	my @buses = map { 0x10 + $_ * 0x0d % 0x50 } 0 .. 15;
	my $number = 0;
	my $expected = '';

	$fs->device(sprintf('0000:%02x:00.0', $_), under => '0000:00:01.0', %nvidia)
		for @buses;
	$expected .= sprintf("gpupci%d pci_0000_%02x_00_0\n", ++$number, $_)
		for sort { $a <=> $b } @buses;
	gpupci_ok($fs, ['-l'], $expected, 'in the order of their addresses');
};

subtest 'wide domains' => sub {
	my $fs = host();

	$fs->device('10000:00:01.0', root => '10000:00', vendor => '8086', device => '2030',
		class => '060400', bridge => 1);
	$fs->device('10000:01:00.0', under => '10000:00:01.0', %nvidia);
	$fs->device('7fffffff:01:00.0', %nvidia);
	$fs->device('0000:02:00.0', under => '0000:00:01.0', %nvidia);
	$fs->device('00ff:02:00.0', %nvidia);
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\ngpupci2 pci_00ff_02_00_0\n"
		. "gpupci3 pci_10000_01_00_0\ngpupci4 pci_7fffffff_01_00_0\n",
		'are shown, and sort as numbers');
};

for my $name ('80000000:00:00.0', '00010000:01:00.0', '0000:2:0.0', 'card0', '0000:02:20.0') {
	my $fs = host();

	$fs->link_to("sys/bus/pci/devices/$name", 'sys/devices/pci0000:00/0000:00:01.0');
	gpupci_fails($fs, ['-l'], 1, qr{bus/pci/devices/\Q$name\E: libpci rejects the address},
		"a device called $name");
}

subtest 'virtual functions' => sub {
	my $fs = host();

	$fs->device('0000:02:00.0', under => '0000:00:01.0', %nvidia);
	$fs->device("0000:02:00.$_", under => '0000:00:01.0', %nvidia,
		physfn => '0000:02:00.0') for 5, 4;
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_02_00_4\n"
		. "gpupci3 pci_0000_02_00_5\n", 'are cards of their own, in one slot too');
	is_deeply([map { $_->{function} } @{ gpupci_json($fs)->{functions} }], [0, 0, 0],
		'... of one function each');
};

subtest 'bridges in the slot are not functions of the card' => sub {
	my $fs = host();
	my %bridge = (vendor => '10de', device => '0001', class => '060400');

	$fs->device('0000:02:00.0', under => '0000:00:01.0', %bridge, bridge => 1);
	$fs->device('0000:02:00.1', under => '0000:00:01.0', %nvidia);
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_1\n", 'recognised by the attribute');
	$fs = host();
	$fs->device('0000:02:00.0', under => '0000:00:01.0', %bridge, bridge => 1,
		files => { secondary_bus_number => undef });
	$fs->device('0000:02:00.1', under => '0000:00:01.0', %nvidia);
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_1\n", 'recognised by the header');
	$fs = host();
	$fs->device('0000:02:00.0', under => '0000:00:01.0', %bridge);
	$fs->device('0000:02:00.1', under => '0000:00:01.0', %nvidia);
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\n", 'an ordinary header is not a bridge');
	$fs = host();
	$fs->device('0000:02:00.0', under => '0000:00:01.0', %bridge, config => 20);
	gpupci_fails($fs, ['-s', 'all'], 1, qr{0000:02:00\.0/config: .*cut short},
		'a header cut short is an error');
	gpupci_ok($fs, ['-l'], '', '... that --list does not see if it is not a card');
	$fs->device('0000:02:00.1', under => '0000:00:01.0', %nvidia);
	gpupci_fails($fs, ['-l'], 1, qr{0000:02:00\.0/config: .*cut short}, '... but in its slot');
	$fs = host();
	$fs->device('0000:02:00.0', under => '0000:00:01.0', %bridge, bridge => 1, config => 20);
	gpupci_ok($fs, ['-l'], '', '... that is not read if the attribute exists');
};

subtest 'an NVSwitch is not a card' => sub {
	my $fs = host();

	$fs->device('0000:05:00.0', under => '0000:00:01.0', vendor => '10de',
		device => '1af1', class => '068000');
	gpupci_ok($fs, ['-l'], '', 'not listed');
};

subtest 'without the tree of devices' => sub {
	my $fs = Sysfs->new();
	my %intel_files = (vendor => "0x8086\n", device => "0x56c0\n", class => "0x030000\n");

	for my $address ('0000:00:02.0', '0000:03:00.0') {
		$fs->write_file("sys/bus/pci/devices/$address/$_", $intel_files{$_})
			for keys %intel_files;
	}
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_03_00_0\n",
		'folders instead of links: bus 0 counts as a root bus');
	$fs = Sysfs->new();
	for my $address ('0000:00:02.0', '0000:03:00.0') {
		$fs->write_file("sys/elsewhere/$address/$_", $intel_files{$_})
			for keys %intel_files;
		$fs->link_to("sys/bus/pci/devices/$address", "sys/elsewhere/$address");
	}
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_03_00_0\n", 'links elsewhere: so too');
};

subtest 'a tree that cannot be read is never «no cards»' => sub {
	my $fs = Sysfs->new();
	my $devices = $fs->root . '/sys/bus/pci/devices';

	gpupci_ok($fs, ['-l'], '', 'an empty folder of devices is not an error');
	rmdir($devices) or die;
	gpupci_fails($fs, ['-l'], 1, qr{^gpupci: cannot read \Q$devices\E: No such file},
		'without the folder');
	$fs->write_file('sys/bus/pci/devices', '');
	gpupci_fails($fs, ['-l'], 1, qr{cannot read \Q$devices\E: Not a directory},
		'with a file in its place');
	gpupci_fails(undef, ['--sysroot', '/nowhere', '-l'], 1,
		qr{cannot read /nowhere/sys/bus/pci/devices: No such file}, 'no such root');
};

subtest 'no attribute is that long' => sub {
	my $fs = Sysfs->walkthrough_host();

	$fs->write_file('sys/bus/pci/devices/0000:02:00.0/class', "0x030000\n" . ' ' x 5000);
	gpupci_fails($fs, ['-l'], 1, qr{0000:02:00\.0/class: File too large}, 'an error');
};

for my $attribute (qw(vendor device class)) {
	my $fs = Sysfs->walkthrough_host();
	my $file = $fs->folder('0000:00:19.0') . "/$attribute";
	# --list needs the vendor of every device; the others list all devices.
	my $words = $attribute eq 'vendor' ? ['-l'] : ['-s', 'all'];

	for my $content ("", "\n", "10de\n", "0x\n", "0x10de junk\n", "0x123456789\n", "0x" . "0" x 5000) {
		$fs->write_file(substr($file, length($fs->root) + 1), $content);
		gpupci_fails($fs, $words, 1, qr{cannot read \S*/0000:00:19\.0/$attribute: },
			"$attribute holds " . ($content =~ s/\n//r =~ s/0{100,}/.../r));
	}
	unlink($file);
	gpupci_fails($fs, $words, 1,
		qr{cannot read \S*/0000:00:19\.0/$attribute: No such file},
		"a device without $attribute, be it no card");
	mkdir($file);
	gpupci_fails($fs, $words, 1, qr{/0000:00:19\.0/$attribute: Is a directory},
		"$attribute is a folder");
}

for my $attribute (qw(vendor device class)) {
	my $fs = Sysfs->walkthrough_host();

	unlink($fs->folder('0000:02:00.0') . "/$attribute");
	gpupci_fails($fs, ['-l'], 1, qr{cannot read \S*/0000:02:00\.0/$attribute: No such file},
		"a card without $attribute");
}

subtest 'links that lead nowhere or are not links' => sub {
	my $fs = Sysfs->walkthrough_host();

	$fs->link_to('sys/bus/pci/devices/0000:09:00.0', 'sys/devices/gone');
	gpupci_fails($fs, ['-l'], 1, qr{devices/0000:09:00\.0/vendor: No such file},
		'a device that went away');
	$fs = Sysfs->walkthrough_host();
	unlink($fs->folder('0000:02:00.0') . '/iommu_group') or die;
	$fs->link_to('sys/devices/pci0000:00/0000:00:02.0/0000:02:00.0/iommu_group', 'sys/x');
	gpupci_fails($fs, ['-s', 'all'], 1, qr{0000:02:00\.0/iommu_group: not as the kernel},
		'a group without a number');
	$fs = Sysfs->walkthrough_host();
	$fs->write_file('sys/devices/pci0000:00/0000:00:02.0/0000:02:00.0/physfn', '');
	gpupci_fails($fs, ['-l'], 1, qr{0000:02:00\.0/physfn: not as the kernel},
		'physfn is a file');
};

subtest 'usage' => sub {
	my @wrong = ([], ['-x'], ['--nothing'], ['-l', '-l'], ['-l', '-s', 'all'], ['-s'],
		['--status'], ['-d'], ['-l', 'gpupci1'], ['--json'], ['-s', '--json'],
		['--sysroot', '', '-l'], ['--sysroot'], ['gpupci1']);

	push(@wrong, ['--anonymous', '-l'], ['--driver', 'vfio-pci', '-l'], ['--runtime', '-l'],
		['--dry-run', '-l'], ['--timeout', '0', '-l'], ['--timeout', '1s', '-l'],
		['--driver', '../x', '-d', 'all'], ['--driver', '', '-d', 'all'],
		['--rename', 'gpupci2'], ['--rename', 'gpupci2', 'gpupci1', 'x'],
		['--capture', ''], ['--scan', 'x'], ['--check', '-l']);
	gpupci_fails(undef, $_, 2, qr{see gpupci --help}, join(' ', 'gpupci', @$_)) for @wrong;
	my ($code, $out, $err) = gpupci(undef, '--help');
	is($code, 0, '--help succeeds');
	like($out, qr/^usage: gpupci -l \| -s CARD\.\.\. \|/, '... and says how');
	is($err, '', '... on stdout');
	is_deeply([gpupci(undef, '-h')], [$code, $out, $err], '-h is --help');
	open(my $file, '<', 'VERSION') or die;
	gpupci_ok(undef, ['--version'], 'gpupci ' . <$file>, '--version');
};

for my $words (['-l'], ['-l', '--json'], ['-s', 'all'], ['--help'], ['--version']) {
	my ($code, $out, $err) =
		gpupci({ out => '/dev/full' }, Sysfs->walkthrough_host(), @$words);

	is($code, 1, "@$words on a full disk fails");
	like($err, qr/^gpupci: cannot write the output: No space left on device; [^\n]+\n\z/,
		'... and says so');
}

done_testing();
