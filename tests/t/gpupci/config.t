#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# /etc/gpupci.conf: what counts as a card.
use strict;
use warnings;
use Test::More;

use Gpupci;
use JSON::PP;
use Sysfs;

my $both = "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n";

# The walk-through host with that configuration.
sub host {
	my ($content) = @_;
	my $fs = Sysfs->walkthrough_host();

	$fs->write_file('etc/gpupci.conf', $content);
	return $fs;
}

sub lists {
	my ($content, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	gpupci_ok(host($content), ['-l'], $expected, $name);
}

lists('', $both, 'an empty file changes nothing');
lists("memlock 64G # the largest\nhugepages 2M 512\nhugepages 1G 8\n", $both,
	'nor does what --check looks for');
gpupci_fails(host("$_->[0]\n"), ['-l'], 1, qr/gpupci\.conf:1: $_->[1]/, "no: $_->[0]")
	for ['memlock', 'not a size of memory; '], ['memlock 64', "not a size of memory '64'; "],
		['memlock 64GB', "not a size of memory '64GB'"],
	['memlock 0G', 'not a size'], ['memlock -1G', 'not a size'], ['memlock 1G 2G', 'not a size'],
		['memlock 99999999999T', 'not a size'],
	['memlock G', 'not a size'], ['hugepages', 'invalid huge pages; '], ['hugepages 1G',
		"invalid huge pages '1G'; "],
	['hugepages 1G many', 'invalid huge pages'], ['hugepages 1X 2', 'invalid huge pages'],
		['hugepages 1G 1 1', 'invalid huge pages'];
gpupci_fails(host("hugepages 1G 1\nhugepages 1G 2\n"), ['-l'], 1,
	qr/gpupci\.conf:2: huge pages a second time: '1G'; /, 'one size twice');
gpupci_fails(host(join('', map { "hugepages ${_}M 1\n" } 1 .. 9)), ['-l'], 1,
	qr/gpupci\.conf:9: too many sizes/, 'nine sizes');
lists("# vendor 1234\n\n \t # include nothing\n", $both, 'nor do comments and blanks');
lists("vendor 10DE # NVIDIA\r\n", $both, 'upper case, a comment at the end, a DOS line');
lists("vendor 10de", $both, 'no newline at the end');
for my $case (["vendor 102b\n", "gpupci1 pci_0000_05_00_0\n", 'a vendor line replaces the list'],
	["vendor 102b\nvendor 10de\n", "${both}gpupci3 pci_0000_05_00_0\n", 'two of them add up']) {
	my ($content, $expected, $name) = @$case;
	my $fs = host($content);
	$fs->device('0000:05:00.0', under => '0000:00:1c.0', vendor => '102b', device => '2537',
		class => '030000');
	gpupci_ok($fs, ['-l'], $expected, $name);
}
lists("vendor 1a03\n", '', 'a management VGA is a card only where it is included');
lists("class 0302\n", '', 'a class line replaces the list');
lists("class 0302 030000\n", $both, 'classes of 4 and 6 digits');
lists("class 030001\n", '', 'all six digits count');
lists("class 04\n", $both, 'the class of another function makes the slot a card too');
lists("exclude 0000:02:00.0\n", "gpupci1 pci_0000_03_00_0\n", 'exclude');
lists("exclude pci_0000_02_00_1\n", "gpupci1 pci_0000_03_00_0\n", 'exclude by any function');
lists("exclude 02:00.0 03:00.0\n", '', 'several in a line');
lists("exclude 0000:02:00.7\n", $both, 'an address that is not there does nothing');
lists("include 0000:04:00.0\n", "${both}gpupci3 pci_0000_04_00_0\n", 'include a BMC display');
lists("include 0000:00:19.0\n", "gpupci1 pci_0000_00_19_0\n"
	. "gpupci2 pci_0000_02_00_0\ngpupci3 pci_0000_03_00_0\n", 'include any device');
lists("include 0000:00:02.0\n", $both, 'a bridge cannot be included');
lists("join 0000:02:00.0 0000:03:00.0\n", "gpupci1 pci_0000_02_00_0\n", 'join');
lists("join 0000:03:00.0 0000:02:00.0\n", "gpupci1 pci_0000_03_00_0\n",
	'join: the first slot of the line is the first of the board');
lists("join 0000:04:00.0 0000:02:00.0\n", "gpupci1 pci_0000_03_00_0\n"
	. "gpupci2 pci_0000_04_00_0\n", 'join: the board sorts by its first slot');
lists("join 0000:09:00.0 0000:03:00.0\n", "gpupci1 pci_0000_02_00_0\n"
	. "gpupci2 pci_0000_03_00_0\n", 'join with a slot that is not there');

subtest 'functions of joined slots' => sub {
	my $fs = host("join 0000:03:00.0 0000:00:19.0 0000:02:00.0\n");
	my @functions = @{ gpupci_json($fs)->{functions} };

	is_deeply([map { "$_->{card} $_->{function} $_->{address}" } @functions], [
		'gpupci1 0 0000:03:00.0', 'gpupci1 1 0000:03:00.1', 'gpupci1 8 0000:00:19.0',
		'gpupci1 16 0000:02:00.0', 'gpupci1 17 0000:02:00.1'], 'count from 8 and 16');
};

subtest 'exclude wins' => sub {
	my $fs = host("join 0000:02:00.0 0000:03:00.0\nexclude 0000:03:00.1\n");

	is_deeply([map { $_->{address} } @{ gpupci_json($fs)->{functions} }],
		['0000:02:00.0', '0000:02:00.1'], 'over join');
	lists("exclude 0000:02:00.1\nexclude 0000:02:00.0\n", "gpupci1 pci_0000_03_00_0\n", 'twice');
};

# The integrated graphics of isc30/ryzen-gpu-passthrough-proxmox#77: 780M, sound, and the processor's
# USB, each in an IOMMU group of its own.
subtest 'where an include line names a slot, exclude goes by function' => sub {
	my $fs = Sysfs->new;
	my %class = (0 => '030000', 1 => '040300', 2 => '108000', 3 => '0c0330', 4 => '0c0330', 5 => '048000',
		6 => '040300');
	my $functions = sub {
		$fs->write_file('etc/gpupci.conf', join('', map { "$_\n" } @_));
		return join ' ', map { "$_->{card}/$_->{function}" } @{ gpupci_json($fs)->{functions} };
	};

	$fs->device('0000:00:08.1', vendor => '1022', device => '14eb', class => '060400', bridge => 1,
		driver => 'pcieport', group => 10);
	$fs->device("0000:c7:00.$_", under => '0000:00:08.1', vendor => $_ && $_ < 5 ? '1022' : '1002',
		device => sprintf('15b%x', $_), class => $class{$_}, group => 20 + $_) for 0 .. 6;
	is($functions->('include c7:00.0'), join(' ', map { "gpupci1/$_" } 0 .. 6), 'all of the slot');
	is($functions->('include c7:00.0', 'exclude c7:00.3'),
		join(' ', map { "gpupci1/$_" } 0 .. 2, 4 .. 6), 'all but one');
	is($functions->('exclude c7:00.2 c7:00.3 c7:00.4 c7:00.5 c7:00.6', 'include c7:00.0'), 'gpupci1/0 gpupci1/1',
		'the graphics and its sound alone, in any order of lines');
	is($functions->('include c7:00.1', 'exclude c7:00.0'), join(' ', map { "gpupci1/$_" } 1 .. 6),
		'the first function left out');
	is($functions->('exclude c7:00.3'), '', 'without an include line the whole slot');
	my ($code, $out) = gpupci($fs, '--check', '--json');
	is(scalar(grep { $_->{check} eq 'config' } @{ JSON::PP->new->decode($out)->{checks} }), 0, 'as it says');
};

subtest 'a line that does nothing' => sub {
	my $rows = sub {
		my ($code, $out) = gpupci(host(join '', map { "$_\n" } @_), '--check', '--json');

		return [ map { "$_->{state} $_->{found}" } grep { $_->{check} eq 'config' }
			@{ JSON::PP->new->decode($out)->{checks} } ];
	};

	is_deeply($rows->('include 0000:00:02.0', 'exclude 09:00.0', 'include 0000:04:00.0'), [
		'warn include 0000:00:02.0 does nothing: that is a bridge, which no VM can have',
		'warn exclude 0000:09:00.0 does nothing: there is no PCI function' ], 'is a warning of --check');
	is_deeply($rows->('include 09:00.0'),
		['warn include 0000:09:00.0 does nothing: there is no PCI function'], 'a function that is not there');
};

subtest 'the integrated GPU' => sub {
	my $fs = host("include 0000:00:02.1\n");
	my %intel = (vendor => '8086', device => '3e92', class => '030000');

	$fs->root_port('0000:00:01.0');
	$fs->device('0000:01:00.0', under => '0000:00:01.0', %intel);
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_01_00_0\ngpupci2 pci_0000_02_00_0\n"
		. "gpupci3 pci_0000_03_00_0\n", 'Intel behind a bridge is a card');
	$fs->device('0000:00:05.0', %intel);
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_01_00_0\ngpupci2 pci_0000_02_00_0\n"
		. "gpupci3 pci_0000_03_00_0\n", 'Intel on the root bus is not a card');
	$fs->write_file('etc/gpupci.conf', "include 0000:00:05.0\n");
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_00_05_0\ngpupci2 pci_0000_01_00_0\n"
		. "gpupci3 pci_0000_02_00_0\ngpupci4 pci_0000_03_00_0\n", '... unless included');
};

