#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may give a function to a VM: what is bound to VFIO, and virtual functions that their
# vendor's driver keeps. The host is that of bigstack-oss/cubecos#312, an RTX PRO 6000 in domain
# 0001 with NVIDIA's vendor-specific VFIO: VFs on the driver nvidia, vGPU types in nvidia/.
use strict;
use warnings;

use File::Temp;
use Gpupci;
use Sysfs;
use Test::More;

my $physical = '0001:c8:00.0';
my @virtual = ('0001:c8:00.2', '0001:c8:00.3', '0001:c8:00.4');
my %nvidia = (vendor => '10de', device => '2bb5', class => '030200', subvendor => '10de',
	subdevice => '204e', revision => 'a1', numa => 0);

# %type: vGPU type by address; %is: what else differs of the VFs.
sub host {
	my ($type, %is) = @_;
	my $fs = Sysfs->new;
	my $group = 62;

	$fs->write_file('etc/hostname', "vm-container-0-15\n");
	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	$fs->process(1, comm => 'systemd');
	$fs->device('0001:c0:01.1', vendor => '1022', device => '14ab', class => '060400',
		bridge => 1, driver => 'pcieport', group => 60, acs => 'on');
	$fs->device($physical, under => '0001:c0:01.1', %nvidia, group => 61, driver => 'nvidia');
	$fs->device('0000:04:00.0', vendor => '1a03', device => '2000', class => '030000',
		group => 6, driver => 'ast', boot_vga => 1);
	for my $address (@virtual) {
		$fs->device($address, under => '0001:c0:01.1', %nvidia, physfn => $physical,
			group => $group++, driver => 'nvidia', %is);
		next unless $type;
		$fs->node($address, "vfio-dev/vfio$group", "vfio/devices/vfio$group", "511:$group");
		$fs->link_to("sys/class/vfio-dev/vfio$group",
			$fs->folder($address) =~ s{^\Q@{[ $fs->root ]}\E/}{}r . "/vfio-dev/vfio$group");
		$fs->write_file("sys/bus/pci/devices/$address/nvidia/current_vgpu_type",
			($type->{$address} // 0) . "\n");
		$fs->write_file("sys/bus/pci/devices/$address/nvidia/creatable_vgpu_types",
			"ID    : vGPU Name\n1465  : NVIDIA RTX Pro 6000 Blackwell DC-1-4Q\n");
	}
	return $fs;
}

# The row of a check: state, what was found, the fix.
sub row {
	my ($fs, $subject, $check) = @_;
	my ($code, $out) = gpupci($fs, '--check', '--json');
	my ($row) = grep { $_->{subject} eq $subject && $_->{check} eq $check }
		@{ JSON::PP->new->decode($out)->{checks} };

	return $row ? "$row->{state} $row->{found}" . ($row->{fix} ? "\n$row->{fix}" : '') : undef;
}

# What the scan says of each function.
sub said {
	my ($fs, @keys) = @_;

	return { map { my $function = $_; ($function->{address} => join ' ',
		map { !defined $function->{$_} ? 'null' : ref $function->{$_}
			? ($function->{$_} ? 'true' : 'false') : $function->{$_} } @keys) }
		@{ gpupci_json($fs)->{functions} } };
}

my $fs = host({ $virtual[1] => 1465 });
my %made = ($physical => 'nvidia false null', $virtual[0] => 'nvidia true none',
	$virtual[1] => 'nvidia true ready', $virtual[2] => 'nvidia true none');
is_deeply(said($fs, qw(driver vfio vgpu)), \%made, 'the scan says which VF is a vGPU');

my $capture = File::Temp->newdir();
is((gpupci($fs, '--capture', "$capture/host.tar"))[0], 0, 'captured');
is(system('tar', '-xf', "$capture/host.tar", '-C', "$capture"), 0, 'unpacked');
is_deeply(said(Sysfs->new("$capture"), qw(driver vfio vgpu)), \%made,
	'and the archive says the same');
is(row(Sysfs->new("$capture"), 'gpupci3', 'drivers'), row($fs, 'gpupci3', 'drivers'),
	'as does its --check');

is(row($fs, 'gpupci3', 'drivers'), 'ok a VM can have it, as a vGPU of type 1465: it stays with '
	. 'nvidia, which gives it to VMs', 'a vGPU');
is(row($fs, 'gpupci2', 'drivers'), "ok it stays with nvidia, which has made no vGPU of it: no VM can "
	. "have it\ncat /sys/bus/pci/devices/$virtual[0]/nvidia/creatable_vgpu_types\n"
	. "echo TYPE > /sys/bus/pci/devices/$virtual[0]/nvidia/current_vgpu_type", 'a VF without a type');
like((gpupci($fs, '-s', 'gpupci2'))[1] =~ s/\s+/ /gr,
	qr/gpupci2 stays with nvidia, which gives it to VMs once it has made a vGPU of it/, '--status');
like((gpupci($fs, '-s', 'gpupci3'))[1], qr/^gpupci3 stays with nvidia, which gives it to VMs$/m,
	'... and of a vGPU');

for my $card ('gpupci2', 'gpupci3') {
	is_deeply([ gpupci($fs, '-d', $card, @$_) ], [ 3, '', "gpupci: $card stays with nvidia: its "
		. "vendor's driver gives it to VMs, and bound to vfio-pci it is no vGPU any more; "
		. "nothing was changed\n" ], "--detach $card @$_") for [], ['--dry-run'],
		['--driver', 'vfio-pci'];
}
my $skipped = join '', map { "gpupci$_: skipped: its vendor's driver gives it to VMs (nvidia)\n" } 2 .. 4;
is_deeply([ gpupci($fs, '-d', 'all') ],
	[ 0, "gpupci1: skipped: its virtual functions are enabled\n$skipped", '' ],
	'--detach all leaves them alone');
ok(!-e $fs->root . '/etc/gpupci.d' && !-e $fs->root . '/var/lib/gpupci/journal', 'nothing is recorded');
gpupci_ok($fs, ['-a', 'gpupci3'], "gpupci3: already with the host\n", '--attach');

# A driver that has made vGPUs of it, and does not say more.
unlink $fs->folder($virtual[0]) . '/nvidia/current_vgpu_type';
is(said($fs, 'vgpu')->{ $virtual[0] }, 'ready', 'a driver without types, bound to VFIO');
is(row($fs, 'gpupci2', 'drivers'), 'ok a VM can have it: it stays with nvidia, which gives it to VMs',
	'... to --check');
$fs = host({ $virtual[1] => 1465 });
unlink $fs->folder($virtual[1]) . '/nvidia/current_vgpu_type';
mkdir $fs->folder($virtual[1]) . '/nvidia/current_vgpu_type';
is(said($fs, 'vgpu')->{ $virtual[1] }, 'none', 'a type that cannot be read is no promise');

# Plain virtual functions go to vfio-pci.
$fs = host(undef, driver => undef);
is(said($fs, qw(driver vfio vgpu))->{ $virtual[0] }, 'null false null', 'a plain VF');
like((gpupci($fs, '-d', 'gpupci2', '--dry-run'))[1],
	qr{^echo vfio-pci > /sys/bus/pci/devices/0001:c8:00\.2/driver_override$}m, 'is detached');
$fs = host(undef, driver => 'nvidia');
like((gpupci($fs, '-d', 'gpupci2', '--dry-run'))[1],
	qr{^echo vfio-pci > .*00\.2/driver_override$}m, "so is one of a vendor's driver without VFIO");

# Bound to VFIO: by vfio-dev where the kernel has that class, else by name.
sub vfio {
	my ($driver, $class, $dev) = @_;
	my $bound = host(undef, driver => $driver);

	mkdir $bound->root . '/sys/class';
	mkdir $bound->root . '/sys/class/vfio-dev' if $class;
	$bound->node($virtual[0], 'vfio-dev/vfio0', 'vfio/devices/vfio0', '511:0') if $dev;
	return said($bound, qw(vfio vgpu))->{ $virtual[0] };
}
is(vfio(@{$_}[0 .. 2]), $_->[3], "$_->[0], class $_->[1], vfio-dev $_->[2]: $_->[3]") for
	['vfio-pci', 0, 0, 'true null'], ['mlx5_vfio_pci', 0, 0, 'true null'],
	['acme_vfio_pci', 0, 0, 'false null'], ['vfio-pci', 1, 0, 'false null'],
	['vfio-pci', 1, 1, 'true null'], ['acme_vfio_pci', 1, 1, 'true null'],
	['acme', 1, 1, 'true ready'], ['acme', 1, 0, 'false null'];

# A mate that its vendor's driver gives to VMs keeps no VM from the card.
sub mates {
	my ($dev) = @_;
	my $shared = host(undef, driver => undef, group => 62);

	mkdir $shared->root . '/sys/class';
	mkdir $shared->root . '/sys/class/vfio-dev';
	$shared->link_to("sys/bus/pci/devices/$virtual[1]/driver", 'sys/bus/pci/drivers/nvidia');
	$shared->node($virtual[1], 'vfio-dev/vfio1', 'vfio/devices/vfio1', '511:1') if $dev;
	return (gpupci($shared, '-d', 'gpupci2', '--dry-run'))[2];
}
like(mates(0), qr/shares its IOMMU group with \Q$virtual[1]\E \(driver nvidia\)/, 'a mate with the host');
is(mates(1), '', 'a mate with VFIO');

done_testing();
