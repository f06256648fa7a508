#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The machines of tests/data/hosts: what gpupci prints for each is as expected, and lspci
# prints the same.
use strict;
use warnings;
use Test::More;

use Gpupci;
use Hosts qw(host_names make_host);

my @names = host_names();
my %left_out = ('amd-integrated' => '0000:04:00.0', 'arc-a770' => '0000:00:02.0',
	'arc-a770-dead' => '0000:00:02.0', 'domain-10000' => '0000:00:02.0',
	'iommu-off' => '0000:00:02.0', kaveri => '0000:00:01.0', 'p2000m-optimus' => '0000:00:02.0',
	'pe1950-es1000' => '0000:0e:0d.0',
	rs880 => '0000:01:05.0', 'shared-with-nvme' => '0000:00:02.0');

# All that gpupci prints of a host, as in NAME.expected.
sub told {
	my ($fs) = @_;
	my @told;

	for my $words (['-l'], ['-s', 'all'], ['-l', '--json']) {
		my ($code, $out, $err) = gpupci($fs, @$words);
		push(@told, "\$ gpupci @$words\n$out$err" . ($code ? "exit status $code\n" : ''));
	}
	return join("\n", @told);
}

# What lspci prints of every device: address => [class, vendor:device, driver].
sub lspci {
	my ($fs) = @_;
	my $path = $fs->root . '/sys/bus/pci';
	my %devices;

	open(my $answer, '-|', 'sh', '-c', 'exec lspci -O sysfs.path="$0" -nDkv 2>/dev/null', $path)
		or die "lspci: $!";
	local $/ = '';
	while (my $device = <$answer>) {
		my ($address, $class, $ids) =
			$device =~ /\A(\S+) ([0-9a-f]{4}): ([0-9a-f]{4}:[0-9a-f]{4})/
			or die "lspci says: $device";
		my ($driver) = $device =~ /^\tKernel driver in use: (.*)$/m;
		my ($group) = $device =~ /IOMMU group (\d+)/;
		# It stops there when the configuration space reads as ones.
		$group = 'not said' if $device =~ /Unknown header type 7f/;
		$devices{$address} = [$class, $ids, $driver, $group];
	}
	close($answer) or die "lspci failed (package pciutils)\n";
	return \%devices;
}

sub expected_is {
	my ($name, $got) = @_;
	my $file = "tests/data/hosts/$name.expected";

	if ($ENV{REGENERATE}) {
		open(my $handle, '>:raw', $file) or die "$file: $!";
		print $handle $got;
		close($handle) or die;
	}
	is($got, Gpupci::slurp($file), "$name: prints what is expected");
}

cmp_ok(scalar(@names), '>=', 12, 'there are twelve at least');
for my $name (@names) {
	my $fs = make_host($name);
	my $functions = gpupci_json($fs)->{functions};
	my $lspci = lspci($fs);
	my %theirs = map { $_ => $lspci->{$_} } map { $_->{address} } @$functions;
	my %dead = map { $_->{address} => 'not said' } grep { ($_->{responds} // 1) == 0 } @$functions;

	expected_is($name, told($fs));
	is_deeply({ map { $_->{address} => [substr($_->{class}, 0, 4), "$_->{vendor}:$_->{device}",
			$_->{driver}, $dead{ $_->{address} } // $_->{iommu_group}] } @$functions },
		\%theirs, "$name: lspci prints the same classes, ids, drivers and groups");
	# Devices of the built-in vendors and classes that must not be cards.
	my %ours = map { $_->{address} => 1 } @$functions;
	is_deeply([grep { !$ours{$_} } sort grep { $lspci->{$_}[0] =~ /^(03|12|0680)/
			&& $lspci->{$_}[1] =~ /^(10de|1002|8086):/ } keys %$lspci],
		[split(' ', $left_out{$name} // '')],
		"$name: only integrated displays and a management VGA are left out");
	my @long = grep { length > 80 } split(/\n/, (gpupci($fs, '-s', 'all'))[1]);
	is_deeply(\@long, [], "$name: --status fits into 80 columns") if $name ne 'gb200';
}

done_testing();