subtest 'virtual functions go by their own address' => sub {
	my $fs = host("exclude 0000:02:00.4\n");

	$fs->device("0000:02:00.$_", under => '0000:00:02.0', vendor => '10de',
		device => '1db6', class => '030200', physfn => '0000:02:00.0') for 4, 5;
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_02_00_5\n"
		. "gpupci3 pci_0000_03_00_0\n", 'one excluded');
	$fs->write_file('etc/gpupci.conf', "exclude 0000:02:00.0\n");
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_4\ngpupci2 pci_0000_02_00_5\n"
		. "gpupci3 pci_0000_03_00_0\n", 'the physical one excluded');
};

subtest 'an NVSwitch goes by vendor and exclude too' => sub {
	my $fs = host("");

	$fs->device('0000:05:00.0', under => '0000:00:02.0', vendor => '10de',
		device => '1af1', class => '068000');
	is(gpupci_json($fs)->{end}, 5, 'reported');
	$fs->write_file('etc/gpupci.conf', "exclude 0000:05:00.0\n");
	is(gpupci_json($fs)->{end}, 4, 'excluded');
	$fs->write_file('etc/gpupci.conf', "vendor 1002\n");
	is(gpupci_json($fs)->{end}, 0, 'of a vendor that is not listed');
	$fs->write_file('etc/gpupci.conf', "include 0000:05:00.0\n");
	gpupci_ok($fs, ['-l'], "${both}gpupci3 pci_0000_05_00_0\n", 'included it is a card');
	is((grep { $_->{address} eq '0000:05:00.0' } @{ gpupci_json($fs)->{functions} })[0]{kind}, 'pci',
		'as any other');
};

