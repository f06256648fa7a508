# SPDX-License-Identifier: GPL-2.0-or-later
# The machines of tests/data/hosts, whose README says how they are written.
package Hosts;
use strict;
use warnings;
use Exporter qw(import);
use Sysfs;

our @EXPORT_OK = qw(host_names make_host);

my $folder = 'tests/data/hosts';
my %unit = ('' => 1, K => 1 << 10, M => 1 << 20, G => 1 << 30);
# Flags of struct resource in the kernel: I/O; memory; 64 bits, prefetchable; 64 bits.
# Types of the PCI Express capability (PCI_EXP_TYPE_… in pci_regs.h).
my %express = (root => 4, upstream => 5, downstream => 6);
my %bar_flags = (io => 0x40101, '' => 0x40200, p => 0x14220c, 64 => 0x140204);

# Their names, in order.
sub host_names {
	my ($from) = @_;
	return grep { !/\.|^README$/ } map { s{.*/}{}r } sort glob(($from // $folder) . '/*');
}

# Makes the machine below a folder given, or a temporary one; a Sysfs.
sub make_host {
	my ($name, $root, $from) = @_;
	my $fs = Sysfs->new($root);
	my @lines = read_lines(($from // $folder) . "/$name");

	for my $line (grep { /^=/ } @lines) {
		my (undef, $path, $content) = split(' ', $line, 3);
		$fs->write_file($path, $content =~ s/\\n/\n/gr . "\n");
	}
	# A bridge is made before what is below it.
	my %todo = map { (split(' ', $_))[0] => $_ } grep { !/^=/ } @lines;
	while (my @ready = grep { is_ready(\%todo, $_) } sort keys %todo) {
		add_device($fs, delete $todo{$_}) for @ready;
	}
	die "$name: nothing is above: ", join(' ', sort keys %todo), "\n" if %todo;
	return $fs;
}

sub read_lines {
	my ($file) = @_;
	open(my $handle, '<', $file) or die "$file: $!\n";
	return grep { /\S/ && !/^#/ } map { chomp; $_ } <$handle>;
}

# Whether what the device hangs on was made.
sub is_ready {
	my ($todo, $address) = @_;
	my @needs = $todo->{$address} =~ m{ (?:<|vf=)([0-9a-f]+:[0-9a-f]+:[0-9a-f]+\.\d)}g;
	return !grep { $todo->{$_} } @needs;
}

sub add_device {
	my ($fs, $line) = @_;
	my ($address, $class, $ids, $subsystem, $revision, @words) = split(' ', $line);
	my %is = (class => $class, revision => $revision eq '-' ? '00' : $revision);

	@is{qw(vendor device)} = split(/:/, $ids);
	@is{qw(subvendor subdevice)} = split(/:/, $subsystem) if $subsystem ne '-';
	for my $word (@words) {
		if ($word =~ m{^<(\S+\.\d)/(\S+)$}) { @is{qw(root_under root)} = ($1, $2) }
		elsif ($word =~ /^<(\S+\.\d)$/) { $is{under} = $1 }
		elsif ($word =~ /^<(\S+)$/) { $is{root} = $1 }
		elsif ($word =~ /^(bridge|dead)$/) { $is{$1} = 1 }
		elsif ($word =~ /^port=(\w+)$/) { @is{qw(bridge express)} = (1, $express{$1}) }
		elsif ($word =~ /^registers=(.*)$/) {
			$is{registers} = { map { my ($at, $value) = split(/:/); $at => hex($value) }
				split(/,/, $1) };
		}
		elsif ($word =~ /^(\w+):=(.*)$/) { $is{files}{$1} = "$2\n" }
		elsif ($word =~ /^vpd=(.*)$/) { $is{files}{vpd} = vpd($1) }
		elsif ($word =~ /^vf=(.*)$/) { $is{physfn} = $1 }
		elsif ($word =~ /^link=(.*)$/) { $is{link} = link_of($1) }
		elsif ($word =~ /^bars=(.*)$/) { $is{bars} = [map { bar_of($_) } split(/,/, $1)] }
		elsif ($word =~ /^(group|driver|numa|boot_vga|power|serial|acs)=(.*)$/) { $is{$1} = $2 }
		else { die "$address: what is '$word'?\n" }
	}
	$fs->device($address, %is);
}

# "8.0x16/16.0x16" as the kernel's four attributes.
sub link_of {
	my ($text) = @_;
	my ($speed, $width, $most_speed, $most_width) =
		$text =~ m{^(\S+)x(\S+)/(\S+)x(\S+)$} or die "what is the link '$text'?\n";

	return [map { /^\?$/ ? 'Unknown' : /\./ ? "$_ GT/s PCIe" : $_ } $speed,
		$width eq '?' ? 0 : $width, $most_speed, $most_width];
}

# "1:16G:p"
sub bar_of {
	my ($text) = @_;
	my ($index, $size, $unit, $flags) = $text =~ /^(\d):(\d+)([KMG]?)(?::(p|io|64))?$/
		or die "what is the BAR '$text'?\n";

	return [$index, $size * $unit{$unit}, $bar_flags{ $flags // '' }];
}

# Vital Product Data that hold a serial number: PCI Local Bus 3.0, appendix I.
sub vpd {
	my ($serial) = @_;
	my $fields = 'SN' . pack('C', length($serial)) . $serial;

	return pack('Cv', 0x90, length($fields)) . $fields . pack('C', 0x78);
}

1;
