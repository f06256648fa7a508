# SPDX-License-Identifier: GPL-2.0-or-later
# A made-up host: what gpupci reads of a machine, below a folder.
package Sysfs;
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Spec;
use File::Temp;

# Below a folder given, or a temporary one that goes with the object.
sub new {
	my ($class, $root) = @_;
	my $self = bless { folders => {} }, $class;

	$self->{temporary} = File::Temp->newdir() unless defined $root;
	$self->{root} = defined $root ? $root : "$self->{temporary}";
	make_path("$self->{root}/sys/bus/pci/devices", "$self->{root}/sys/devices");
	return $self;
}

sub root { return $_[0]{root} }

# Where a device's folder really is: $fs->folder('0000:02:00.0').
sub folder {
	my ($self, $address) = @_;
	return "$self->{root}/$self->{folders}{$address}";
}

sub write_file {
	my ($self, $path, $content) = @_;
	my $file = "$self->{root}/$path";
	my $handle;

	# The folder is there as a rule.
	if (!open $handle, '>:raw', $file) {
		make_path(dirname($file));
		open($handle, '>:raw', $file) or die "$file: $!";
	}
	print $handle $content;
	close($handle) or die "$file: $!";
	return $file;
}

# A relative link from one path below the root to another, as sysfs has them.
sub link_to {
	my ($self, $from, $to) = @_;
	my $target = File::Spec->abs2rel("/$to", '/' . dirname($from));

	return if symlink $target, "$self->{root}/$from";
	make_path("$self->{root}/" . dirname($from));
	symlink($target, "$self->{root}/$from") or die "$from: $!";
}

