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

# A card whose windows were lost, in a group that pcie_acs_override pretends: the rows bars, acs.
my $lost = 'pcie_acs_override=downstream,multifunction';
sub fixes_are {
	my ($is, $add, $remove, $name, %rest) = @_;
	my $rows = check_rows(boot_host(card => 't4', %$is, lost => 1, cmdline => ($is->{cmdline} // 'root=UUID=0') . " $lost"));
	my $room = $rest{room} // 'in the BIOS: "Above 4G Decoding" on, "MMIO High Size" large enough';

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($rows->{'gpupci1 bars'}{found}, '2 of 2 memory windows have no address', "$name: windows");
	is($rows->{'gpupci1 bars'}{fix}, $room . (defined $add ? "\nor:\n$add" : ''), '... pci=realloc');
	is($rows->{'gpupci1 acs'}{fix}, "$remove\nthen put the card into a slot with a group of its own\n"
		. 'or give all that is below and beside that bridge to VMs that trust each other', '... pcie_acs_override');
	return;
}

my $grub_echo = "echo 'GRUB_CMDLINE_LINUX=\"\$GRUB_CMDLINE_LINUX pci=realloc\"' \\\n>> /etc/default/grub\n";
my $sed = "sed -i '1s/\$/ pci=realloc/'";
fixes_are({ %grub, os => "ID=debian\n" }, "${grub_echo}update-grub\nreboot", "take $lost out of /etc/default/grub\nupdate-grub\nreboot", 'Debian');
fixes_are({ %grub, os => "ID=arch\n" }, "${grub_echo}grub-mkconfig -o /boot/grub/grub.cfg\nreboot",
	"take $lost out of /etc/default/grub\ngrub-mkconfig -o /boot/grub/grub.cfg\nreboot", 'Arch');
fixes_are({ %grub, os => "ID=fedora\n" }, "grubby --update-kernel=ALL --args=\"pci=realloc\"\nreboot",
	"grubby --update-kernel=ALL \\\n--remove-args=\"$lost\"\nreboot", 'Fedora');
fixes_are({ cmdline => $grub{cmdline}, files => { 'run/ostree-booted' => '', 'usr/bin/rpm-ostree' => '', 'usr/bin/ostree' => '' } },
	"rpm-ostree kargs --append=pci=realloc\nreboot", "rpm-ostree kargs --delete=$lost\nreboot", 'rpm-ostree');
fixes_are({ files => { 'run/ostree-booted' => '', 'usr/bin/ostree' => '' } },
	"ostree admin kargs edit-in-place --append-if-missing=pci=realloc\nreboot", "take $lost out of the kernel's command line\nreboot", 'ostree alone');
fixes_are({ os => "ID=debian\n", cmdline => 'initrd=\EFI\proxmox\6.8.12-4-pve\initrd.img-6.8.12-4-pve', files => { 'etc/kernel/proxmox-boot-uuids' => "1-2\n", 'etc/kernel/cmdline' => "x\n" } },
	"$sed /etc/kernel/cmdline\nproxmox-boot-tool refresh\nreboot", "take $lost out of /etc/kernel/cmdline\nproxmox-boot-tool refresh\nreboot", 'Proxmox');
my $install = 'kernel-install add "$(uname -r)" "/lib/modules/$(uname -r)/vmlinuz"';
fixes_are({ os => "ID=fedora\n", cmdline => 'initrd=\0123\6.2\initrd', files => { 'etc/kernel/cmdline' => "x\n" } },
	"$sed /etc/kernel/cmdline\n$install\nreboot", "take $lost out of /etc/kernel/cmdline\n$install\nreboot", 'kernel-install');
my %entry = ('boot/loader/entries/arch.conf' => "linux /vmlinuz-linux\ninitrd /initramfs-linux.img\noptions root=UUID=0 $lost\n");
fixes_are({ cmdline => 'initrd=\initramfs-linux.img', files => \%entry }, "sed -i '/^options/s/\$/ pci=realloc/' /boot/loader/entries/arch.conf\nreboot",
	"take $lost out of /boot/loader/entries/arch.conf\nreboot", 'systemd-boot');
$entry{'boot/loader/entries/arch.conf'} =~ s/ $lost/ pci=realloc/;
fixes_are({ cmdline => 'initrd=\initramfs-linux.img', files => \%entry }, 'reboot', 'reboot', 'the next boot has it right');
fixes_are({ cmdline => "$grub{cmdline} pci=nocrs,realloc" }, undef, "take $lost out of /etc/default/grub\ngrub-mkconfig -o /boot/grub/grub.cfg\nreboot",
	'the kernel was asked to');
fixes_are({ cmdline => "$grub{cmdline} pci=realloc=off", files => { 'boot/grub2/x' => '' } }, "${grub_echo}grub2-mkconfig -o /boot/grub2/grub.cfg\nreboot",
	"take $lost out of /etc/default/grub\ngrub2-mkconfig -o /boot/grub2/grub.cfg\nreboot", 'it was told not to');
my $firmware = "a firmware with more room for what is behind the card's bridge";
fixes_are({ %pi, card => 't4', files => { %{ $pi{files} }, 'boot/firmware/cmdline.txt' => "console=tty1 $lost\n" } }, "$sed /boot/firmware/cmdline.txt\nreboot",
	"take $lost out of /boot/firmware/cmdline.txt\nreboot", 'ARM, the firmware of a Pi', room => $firmware);
my $extlinux = "label l0\n\tlinux /vmlinuz-6.1.0-28-arm64\n\tappend root=/dev/sda1 $lost\n";
fixes_are({ release => '6.1.0-28-arm64', files => { 'boot/extlinux/extlinux.conf' => $extlinux } },
	"sed -i '/^[[:space:]]*append/Is/\$/ pci=realloc/' \\\n/boot/extlinux/extlinux.conf\nreboot", "take $lost out of /boot/extlinux/extlinux.conf\nreboot",
	'ARM, U-Boot', room => $firmware);
fixes_are({ release => '6.1.0-28-arm64', files => { 'boot/extlinux/extlinux.conf' => $extlinux, 'etc/default/u-boot' => '' } },
	"echo 'U_BOOT_PARAMETERS=\"\${U_BOOT_PARAMETERS:-ro quiet} pci=realloc\"' \\\n>> /etc/default/u-boot\nu-boot-update\nreboot",
	"take $lost out of /etc/default/u-boot\nu-boot-update\nreboot", '... u-boot-menu', room => $firmware);
fixes_are({ release => '6.1.0-28-arm64', files => { 'etc/default/u-boot' => "# x\n#U_BOOT_PARAMETERS=\"ro\"\n", 'etc/kernel/cmdline' => "ro\n", 'boot/extlinux/extlinux.conf' => $extlinux } },
	"$sed /etc/kernel/cmdline\nu-boot-update\nreboot", "take $lost out of /etc/kernel/cmdline\nu-boot-update\nreboot", '... by /etc/kernel/cmdline', room => $firmware);
fixes_are({ release => '6.1.0-28-arm64', files => { 'etc/default/u-boot' => "U_BOOT_PARAMETERS=\"ro $lost\"\n", 'etc/kernel/cmdline' => "ro\n", 'boot/extlinux/extlinux.conf' => $extlinux } },
	"echo 'U_BOOT_PARAMETERS=\"\${U_BOOT_PARAMETERS:-ro quiet} pci=realloc\"' \\\n>> /etc/default/u-boot\nu-boot-update\nreboot",
	"take $lost out of /etc/default/u-boot\nu-boot-update\nreboot", '... whose own words come first', room => $firmware);
fixes_are({ release => '6.1.0-28-arm64', files => { 'etc/default/flash-kernel' => "LINUX_KERNEL_CMDLINE=\"quiet\"\n" } },
	"echo 'LINUX_KERNEL_CMDLINE=\"\$LINUX_KERNEL_CMDLINE pci=realloc\"' \\\n>> /etc/default/flash-kernel\nflash-kernel\nreboot",
	"take $lost out of /etc/default/flash-kernel\nflash-kernel\nreboot", '... by flash-kernel', room => $firmware);
fixes_are({ release => '6.1.0-28-arm64', files => { 'boot/firmware/config.txt' => "os_prefix=now/\ncmdline=mine.txt\n", 'boot/firmware/now/mine.txt' => "rw $lost\n" } },
	"$sed /boot/firmware/now/mine.txt\nreboot", "take $lost out of /boot/firmware/now/mine.txt\nreboot", '... by config.txt', room => $firmware);
my %raspi = ('etc/default/raspi-firmware' => '', 'boot/firmware/config.txt' => "initramfs initrd.img\n", 'boot/firmware/cmdline.txt' => "rw $lost\n");
my $remake = "update-initramfs -u -k all\nreboot";
fixes_are({ release => '6.1.0-28-arm64', files => \%raspi }, "echo 'pci=realloc' > /etc/default/raspi-extra-cmdline\n$remake",
	"take $lost out of /etc/default/raspi-extra-cmdline\n$remake", '... by raspi-firmware', room => $firmware);
fixes_are({ release => '6.1.0-28-arm64', files => { %raspi, 'etc/default/raspi-extra-cmdline' => "$lost\n" } }, "$sed /etc/default/raspi-extra-cmdline\n$remake",
	"take $lost out of /etc/default/raspi-extra-cmdline\n$remake", '... which has words', room => $firmware);
fixes_are({ release => '6.1.0-28-powerpc64le', os => "ID=debian\n", files => { 'proc/cpuinfo' => "cpu\t\t: POWER9, altivec supported\n", 'boot/grub/grub.cfg' =>
				"\tlinux /boot/vmlinux-6.1.0-28-powerpc64le ro $lost\n" } }, "${grub_echo}update-grub\nreboot",
	"take $lost out of /etc/default/grub\nupdate-grub\nreboot", 'POWER, whose Petitboot reads grub.cfg', room => $firmware);

# Interrupts that the command line keeps from being remapped; a VM, a kernel without its modules.
my $unmapped = boot_host(card => 't4', %grub, os => "ID=fedora\n", cmdline => "$grub{cmdline} intremap=off", files => { 'proc/interrupts' => "  CPU0\n" });
is($row = check_row($unmapped, 'host interrupts'), "warn: interrupts are not remapped: vfio will refuse devices\nin the BIOS: \"Interrupt Remapping\" or \"x2APIC\" on\n"
	. "grubby --update-kernel=ALL --remove-args=\"intremap=off\"\nreboot", 'intremap=off');
$unmapped->write_file('proc/cmdline', "ro\n");
is(check_row($unmapped, 'host interrupts'), $row =~ s/\ngrubby.*//sr, '... which is not always why');
my $vm = host_without(%grub, files => { 'proc/cpuinfo' => "vendor_id\t: GenuineIntel\nflags\t\t: fpu sse4_2 x2apic hypervisor lahf_lm\n", 'proc/interrupts' => "  CPU0\n" });
like(check_row($vm, 'host iommu'), qr/\Afail: no IOMMU: this is a VM, to which its hypervisor shows none\nin the hypervisor: .*\n.*intel_iommu=on/s, 'a VM has no BIOS');
unlike((gpupci($vm, '--check'))[1], qr/BIOS/, '... to look into');
system('rm', '-r', $vm->root . '/lib/modules') == 0 or die;
for my $name ('host vfio', 'gpupci1 boot') {
	like(check_row($vm, $name), qr/\Awarn: .* not known.*\ninstall the package with the modules of the kernel that runs, or boot one whose/, "no modules: $name");
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
