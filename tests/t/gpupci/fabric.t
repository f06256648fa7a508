#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The NVSwitches of an HGX board: no cards, but named with the GPUs that they join, and cards of
# their own for who includes them. The machine is tests/data/hosts/h100-nvswitch.
use strict;
use warnings;

use Gpupci;
use Hosts qw(make_host);
use JSON::PP;
use Sysfs;
use Test::More;

my @switches = map { "0000:$_:00.0" } qw(07 08 09 0a);

# The machine, the switches bound as asked, that configuration.
sub host {
	my ($driver, $config) = @_;
	my $fs = make_host('h100-nvswitch');

	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	$fs->process(1, comm => 'systemd');
	$fs->write_file('etc/gpupci.conf', $config) if defined $config;
	for my $address (@switches) {
		unlink $fs->folder($address) . '/driver';
		next unless $driver->{$address};
		mkdir $fs->root . "/sys/bus/pci/drivers/$driver->{$address}";
		$fs->link_to("sys/bus/pci/devices/$address/driver2", "sys/bus/pci/drivers/$driver->{$address}");
		rename($fs->folder($address) . '/driver2', $fs->folder($address) . '/driver') or die;
	}
	return $fs;
}

sub all { my ($driver) = @_; return { map { ($_ => $driver) } @switches } }

sub rows {
	my ($fs) = @_;
	my ($code, $out) = gpupci($fs, '--check', '--json');

	return [ grep { $_->{check} eq 'fabric' } @{ JSON::PP->new->decode($out)->{checks} } ];
}

my $rows = rows(host(all('nvidia-nvswitch')));
is(scalar(@$rows), 8, 'a row for each of the eight GPUs');
is($rows->[0]{state}, 'ok', 'that is how it should be');
is($rows->[0]{found}, '4 NVSwitches of the host join it with the other GPUs: '
	. join(', ', map { "$_ (nvidia-nvswitch)" } @switches), 'the switches');
like($rows->[0]{fix}, qr/all GPUs and all NVSwitches.*\n.*FABRIC_MODE=1 .*fmpm -a/s, 'and what a VM can have');

$rows = rows(host({ %{ all('nvidia-nvswitch') }, $switches[0] => 'vfio-pci', $switches[1] => undef }));
is("$rows->[7]{state} $rows->[7]{found}", 'warn 1 of the 4 NVSwitches that join it with the other GPUs are '
	. "detached, 2 are with the host: $switches[0] (vfio-pci), $switches[1] (no driver), "
	. join(', ', map { "$_ (nvidia-nvswitch)" } @switches[2, 3]), 'some of them');
is(rows(host(all('vfio-pci')))->[0]{state}, 'warn', 'all of them');
is_deeply(rows(make_host('t4')), [], 'a host without');

# Detached they are as cards.
my $fs = host(all('nvidia-nvswitch'));
is_deeply([ gpupci($fs, '-d', $switches[0], '--dry-run') ], [ 3, '', 'gpupci: fabric is not a card: it joins GPUs. '
	. 'An include line in /etc/gpupci.conf with its address makes it one, for the VM that gets all GPUs '
	. "with it; nothing was changed\n" ], 'not without an include line');
$fs = host(all('nvidia-nvswitch'), "include @switches\n");
is_deeply([ map { "$_->{card} $_->{kind}" } grep { $_->{class} eq '068000' }
	@{ gpupci_json($fs)->{functions} } ], [ map { "gpupci$_ pci" } 1 .. 4 ], 'included they are cards');
my ($code, $out) = gpupci($fs, '-d', 'gpupci1', '--dry-run');
is($code, 0, 'and detached');
like($out, qr{^echo vfio-pci > /sys/bus/pci/devices/\Q$switches[0]\E/driver_override$}m, 'as cards are');
is(scalar(@{ rows($fs) }), 8, 'the GPUs name them still');

# As on NVIDIA's HGX H200 of bigstack-oss/cubecos#259, where they share an IOMMU group.
for my $address (@switches) {
	unlink $fs->folder($address) . '/iommu_group';
	$fs->link_to("sys/bus/pci/devices/$address/iommu_group2", 'sys/kernel/iommu_groups/114');
	rename($fs->folder($address) . '/iommu_group2', $fs->folder($address) . '/iommu_group') or die;
}
like((gpupci($fs, '-d', 'gpupci1', '--dry-run'))[2], qr/gpupci1 shares its IOMMU group with \Q$switches[1]\E/,
	'one alone says who goes with it');
like((gpupci($fs, '-d', $_, '--dry-run'))[1], qr/driver_override/, "$_ is detached") for 'gpupci2', 'gpupci4';

done_testing();
