# SPDX-License-Identifier: GPL-2.0-or-later
# Made-up hosts for what --check says of a boot: one card, the lists of depmod(8), and the
# files of a distribution.
package BootHost;
use strict;
use warnings;
use Exporter qw(import);

use Gpupci;
use JSON::PP;
use Sysfs;

our @EXPORT = qw(boot_host check_row check_rows);

# Lines of modules.alias and modules.dep as Debian 12's kernel has them, shortened.
my $aliases = <<'LINES';
alias pci:v000010DEd*sv*sd*bc03sc00i00* nouveau
alias pci:v000010DEd*sv*sd*bc03sc02i00* nouveau
alias pci:v000010DEd*sv*sd*bc0Csc80i00* i2c_nvidia_gpu
alias pci:v000010DEd*sv*sd*bc04sc03i00* snd_hda_intel
alias pci:v00001002d0000743Fsv*sd*bc*sc*i* amdgpu
alias pci:v00001002d*sv*sd*bc04sc03i00* snd_hda_intel
alias pci:v*d*sv*sd*bc0Csc03i30* xhci_pci
LINES
my $depends = <<'LINES';
kernel/drivers/vfio/pci/vfio-pci.ko: kernel/drivers/vfio/pci/vfio-pci-core.ko kernel/drivers/vfio/vfio.ko
kernel/drivers/vfio/vfio_iommu_type1.ko: kernel/drivers/vfio/vfio.ko
kernel/drivers/pci/pci-stub.ko:
kernel/drivers/gpu/drm/drm.ko:
kernel/drivers/gpu/drm/nouveau/nouveau.ko: kernel/drivers/gpu/drm/drm.ko
kernel/drivers/gpu/drm/amd/amdgpu/amdgpu.ko: kernel/drivers/gpu/drm/drm.ko
kernel/sound/pci/hda/snd-hda-intel.ko:
kernel/drivers/usb/host/xhci-pci.ko:
LINES

# The functions of cards: ids, class, subsystem, driver of the host.
my %cards = (
	# Public reports on GTX 1660 Super: NVIDIA/kubevirt-gpu-device-plugin#45.
	gtx1660s => [['10de:21c4', '030000', '1462:c75a', 'nouveau'],
		['10de:1aeb', '040300', '1462:c75a', 'snd_hda_intel'],
		['10de:1aec', '0c0330', '1462:c75a', 'xhci_hcd'],
		['10de:1aed', '0c8000', '1462:c75a', 'nvidia-gpu']],
	t4 => [['10de:1eb8', '030200', '10de:12a2', undef]],
	rx6400 => [['1002:743f', '030000', '148c:2416', 'amdgpu'],
		['1002:ab28', '040300', '1002:ab28', 'snd_hda_intel']],
);

# Words: card => a name above, release, cmdline, drivers => [one per function], builtin =>
# [modules], files => { path => content }, os => lines of os-release, group => of all, lost =>
# true for windows without an address behind a port without ACS.
sub boot_host {
	my (%is) = @_;
	my $fs = Sysfs->new;
	my $release = $is{release} // '6.1.0-test';
	my $modules = "lib/modules/$release";
	my $number = 0;

	$fs->write_file('etc/hostname', "vm-container-0-15\n");
	$fs->root_port('0000:00:02.0', group => 1, acs => 'on');
	for my $function (@{ $cards{ $is{card} // 'gtx1660s' } }) {
		my ($vendor, $device) = split(/:/, $function->[0]);
		my ($subvendor, $subdevice) = split(/:/, $function->[2]);
		my $driver = $is{drivers} ? $is{drivers}[$number] : $function->[3];
		my @class = unpack('(A2)*', uc $function->[1]);

		$fs->device("0000:02:00.$number", under => '0000:00:02.0', vendor => $vendor,
			device => $device, class => $function->[1], subvendor => $subvendor,
			subdevice => $subdevice, group => exists $is{group} ? $is{group} : 12,
			driver => $driver, boot_vga => 0, numa => 0, files => {
				modalias => sprintf("pci:v0000%sd0000%ssv0000%ssd0000%sbc%ssc%si%s\n",
					(map { uc } $vendor, $device, $subvendor, $subdevice), @class) });
		$number++;
	}
	lose_windows($fs) if $is{lost};
	$fs->write_file('proc/sys/kernel/osrelease', "$release\n");
	$fs->write_file('proc/cmdline', ($is{cmdline} // 'root=/dev/sda1 ro quiet') . "\n");
	$fs->write_file("$modules/modules.alias", $aliases);
	$fs->write_file("$modules/modules.dep", $depends);
	$fs->write_file("$modules/modules.builtin",
		join('', map { "kernel/drivers/$_.ko\n" } @{ $is{builtin} || [] }));
	$fs->write_file('etc/os-release', $is{os}) if $is{os};
	$fs->write_file($_, $is{files}{$_}) for sort keys %{ $is{files} || {} };
	$fs->process(1);
	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	return $fs;
}

sub lose_windows {
	my ($fs) = @_;
	my ($port, $card) = map { "sys/bus/pci/devices/$_" } '0000:00:02.0', '0000:02:00.0';

	$fs->write_file("$port/config", Sysfs::config(vendor => '8086', device => '6f02',
			class => '060400', bridge => 1));
	$fs->write_file("$card/resource", Sysfs::resource([]));
	$fs->write_file("$card/config", Sysfs::config(vendor => '10de', device => '1eb8',
			class => '030200', registers => { 0 => 0xf6000000, 1 => 0xc }));
}

# The rows of --check by "subject check"; of several with one name the last.
sub check_rows {
	my ($fs) = @_;
	my (undef, $out, $err) = gpupci($fs, '--check', '--json');

	die "gpupci --check: $err" if $err ne '';
	return { map { ("$_->{subject} $_->{check}" => $_) }
			@{ JSON::PP->new->utf8->decode($out)->{checks} } };
}

# One row as "STATE: what was found", and after a newline what to change.
sub check_row {
	my ($fs, $name) = @_;
	my $row = check_rows($fs)->{$name};

	return 'no row' unless $row;
	return "$row->{state}: $row->{found}" . (defined $row->{fix} ? "\n$row->{fix}" : '');
}

1;