my @wrong = (
	["gpu 0000:02:00.0", 1, qr/unknown word 'gpu'/],
	["# fine\nvendor 10de\nvender 1002", 3, qr/unknown word 'vender'/],
	["Vendor 10de", 1, qr/unknown word 'Vendor'/],
	["\e[31m", 1, qr/unknown word '\(unprintable\)'/],
	["vendor", 1, qr/nothing after the first word/],
	["vendor # 10de", 1, qr/nothing after the first word/],
	["vendor any", 1, qr/not a vendor id 'any'/],
	["vendor 10de 0x1002", 1, qr/not a vendor id '0x1002'/],
	["vendor 10d", 1, qr/not a vendor id '10d'/],
	["class 3", 1, qr/not a class '3'/],
	["class 03000000", 1, qr/not a class '03000000'/],
	["class -3", 1, qr/not a class '-3'/],
	["include 0000:02:00", 1, qr/not a PCI address '0000:02:00'/],
	["exclude 0000:02:00.8", 1, qr/not a PCI address '0000:02:00\.8'/],
	["exclude gpupci1", 1, qr/not a PCI address 'gpupci1'/],
	["join 0000:02:00.0", 1, qr/only one slot to join/],
	["join 0000:02:00.0 0000:03:00.1", 1, qr/not a slot '0000:03:00\.1'/],
	["join 0000:02:00.0 0000:02:00.0", 1, qr/joined a second time: '0000:02:00\.0'/],
	["join 02:00.0 03:00.0\njoin 04:00.0 03:00.0", 2, qr/joined a second time/],
	["include 02:00.0\nexclude 02:00.0", 2, qr/included or joined by an earlier line/],
	["exclude 02:00.0\ninclude 02:00.0", 2, qr/excluded by an earlier line/],
	["exclude 02:00.0\njoin 02:00.0 03:00.0", 2, qr/excluded by an earlier line/],
	["vendor 10de\0", 1, qr/a zero byte/],
);
for my $case (@wrong) {
	my ($content, $line, $pattern) = @$case;
	my $fs = host("$content\n");

	gpupci_fails($fs, ['-l'], 1, qr{^gpupci: \Q@{[$fs->root]}\E/etc/gpupci\.conf:$line: $pattern},
		$content =~ s/[^ -~]/?/gr);
}

subtest 'a file that cannot be read' => sub {
	my $fs = Sysfs->walkthrough_host();

	mkdir($fs->root . '/etc/gpupci.conf');
	gpupci_fails($fs, ['-l'], 1, qr{cannot read \S+/etc/gpupci\.conf: Is a directory},
		'is an error');
};

subtest 'the sample' => sub {
	open(my $file, '<', 'system/gpupci.conf') or die;
	my @lines = <$file>;
	my @commented = map { s/^#(?=[a-z])//r } @lines;

	lists(join('', @lines), $both, 'is all comment');
	isnt("@commented", "@lines", 'its examples, taken in ...');
	lists(join('', @commented), "gpupci1 pci_0000_02_00_0\n", '... are understood');
};

done_testing();
