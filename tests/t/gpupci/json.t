#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --list --json: the document that the frontend reads (doc/gpupci-scan.rst).
use strict;
use warnings;
use JSON::PP;
use Test::More;

use Gpupci;
use Sysfs;

my %nvidia = (vendor => '10de', device => '1db6', class => '030200');
my $true = JSON::PP::true;
my $false = JSON::PP::false;

sub functions {
	return @{ gpupci_json($_[0])->{functions} };
}

# One value of every function, in order.
sub values_of {
	my ($fs, $key) = @_;
	return [map { $_->{$key} } functions($fs)];
}

subtest 'the walk-through host' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $document = gpupci_json($fs);
	my @functions = @{ delete $document->{functions} };

	is_deeply($document, { schema => 'gpupci-scan', version => 1,
		host => 'vm-container-0-15', end => 4 }, 'the frame');
	is_deeply($functions[2], {
		card => 'gpupci2', kind => 'pci', parent => undef, function => 0,
		address => '0000:03:00.0', class => '030000', vendor => '10de',
		device => '1b06', subvendor => '10de', subdevice => '120f',
		revision => 'a1', iommu_group => 13, driver => 'nvidia', vfio => $false, vgpu => undef,
		numa_node => 0,
		path => '0000:00/03.0/00.0', serial => undef, boot_display => $false,
		protected => undef, quarantined => $false, responds => $true, vfs => 0, vfs_most => undef,
		mates => [], power => 'active',
		bars => [
			{ index => 0, size => 16777216, prefetchable => $false, bits => 32 },
			{ index => 1, size => 268435456, prefetchable => $true, bits => 64 },
			{ index => 3, size => 33554432, prefetchable => $true, bits => 64 },
		],
		link_speed => '2.5 GT/s', link_width => 16, link_speed_max => '8.0 GT/s',
		link_width_max => 16, saved => $false, holders => undef,
	}, 'a function, to its last value');
	is_deeply([map { "$_->{card} $_->{function} $_->{address}" } @functions],
		['gpupci1 0 0000:02:00.0', 'gpupci1 1 0000:02:00.1', 'gpupci2 0 0000:03:00.0',
			'gpupci2 1 0000:03:00.1'], 'in order');
	my (undef, $out) = gpupci($fs, '--json', '--list');
	like($out, qr/\A\{"schema": "gpupci-scan", "version": 1, "host": "vm-container-0-15", "functions": \[\n(\{"card": [^\n]+\},\n){3}\{"card": [^\n]+\}\n\], "end": 4\}\n\z/,
		'a line a function, and the end mark last');
	like($out, qr/"card": "gpupci1", "kind": "pci", "parent": null, "function": 0, "address": "0000:02:00\.0"/,
		'keys in their order');
};

subtest 'no cards' => sub {
	gpupci_ok(Sysfs->new(), ['-l', '--json'],
		qq({"schema": "gpupci-scan", "version": 1, "host": null, "functions": [\n], "end": 0}\n),
		'the frame alone');
	my (undef, $out) = gpupci(undef, '-l', '--json');
	chomp(my $name = `uname -n`);
	is(JSON::PP->new->decode($out)->{host}, $name, 'the running system has its name');
};

subtest 'host names' => sub {
	for my $case (["rocks-33", 'rocks-33'], ["\n", undef], ["a\"b\\\n", 'a"b\\']) {
		my $fs = Sysfs->new();

		$fs->write_file('etc/hostname', $case->[0]);
		is(gpupci_json($fs)->{host}, $case->[1], 'out of etc/hostname');
	}
	my $fs = Sysfs->new();
	mkdir($fs->root . '/etc');
	mkdir($fs->root . '/etc/hostname');
	gpupci_fails($fs, ['-l', '--json'], 1, qr{/etc/hostname: Is a directory}, 'not readable');
};

subtest 'nothing known is null' => sub {
	my $fs = Sysfs->new();

	$fs->device('0000:02:00.0', %nvidia, config => 64, files => { map { $_ => undef }
		qw(subsystem_vendor subsystem_device revision numa_node power/runtime_status) });
	my ($function) = functions($fs);
	is_deeply([grep { !defined $function->{$_} } sort keys %$function], [qw(driver
		holders iommu_group link_speed link_speed_max link_width link_width_max numa_node parent
		power protected revision serial subdevice subvendor vfs_most vgpu)], 'all that can be absent');
	is_deeply($function->{bars}, [], 'no BARs');
};

