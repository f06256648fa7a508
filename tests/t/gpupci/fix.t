#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --check: what to change is said for the boot loader, the distribution and the
# processor of the host.
use strict;
use warnings;

use BootHost;
use Gpupci;
use Test::More;

# A host of which the kernel uses no IOMMU.
sub host_without {
	my (%is) = @_;
	my $fs = boot_host(card => 't4', group => undef, %is);

	system('rm', '-rf', $fs->root . '/sys/kernel') == 0 or die;
	unlink($fs->folder('0000:00:02.0') . '/iommu_group') or die;
	return $fs;
}

# What to change so that an Intel kernel uses its IOMMU.
sub fix_is {
	my ($is, $expected, $name) = @_;
	my $fs = host_without(%$is, files => { 'sys/firmware/acpi/tables/DMAR' => '', %{ $is->{files} || {} } });

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(check_row($fs, 'host iommu') =~ s/\A[^\n]*\n//r, $expected, $name);
}

my %grub = (release => '6.1.0-28-amd64', cmdline => 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 ro');
my $echo = "echo \\\n" . q{'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX intel_iommu=on iommu=pt"' \\} . "\n>> /etc/default/grub\n";
fix_is({ %grub, os => "ID=debian\n" }, "${echo}update-grub\nreboot", 'Debian, GRUB');
fix_is({ %grub, os => "ID=ubuntu\nID_LIKE=debian\n" }, "${echo}update-grub\nreboot", 'Ubuntu');
fix_is({ %grub, os => "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n" }, "${echo}grub2-mkconfig -o /boot/grub2/grub.cfg\nreboot", 'SUSE');
fix_is({ %grub, os => "ID=arch\n" }, "${echo}grub-mkconfig -o /boot/grub/grub.cfg\nreboot", 'Arch, GRUB');
my $grubby = "grubby --update-kernel=ALL --args=\"intel_iommu=on iommu=pt\"\nreboot";
fix_is({ %grub, os => "ID=fedora\n" }, $grubby, 'Fedora');
fix_is({ %grub, os => "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n" }, $grubby, 'Enterprise Linux');
fix_is({ os => "ID=\"rhcos\"\nID_LIKE=\"rhel fedora\"\n", cmdline => $grub{cmdline}, files => { 'run/ostree-booted' => '' } },
	"rpm-ostree kargs --append=intel_iommu=on --append=iommu=pt\nreboot", 'ostree');
fix_is({ os => "ID=debian\n", cmdline => 'initrd=\EFI\proxmox\6.8.12-4-pve\initrd.img-6.8.12-4-pve root=ZFS=rpool/ROOT/pve-1 boot=zfs',
		files => { 'etc/kernel/proxmox-boot-uuids' => "1-2\n", 'etc/kernel/cmdline' => "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n" } },
	"sed -i '1s/\$/ intel_iommu=on iommu=pt/' /etc/kernel/cmdline\nproxmox-boot-tool refresh\nreboot", 'Proxmox, systemd-boot');
fix_is({ %grub, os => "ID=debian\n", files => { 'etc/kernel/proxmox-boot-uuids' => "1-2\n", 'etc/kernel/cmdline' => "x\n" } },
	"${echo}update-grub\nreboot", 'Proxmox, GRUB');
fix_is({ os => "ID=fedora\n", cmdline => 'initrd=\0123\6.2\initrd root=UUID=0', files => { 'etc/kernel/cmdline' => "root=UUID=0\n" } },
	"sed -i '1s/\$/ intel_iommu=on iommu=pt/' /etc/kernel/cmdline\nkernel-install add \"\$(uname -r)\" \"/lib/modules/\$(uname -r)/vmlinuz\"\nreboot",
	'kernel-install');
fix_is({ os => "ID=arch\n", cmdline => 'root=UUID=0', files => { 'etc/kernel/cmdline' => "root=UUID=0\n", 'etc/mkinitcpio.conf' => '' } },
	"sed -i '1s/\$/ intel_iommu=on iommu=pt/' /etc/kernel/cmdline\nmkinitcpio -P\nreboot", 'Arch, a unified kernel image');
fix_is({ os => "ID=arch\n", release => '6.1.7-arch1-1', cmdline => 'initrd=\initramfs-linux.img root=UUID=0', files => { 'boot/loader/entries/arch.conf' =>
			"title Arch\nlinux /vmlinuz-linux\ninitrd /initramfs-linux.img\noptions root=UUID=0\n" } },
	"sed -i '/^options/s/\$/ intel_iommu=on iommu=pt/' \\\n/boot/loader/entries/arch.conf\nreboot", 'an entry of systemd-boot');
fix_is({ os => "ID=nixos\n", cmdline => 'initrd=\EFI\nixos\x.efi init=/nix/store/x', files => { 'etc/NIXOS' => '' } },
	"in /etc/nixos/configuration.nix: boot.kernelParams = [ \"intel_iommu=on\" \"iommu=pt\" ];\nnixos-rebuild boot\nreboot", 'NixOS');

# The words are there, or turn it off.
fix_is({ %grub, cmdline => "$grub{cmdline} intel_iommu=on" }, 'dmesg | grep -i -e DMAR -e IOMMU -e AMD-Vi -e SMMU', 'it was asked for');
fix_is({ %grub, os => "ID=fedora\n", cmdline => "$grub{cmdline} intel_iommu=off" },
	"grubby --update-kernel=ALL --remove-args=\"intel_iommu=off\"\nreboot", 'it was turned off');
fix_is({ %grub, os => "ID=debian\n", cmdline => "$grub{cmdline} iommu=off" },
	"take iommu=off out of /etc/default/grub\nupdate-grub\nreboot", '... on Debian');
fix_is({ %grub, files => { 'boot/grub/grub.cfg' => "\tlinux /boot/vmlinuz-6.1.0-28-amd64 ro intel_iommu=on\n" } },
	'reboot', 'the next boot has it');

# Other processors have no VT-d. geerlingguy/raspberry-pi-pcie-devices#754: a Pi 5 has no
# IOMMU groups; /proc/cpuinfo and /proc/interrupts as its kernel prints them.
my %pi = (card => 'rx6400', release => '6.6.31+rpt-rpi-2712', os => "ID=debian\n", cmdline => 'console=tty1 root=PARTUUID=1-02', files => {
		'proc/cpuinfo' => "processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b\n\nSerial\t\t: 0123\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n",
		'proc/interrupts' => "           CPU0\n 13:     100     GICv2  26 Level     arch_timer\n",
		'boot/firmware/config.txt' => "auto_initramfs=1\n", 'boot/firmware/cmdline.txt' => "console=tty1 root=PARTUUID=1-02\n" });
my $fs = host_without(%pi);
my $row = check_row($fs, 'host iommu');
like($row, qr/\Afail: no IOMMU: the kernel found none\nin the firmware of an ARM server: "SMMU"/, 'a Raspberry Pi 5');
unlike(join("\n", gpupci($fs, '--check')), qr/VT-d|AMD-Vi"|intel_iommu|BIOS: "VT/, '... nothing of Intel');
unlink($fs->root . '/proc/cpuinfo') or die;
is(check_row($fs, 'host iommu'), $row, '... without cpuinfo');
for my $case (["vendor_id\t: GenuineIntel\n", qr/\Afail: .*\nin the BIOS: "VT-d"[^\n]*\n.*intel_iommu=on/s, qr/AMD-Vi" *$/m],
	["vendor_id\t: AuthenticAMD\n", qr/\Afail: .*\nin the BIOS: "IOMMU" or "AMD-Vi"\ndmesg/, qr/intel|VT-d/],
	["cpu\t\t: POWER9, altivec supported\n", qr/\Afail: no IOMMU: the kernel found none\n/, qr/intel|VT-d|BIOS/]) {
	my ($cpuinfo, $like, $unlike) = @$case;

	$row = check_row(host_without(%grub, files => { 'proc/cpuinfo' => $cpuinfo }), 'host iommu');
	like($row, $like, $cpuinfo =~ s/\n//r);
	unlike($row, $unlike, '... and nobody else\'s words');
}

# What keeps a driver out of the initramfs, and brings vfio-pci into it.
for my $case (['etc/initramfs-tools/modules', "nouveau\n", qr/\necho "blacklist nouveau" >> \/etc\/modprobe\.d\/gpupci\.conf\nupdate-initramfs -u\z/],
	['etc/dracut.conf.d/x.conf', "force_drivers+=\" nouveau \"\n", qr/\necho 'omit_drivers\+=" nouveau "' >> \/etc\/dracut\.conf\.d\/gpupci\.conf\ndracut -f\z/],
	['etc/mkinitcpio.conf', "MODULES=(nouveau)\n", qr/\nin \/etc\/mkinitcpio\.conf: take nouveau out of MODULES, and kms out of HOOKS\nmkinitcpio -P\z/]) {
	my ($file, $content, $fix) = @$case;
	my $kept = boot_host(card => 't4', drivers => ['vfio-pci'], files => { $file => $content });

	gpupci($kept, '-d', 'gpupci1');
	like(check_row($kept, 'gpupci1 initramfs'), $fix, "$file: $content" =~ s/\n//r);
}
my $kept = boot_host(card => 't4', drivers => ['vfio-pci'], cmdline => $grub{cmdline}, files => { 'run/ostree-booted' => '',
		'etc/dracut.conf' => "add_drivers+=\" nouveau \"\n" });
gpupci($kept, '-d', 'gpupci1');
like(check_row($kept, 'gpupci1 initramfs'), qr/\nrpm-ostree kargs --append=rd\.driver\.blacklist=nouveau\nreboot\z/, 'ostree builds none here');

# Words with huge pages reach every keeper, too; a Pi has them in a file of the firmware.
$fs = boot_host(%pi, files => { %{ $pi{files} }, 'etc/gpupci.conf' => "hugepages 1G 4\n",
		'sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages' => "0\n" });
is(check_row($fs, 'host hugepages'), "fail: 0 of 4 pages of 1024 MiB are there\n"
	. "sed -i '1s/\$/ default_hugepagesz=1G hugepagesz=1G hugepages=4/' \\\n/boot/firmware/cmdline.txt\nreboot", 'cmdline.txt');
$fs->write_file('boot/firmware/config.txt', "arm_64bit=1\n");
$fs->write_file('proc/cmdline', "initrd=/initrd.img console=tty1 root=PARTUUID=1-02\n");
like(check_row($fs, 'host hugepages'), qr{ \\\n/boot/firmware/cmdline\.txt\nreboot\z}, '... which initrd= does not hide');
my ($text) = (gpupci($fs, '--check'))[1] =~ /( +sed .*\n.*\n)/;
is($text, "        sed -i '1s/\$/ default_hugepagesz=1G hugepagesz=1G hugepages=4/' \\\n        /boot/firmware/cmdline.txt\n",
	'a command is not broken in its quotes');

done_testing;