# Adds a device. The address, then:
#   under        the bridge above it, itself added before; none: the root bus DOMAIN:00, or
#                the one that root => '0000:80' says; that one is below a device where
#                root_under names it, as the root of another domain is below a VMD
#   vendor device class subvendor subdevice revision   hexadecimal, without 0x
#   group driver numa boot_vga power                   as numbers and words
#   link         [speed, width, speed at most, width at most]
#   bars         [[index, size, flags], ...]
#   config       bytes of its configuration space that can be read: 64, 256 or 4096
#   serial       a Device Serial Number in it, '52-54-00-ff-ff-12-34-56'
#   bridge       true for a header of type 1
#   acs          Access Control Services in it: on, off
#   express      type of its PCI Express capability: 0 endpoint, 4 root, 5 upstream, 6 downstream
#   registers    { index => value } of Base Address Registers; BARs have none on their own
#   dead         true for a device that fell off the bus: its configuration reads as ones
#   physfn       the physical function it is a virtual one of
#   files        { name => content } put in, whatever it replaces; undef takes it out
sub device {
	my ($self, $address, %is) = @_;
	my ($domain) = $address =~ /^([^:]+):/;
	my $above = $is{under} ? $self->{folders}{ $is{under} }
		: ($is{root_under} ? $self->{folders}{ $is{root_under} } : 'sys/devices')
			. '/pci' . ($is{root} // "$domain:00");
	my $folder = "$above/$address";
	my %files = (files(%is), %{ $is{files} || {} });

	$self->{folders}{$address} = $folder;
	make_path("$self->{root}/$folder");
	for my $name (sort keys %files) {
		$self->write_file("$folder/$name", $files{$name}) if defined $files{$name};
	}
	$self->link_to("sys/bus/pci/devices/$address", $folder);
	if (defined $is{driver}) {
		make_path("$self->{root}/sys/bus/pci/drivers/$is{driver}");
		$self->link_to("$folder/driver", "sys/bus/pci/drivers/$is{driver}");
	}
	if (defined $is{group}) {
		my $group = "sys/kernel/iommu_groups/$is{group}";

		$self->link_to("$group/devices/$address", $folder);
		$self->write_file("$group/type", "DMA-FQ\n");
		$self->link_to("$folder/iommu_group", $group);
	}
	if ($is{physfn}) {
		my $physical = $self->{folders}{ $is{physfn} };
		my $number = $self->{virtual}{ $is{physfn} }++ // 0;

		$self->link_to("$folder/physfn", $physical);
		$self->link_to("$physical/virtfn$number", $folder);
		$self->write_file("$physical/sriov_numvfs", $number + 1 . "\n");
		$self->write_file("$physical/sriov_totalvfs", "16\n");
	}
	return $self;
}

# The attribute files of a device.
sub files {
	my (%is) = @_;
	my %files = (
		vendor => "0x$is{vendor}\n",
		device => "0x$is{device}\n",
		class => "0x$is{class}\n",
		subsystem_vendor => '0x' . ($is{subvendor} // '0000') . "\n",
		subsystem_device => '0x' . ($is{subdevice} // '0000') . "\n",
		revision => '0x' . ($is{revision} // '00') . "\n",
		irq => "0\n",
		resource => resource($is{bars} || []),
		config => config(%is),
		numa_node => ($is{numa} // -1) . "\n",
		driver_override => "(null)\n",
		'power/runtime_status' => ($is{power} // 'active') . "\n",
		driver_override => "(null)\n",
	);

	$files{boot_vga} = "$is{boot_vga}\n" if defined $is{boot_vga};
	$files{secondary_bus_number} = "1\n" if $is{bridge};
	if (my $link = $is{link}) {
		$files{current_link_speed} = "$link->[0]\n";
		$files{current_link_width} = "$link->[1]\n";
		$files{max_link_speed} = "$link->[2]\n";
		$files{max_link_width} = "$link->[3]\n";
	}
	return %files;
}

# A process: process(PID, command => 'words', cgroup => '/system.slice/x.service',
# open => ['/dev/dri/card0'], mounts => "lines of mountinfo").
sub process {
	my ($self, $pid, %is) = @_;
	my $number = 3;

	make_path("$self->{root}/proc/$pid/fd");
	$self->write_file("proc/$pid/comm", ($is{comm} // 'program') . "\n");
	$self->write_file("proc/$pid/cmdline", join("\0", split(/ /, $is{command})) . "\0")
		if defined $is{command};
	$self->write_file("proc/$pid/cgroup", "0::$is{cgroup}\n") if defined $is{cgroup};
	$self->write_file("proc/$pid/mountinfo", $is{mounts} // '');
	for my $path (@{ $is{open} || [] }) {
		symlink($path, "$self->{root}/proc/$pid/fd/" . $number++) or die "$path: $!";
	}
	return $self;
}

# A device node below a device: node('0000:02:00.0', 'drm/card0', 'dri/card0', '226:0').
sub node {
	my ($self, $address, $folder, $name, $number) = @_;
	my $below = "$self->{folders}{$address}/$folder";
	my ($major, $minor) = split(/:/, $number);

	$self->write_file("$below/dev", "$number\n");
	my $type = $name =~ /^nvme\d+n\d+p\d+$/ ? "DEVTYPE=partition\n"
		: $name =~ /^nvme\d+n\d+$/ ? "DEVTYPE=disk\n" : '';
	$self->write_file("$below/uevent", "MAJOR=$major\nMINOR=$minor\nDEVNAME=$name\n$type");
	return $self;
}

# A mediated device of a device, in an IOMMU group of its own, as in the kernel's
# Documentation/driver-api/vfio-mediated-device.rst: mediated(PARENT, UUID, GROUP, TYPE).
sub mediated {
	my ($self, $address, $uuid, $group, $type) = @_;
	my $folder = "$self->{folders}{$address}/$uuid";
	my $types = "$self->{folders}{$address}/mdev_supported_types";

	$self->write_file("$types/$type/device_api", "vfio-pci\n");
	$self->write_file("$folder/uevent", "DRIVER=vfio_mdev\n");
	$self->link_to("$folder/mdev_type", "$types/$type");
	$self->link_to("$types/$type/devices/$uuid", $folder);
	$self->link_to("sys/bus/mdev/devices/$uuid", $folder);
	$self->link_to("sys/kernel/iommu_groups/$group/devices/$uuid", $folder);
	$self->link_to("$folder/iommu_group", "sys/kernel/iommu_groups/$group");
	$self->write_file("sys/devices/virtual/vfio/$group/dev", "240:$group\n");
	$self->link_to("sys/class/vfio/$group", "sys/devices/virtual/vfio/$group");
	return $self;
}

# A network interface of a device: interface('0000:02:00.0', 'eno1', flags => '0x1003',
# upper => 'br0'); without flags it is not up.
sub interface {
	my ($self, $address, $name, %is) = @_;
	my $folder = "$self->{folders}{$address}/net/$name";
	my $flags = $is{flags} // '0x1002';

	$self->write_file("$folder/flags", "$flags\n");
	$self->write_file("$folder/operstate", (hex($flags) & 1 ? 'up' : 'down') . "\n");
	$self->link_to("sys/class/net/$name", $folder);
	if (defined $is{upper}) {
		make_path("$self->{root}/sys/devices/virtual/net/$is{upper}");
		$self->link_to("$folder/upper_$is{upper}", "sys/devices/virtual/net/$is{upper}");
	}
	return $self;
}

# What udev's database has on a block device.
sub write_udev {
	my ($self, $major, $minor, $lines) = @_;

	$self->write_file("run/udev/data/b$major:$minor", $lines);
	return $self;
}

# The resource file: six BARs and the ROM at least.
sub resource {
	my ($bars) = @_;
	my @lines = ([0, 0, 0]) x 13;
	my $start = 0x40 << 32;

	for my $bar (@$bars) {
		my ($index, $size, $flags) = @$bar;

		$lines[$index] = [$start, $start + $size - 1, $flags];
		$start += 2 * $size;
	}
	return join('', map { sprintf("0x%016x 0x%016x 0x%016x\n", @$_) } @lines);
}

# The configuration space of a PCIe device, as far as it is looked at.
sub config {
	my (%is) = @_;
	my $bytes = "\0" x 4096;

	return "\xff" x ($is{config} // 4096) if $is{dead};
	my $class = hex($is{class});

	substr($bytes, 0x00, 4) = pack('v2', hex($is{vendor}), hex($is{device}));
	substr($bytes, 0x06, 2) = pack('v', 0x0010);    # has capabilities
	substr($bytes, 0x08, 4) =
		pack('C4', hex($is{revision} // '00'), $class & 0xff, $class >> 8 & 0xff,
			$class >> 16);
	substr($bytes, 0x0e, 1) = pack('C', $is{bridge} ? 0x01 : 0x80);
	substr($bytes, 0x2c, 4) =
		pack('v2', hex($is{subvendor} // '0000'), hex($is{subdevice} // '0000'))
		unless $is{bridge};
	substr($bytes, 0x34, 1) = pack('C', 0x40);
	my $express = $is{express} // ($is{bridge} ? 4 : 0);
	substr($bytes, 0x40, 4) =
		pack('CCv', 0x10, 0, $express << 4 | ($express =~ /^[46]$/ ? 0x0102 : 0x0002));
	for my $index (keys %{ $is{registers} || {} }) {
		substr($bytes, 0x10 + 4 * $index, 4) = pack('V', $is{registers}{$index});
	}
	my $after = $is{acs} ? 0x148 : $is{serial} ? 0x150 : 0;
	substr($bytes, 0x100, 4) = pack('V', 0x00010001 | $after << 20);
	if ($is{acs}) {
		substr($bytes, 0x148, 4) = pack('V', 0x0001000d | ($is{serial} ? 0x150 << 20 : 0));
		substr($bytes, 0x14c, 4) = pack('v2', 0x5f, $is{acs} eq 'on' ? 0x1d : 0x01);
	}
	if ($is{serial}) {
		substr($bytes, 0x150, 4) = pack('V', 0x00010003);
		substr($bytes, 0x154, 8) = join('', map { pack('H2', $_) }
				reverse split(/-/, $is{serial}));
	}
	return substr($bytes, 0, $is{config} // 4096);
}

# A root port on the root bus.
sub root_port {
	my ($self, $address, %is) = @_;

	return $self->device($address, vendor => '8086', device => '6f02', class => '060400',
		bridge => 1, driver => 'pcieport', %is);
}

# Both functions of an NVIDIA card in one group, below a bridge.
sub nvidia_card {
	my ($self, $slot, $under, $group, %video) = @_;
	my @link = (link => ['2.5 GT/s PCIe', 16, '8.0 GT/s PCIe', 16]);

	$self->device("$slot.0", under => $under, vendor => '10de', device => '1b06',
		class => '030000', subvendor => '10de', subdevice => '120f', revision => 'a1',
		group => $group, driver => 'nvidia', numa => 0, boot_vga => 0, @link,
		bars => [[0, 1 << 24, 0x40200], [1, 1 << 28, 0x14220c], [3, 1 << 25, 0x14220c],
			[5, 128, 0x40101]], %video);
	return $self->device("$slot.1", under => $under, vendor => '10de', device => '10ef',
		class => '040300', subvendor => '10de', subdevice => '120f', revision => 'a1',
		group => $group, driver => 'snd_hda_intel', numa => 0, @link,
		bars => [[0, 1 << 14, 0x40200]]);
}

# The VM host of the walk-through: two cards, and what else such a machine has.
sub walkthrough_host {
	my ($class, $root) = @_;
	my $fs = $class->new($root);

	$fs->write_file('etc/hostname', "vm-container-0-15\n");
	$fs->device('0000:00:00.0', vendor => '8086', device => '6f00', class => '060000',
		group => 0);
	$fs->root_port('0000:00:02.0', group => 1);
	$fs->root_port('0000:00:03.0', group => 2);
	$fs->root_port('0000:00:1c.0', group => 3);
	$fs->device('0000:00:19.0', vendor => '8086', device => '15a1', class => '020000',
		group => 4, driver => 'e1000e');
	$fs->device('0000:00:1f.0', vendor => '8086', device => '8d44', class => '060100',
		group => 5, driver => 'lpc_ich');
	$fs->device('0000:00:1f.2', vendor => '8086', device => '8d02', class => '010601',
		group => 5, driver => 'ahci');
	$fs->device('0000:04:00.0', under => '0000:00:1c.0', vendor => '1a03',
		device => '2000', class => '030000', group => 6, driver => 'ast',
		boot_vga => 1);
	$fs->nvidia_card('0000:02:00', '0000:00:02.0', 12);
	$fs->nvidia_card('0000:03:00', '0000:00:03.0', 13);
	return $fs;
}

1;