subtest 'holders' => sub {
	my $fs = Sysfs->walkthrough_host();

	$fs->process(1, comm => 'systemd');
	is_deeply(values_of($fs, 'holders'), [[], [], [], []], 'nobody');
	$fs->node('0000:02:00.0', 'drm/card0', 'dri/card0', '226:0');
	$fs->node('0000:03:00.1', 'sound/card1/controlC1', 'snd/controlC1', '116:9');
	$fs->process(812, command => 'Xorg :0 "a"', cgroup => '/system.slice/x.service',
		open => ['/dev/dri/card0', '/dev/snd/controlC1', '/dev/dri/card0', '/dev/vfio/13']);
	my %xorg = (process => 812, unit => 'x.service', command => 'Xorg :0 "a"');
	is_deeply(values_of($fs, 'holders'), [[{ %xorg, what => '/dev/dri/card0' }], [],
		[{ %xorg, what => '/dev/vfio/13' }], [{ %xorg,
			what => '/dev/snd/controlC1, /dev/vfio/13' }]],
		'each function has its own');
};

subtest 'quarantine' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $journal = "gpupci-journal 1\nplan attach gpupci2 boot=x runtime=0 left=0 since=0\n"
		. "function 0000:03:00.1 id=10de:10ef module=- from=vfio-pci from-override=- to=* to-override=-\n";

	$fs->write_file('var/lib/gpupci/journal', "${journal}end 2\n");
	is_deeply(values_of($fs, 'quarantined'), [$false, $false, $true, $true],
		'a card that the journal has a plan of');
	like((gpupci($fs, '-s', 'all'))[1], qr/^gpupci2 is quarantined: a change of its drivers is unfinished/m,
		'the status says so');
	$fs->write_file('var/lib/gpupci/journal', $journal);
	is_deeply(values_of($fs, 'quarantined'), [(undef) x 4], 'half a journal: not known');
	my ($code, $out, $err) = gpupci($fs, '-s', 'all');
	is("$code$err", '0', 'the status does not fail');
	like($out =~ s/\s+/ /gr, qr{ whether cards are quarantined is not known: the journal \S+/var/lib/gpupci/journal is not as gpupci writes it; gpupci --restore renames it; a card},
		'... and says that it is not known, once, and what to do');
	unlike($out, qr/^gpupci\d is quarantined/m, '... and no more of it than that');
	is(() = $out =~ /quarantined/g, 1, '... once');
	# A renamed journal may be about any card, until the next boot.
	$fs->write_file('proc/stat', "cpu 1 2 3\nbtime " . (time - 1000) . "\nprocesses 1\n");
	(undef, undef, $err) = gpupci($fs, '--restore');
	like($err, qr/renamed to /, 'a change renames it');
	my $aside = $fs->root . '/var/lib/gpupci/journal.broken-1';
	ok(-e $aside, '... there');
	is_deeply(values_of($fs, 'quarantined'), [(undef) x 4], '... and it is still not known');
	$out = (gpupci($fs, '-s', 'all'))[1];
	like($out =~ s/\s+/ /gr, qr/ whether cards are quarantined is not known: a broken journal was renamed to \Q$aside\E; gpupci --attach or/,
		'... which the status says, and what to do');
	is((() = $out =~ /quarantined/g), 1, '... once');
	$fs->write_file('var/lib/gpupci/journal', "${journal}end 2\n");
	is_deeply(values_of($fs, 'quarantined'), [undef, undef, $true, $true],
		'a plan since then is known of');
	unlink($fs->root . '/var/lib/gpupci/journal') or die;
	$fs->write_file('proc/stat', "cpu 1 2 3\nbtime " . (time + 1000) . "\nprocesses 1\n");
	is_deeply(values_of($fs, 'quarantined'), [($false) x 4], 'it is of an earlier boot');
	unlink($fs->root . '/proc/stat') or die;
	is_deeply(values_of($fs, 'quarantined'), [(undef) x 4], 'that is null');
	unlink($aside) or die;
	is_deeply(values_of($fs, 'quarantined'), [($false) x 4], 'it was removed');
};

subtest 'the boot display' => sub {
	my $fs = Sysfs->walkthrough_host();

	$fs->write_file('sys/bus/pci/devices/0000:03:00.0/boot_vga', "1\n");
	is_deeply(values_of($fs, 'boot_display'), [$false, $false, $true, $false],
		'is one function');
	is_deeply(values_of($fs, 'protected'), [undef, undef, ('boot display') x 2],
		'... and protects its card');
};

subtest 'mates' => sub {
	my $fs = Sysfs->new();

	$fs->root_port('0000:00:01.0', group => 7);
	$fs->device('0000:00:00.0', vendor => '8086', device => '6f00', class => '060000',
		group => 7);
	$fs->nvidia_card('0000:02:00', '0000:00:01.0', 7);
	$fs->device('0000:04:00.1', under => '0000:00:01.0', vendor => '8086',
		device => '1521', class => '020000', group => 7);
	$fs->device('0000:04:00.0', under => '0000:00:01.0', vendor => '8086',
		device => '1521', class => '020000', group => 7);
	is_deeply(values_of($fs, 'mates'), [(['0000:04:00.0', '0000:04:00.1']) x 2],
		'without bridges, sorted');
	$fs->device('0000:05:00.0', under => '0000:00:01.0', %nvidia, group => 7);
	is_deeply(values_of($fs, 'mates'), [
		(['0000:04:00.0', '0000:04:00.1', '0000:05:00.0']) x 2,
		['0000:02:00.0', '0000:02:00.1', '0000:04:00.0', '0000:04:00.1'],
	], 'another card in the group is one');
};

subtest 'no IOMMU: no group, and so no mates' => sub {
	my $fs = Sysfs->new();

	$fs->device("0000:02:00.$_", %nvidia) for 0, 1;
	$fs->device('0000:03:00.0', %nvidia);
	is_deeply(values_of($fs, 'iommu_group'), [undef, undef, undef], 'null');
	is_deeply(values_of($fs, 'mates'), [[], [], []], 'none');
};

subtest 'the path does not depend on bus numbers' => sub {
	my $fs = Sysfs->new();

	$fs->root_port('0000:80:02.0', root => '0000:80');
	$fs->root_port('0000:82:10.3', under => '0000:80:02.0');
	$fs->device('0000:83:00.0', under => '0000:82:10.3', %nvidia);
	$fs->device('10000:01:00.0', root => '10000:e0', %nvidia);
	is_deeply(values_of($fs, 'path'), ['0000:80/02.0/10.3/00.0', '10000:e0/00.0'],
		'slots and functions from the root bus down');
};

subtest 'serials' => sub {
	my $fs = Sysfs->new();
	my $one = '48-b0-2d-ff-fe-12-34-56';

	$fs->device('0000:02:00.0', %nvidia, serial => $one);
	$fs->device('0000:02:00.1', %nvidia, class => '040300', serial => $one);
	$fs->device('0000:03:00.0', %nvidia, serial => '00-00-00-00-00-00-00-00');
	$fs->device('0000:04:00.0', %nvidia, serial => 'ff-ff-ff-ff-ff-ff-ff-ff');
	$fs->device('0000:05:00.0', %nvidia, serial => $one =~ s/56$/57/r, config => 256);
	$fs->device('0000:06:00.0', %nvidia, serial => $one =~ s/56$/58/r, config => 0x158);
	$fs->root_port('0000:00:07.0');
	$fs->device('0000:07:00.0', %nvidia, vendor => '1002', under => '0000:00:07.0',
		files => { unique_id => "4b6f6d6d656e7461\n" });
	is_deeply(values_of($fs, 'serial'),
		[$one, $one, undef, undef, undef, undef, '4b6f6d6d656e7461'],
		'blank and unreadable ones do not count; amdgpu has its own');
	$fs->device('0000:08:00.0', %nvidia, physfn => '0000:02:00.0', serial => $one);
	is_deeply(values_of($fs, 'serial'),
		[$one, $one, undef, undef, undef, undef, '4b6f6d6d656e7461', undef],
		'a virtual function has none');
	$fs->device('0000:09:00.1', %nvidia, class => '040300', serial => $one);
	$fs->device('0000:09:00.0', %nvidia, serial => '48-b0-2d-ff-fe-00-00-01');
	is_deeply(values_of($fs, 'serial'),
		[$one, $one, undef, undef, undef, undef, '4b6f6d6d656e7461', undef,
			'48-b0-2d-ff-fe-00-00-01', $one],
		'one of two cards is printed: the frontend remembers that it is shared');
	my $lspci = `lspci -O sysfs.path=@{[$fs->root]}/sys/bus/pci -s 02:00.0 -vv 2>/dev/null`;
	like($lspci, qr/Device Serial Number $one$/m, 'lspci reads the same');
};

subtest 'a configuration space that is cut short' => sub {
	for my $size (0, 63) {
		my $fs = Sysfs->new();

		$fs->device('0000:02:00.0', %nvidia, config => $size);
		gpupci_fails($fs, ['-l', '--json'], 1, qr{0000:02:00\.0/config: .*cut short},
			"$size bytes");
		gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\n", '--list needs none');
	}
	my $fs = Sysfs->new();
	$fs->device('0000:02:00.0', %nvidia, files => { config => undef });
	gpupci_fails($fs, ['-l', '--json'], 1, qr{0000:02:00\.0/config: .*not there}, 'none');
	$fs = Sysfs->new();
	$fs->device('0000:02:00.0', %nvidia, files => { config => "\xff" x 4096 });
	is_deeply(values_of($fs, 'serial'), [undef], 'a device that fell off the bus');
};

subtest 'kinds' => sub {
	my $fs = Sysfs->new();

	$fs->root_port('0000:00:01.0');
	$fs->device('0000:02:00.0', under => '0000:00:01.0', %nvidia);
	$fs->device('0000:02:00.4', under => '0000:00:01.0', %nvidia,
		physfn => '0000:02:00.0');
	$fs->device('0000:01:00.0', under => '0000:00:01.0', vendor => '10de',
		device => '1af1', class => '068000');
	is_deeply(values_of($fs, 'kind'), ['fabric', 'pci', 'vf'], 'each its own');
	is_deeply(values_of($fs, 'card'), [undef, 'gpupci1', 'gpupci2'],
		'an NVSwitch has no name and takes none away');
	is_deeply(values_of($fs, 'parent'), [undef, undef, '0000:02:00.0'], 'parents');
	$fs->device('0000:00:03.0', vendor => '10de', device => '01ed', class => '068000');
	is(scalar(functions($fs)), 3, 'a part of a chipset is not an NVSwitch');
	is_deeply(values_of($fs, 'vfs'), [0, 1, 0], 'numbers of virtual functions');
	is_deeply(values_of($fs, 'vfs_most'), [undef, 16, undef], 'and how many there can be');
};

subtest 'lspci agrees' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $listed = `lspci -O sysfs.path=@{[$fs->root]}/sys/bus/pci -nDk 2>/dev/null`;
	my $ours = '';

	is($?, 0, 'lspci is there (package pciutils)');
	for my $function (functions($fs)) {
		$ours .= "$function->{address} " . substr($function->{class}, 0, 4)
			. ": $function->{vendor}:$function->{device} (rev $function->{revision})\n"
			. "\tSubsystem: $function->{subvendor}:$function->{subdevice}\n"
			. "\tKernel driver in use: $function->{driver}\n";
	}
	my $theirs = join('', grep { /^\S+ \S+ 10de:/ } split(/^(?=\S)/m, $listed));
	is($ours, $theirs, 'on ids, classes and drivers');
};

# Lines of the files of Linux 6.1, with other numbers.
subtest 'memory' => sub {
	my $fs = Sysfs->new();
	my $pages = 'sys/devices/system/node/node0/hugepages/hugepages';

	$fs->device('0000:02:00.0', %nvidia, group => 7, driver => 'vfio-pci');
	$fs->write_file('proc/meminfo', "MemTotal:       24683620 kB\nMemFree:        12341808 kB\n"
		. "HugePages_Total:       0\nHugepagesize:       2048 kB\nHugetlb:               0 kB\n");
	for my $case (['2048kB', 512, 500], ['1048576kB', 1, 0]) {
		my ($size, $total, $free) = @$case;
		$fs->write_file("$pages-$size/nr_hugepages", "$total\n");
		$fs->write_file("$pages-$size/free_hugepages", "$free\n");
	}
	is_deeply(gpupci_json($fs)->{memory}, { total => 24683620 * 1024, huge_page => 2 << 20,
		huge_pages => [
			{ node => 0, size => 1 << 30, total => 1, free => 0 },
			{ node => 0, size => 2 << 20, total => 512, free => 500 } ],
		processes => [], complete => $false }, 'of the host, whose processes are not seen');
	$fs->process(1, comm => 'systemd');
	$fs->process(711, open => ['/dev/vfio/vfio', '/dev/vfio/7']);
	$fs->process(712, open => ['/dev/nvidia0']);
	is_deeply([map { gpupci_json($fs)->{memory}{$_} } qw(processes complete)],
		[[{ process => 711, address => '0000:02:00.0', locked => undef, pinned => undef,
			anonymous => undef, huge => undef }], $true], 'what cannot be read is null');
	$fs->write_file('proc/711/status', "Name:\tqemu-system-x86\nUid:\t64055\t64055\t64055\t64055\n"
		. "VmLck:\t   49152 kB\nVmPin:\t       0 kB\nRssAnon:\t   90112 kB\nHugetlbPages:\t    2048 kB\n");
	is_deeply(gpupci_json($fs)->{memory}{processes}, [{ process => 711, address => '0000:02:00.0',
		locked => 49152 << 10, pinned => 0, anonymous => 90112 << 10, huge => 2 << 20 }],
		'of a process with a card');
};

subtest 'the same twice' => sub {
	my $fs = Sysfs->walkthrough_host();

	is_deeply([gpupci($fs, '-l', '--json')], [gpupci($fs, '-l', '--json')],
		'to the byte');
};

done_testing();
