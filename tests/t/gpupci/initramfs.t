#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --check, the row «initramfs»: which image the boot loader loads, on the layouts of
# distributions. What is in an image only its own program knows, which runs in the lab.
use strict;
use warnings;

use BootHost;
use Test::More;

my $below = ': gpupci runs no program below another root';

# The image is found, and said.
sub image_is {
	my ($is, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(check_row(boot_host(card => 't4', %$is), 'gpupci1 initramfs'),
		"ok: whether nouveau is in $expected", $name);
}

# Debian 12: update-grub writes grub.cfg from /etc/grub.d/10_linux (grub-common 2.06).
my $grub = <<'GRUB';
menuentry 'Debian GNU/Linux' --class debian --class gnu-linux {
	load_video
	if [ x$feature_platform_search_hint = xy ]; then
	  search --no-floppy --fs-uuid --set=root 1-2
	fi
	linux	/boot/vmlinuz-REL root=UUID=1-2 ro  quiet
	initrd	/boot/initrd.img-REL
}
menuentry 'Debian GNU/Linux, recovery mode' {
	linux	/boot/vmlinuz-REL root=UUID=1-2 ro single
	initrd	/boot/recovery.img-REL
}
GRUB
my %debian = (release => '6.1.0-28-amd64', cmdline => 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 root=UUID=1-2 ro quiet',
	os => "ID=debian\n", files => { 'boot/grub/grub.cfg' => $grub =~ s/REL/6.1.0-28-amd64/gr,
		'boot/initrd.img-6.1.0-28-amd64' => '', 'boot/initrd.img-6.1.0-2-amd64' => '' });
image_is(\%debian, "/boot/initrd.img-6.1.0-28-amd64 is not known$below", 'Debian');
image_is({ %debian, files => { 'boot/initrd.img-6.1.0-28-amd64' => '' } },
	"/boot/initrd.img-6.1.0-28-amd64 is not known$below", '... by its name, where grub.cfg is root\'s');
image_is({ %debian, files => { 'boot/grub/grub.cfg' => $grub =~ s{/boot/initrd.img}{/odd}r =~ s/REL/6.1.0-28-amd64/gr } },
	'the initramfs is not known: /boot/grub/grub.cfg names /odd-6.1.0-28-amd64, which is not here', '... that is not here');
is(check_row(boot_host(card => 't4', %debian, files => { 'boot/grub/grub.cfg' => "\tlinux /boot/vmlinuz-6.1.0-28-amd64 ro\n" }), 'gpupci1 initramfs'),
	'ok: /boot/grub/grub.cfg names no initramfs', '... or that there is none');
image_is({ release => '6.1.0-28-amd64' }, 'the initramfs is not known: no entry of a boot loader and no usual name leads '
	. 'to the image of kernel 6.1.0-28-amd64', 'nothing is there to look at');

# Arch: the image has the package's name, /usr/lib/modules/RELEASE/pkgbase says which.
my %arch = (release => '6.1.7-arch1-1', os => "ID=arch\n");
my $preset = "ALL_kver=\"/boot/vmlinuz-linux\"\nPRESETS=('default' 'fallback')\ndefault_image=\"/boot/initramfs-linux.img\"\n";
my %images = ('boot/initramfs-linux.img' => '', 'boot/initramfs-linux-fallback.img' => '', 'etc/mkinitcpio.d/linux.preset' => $preset);
image_is({ %arch, cmdline => 'initrd=\intel-ucode.img initrd=\initramfs-linux.img root=UUID=0 rw', files => \%images },
	"/boot/initramfs-linux.img is not known$below", 'Arch, systemd-boot');
image_is({ %arch, cmdline => 'BOOT_IMAGE=/vmlinuz-linux root=UUID=0 rw', files => { %images, 'boot/grub/grub.cfg' =>
			"\tlinux /vmlinuz-linux rw\n\tinitrd /intel-ucode.img /initramfs-linux.img\n}\n\tlinux /vmlinuz-linux rw\n\tinitrd /initramfs-linux-fallback.img\n" } },
	"/boot/initramfs-linux.img is not known$below", '... GRUB, with microcode in front');
image_is({ %arch, cmdline => 'root=UUID=0 rw', files => { %images, 'lib/modules/6.1.7-arch1-1/pkgbase' => "linux\n" } },
	"/boot/initramfs-linux.img is not known$below", '... by the package');
image_is({ %arch, cmdline => 'BOOT_IMAGE=/@/boot/vmlinuz-linux rw', files => { %images, 'boot/grub/grub.cfg' =>
			"\tlinux /\@/boot/vmlinuz-linux rw\n\tinitrd /\@/boot/initramfs-linux.img\n" } },
	"/boot/initramfs-linux.img is not known$below", '... on a subvolume');
image_is({ %arch, cmdline => 'root=UUID=0 rw', files => { 'efi/EFI/Linux/arch-linux.efi' => '', 'lib/modules/6.1.7-arch1-1/pkgbase' => "linux\n" } },
	"/efi/EFI/Linux/arch-linux.efi is not known$below", '... in a unified kernel image');

# Fedora 38 and later, EL 8 and later: entries with the machine's id, variables in grubenv.
my %fedora = (release => '6.2.9-300.fc38.x86_64', os => "ID=fedora\n",
	cmdline => 'BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.2.9-300.fc38.x86_64 root=UUID=0 ro rhgb quiet');
my $entry = <<'ENTRY';
title Fedora Linux (REL) 38 (Server Edition)
version REL
linux /vmlinuz-REL
initrd /initramfs-REL.img $tuned_initrd
options root=UUID=0 ro rhgb quiet $tuned_params
grub_users $grub_users
ENTRY
image_is({ %fedora, files => { 'boot/loader/entries/0123-6.2.9-300.fc38.x86_64.conf' => $entry =~ s/REL/6.2.9-300.fc38.x86_64/gr,
			'boot/loader/entries/0123-0-rescue.conf' => $entry =~ s/REL/0-rescue-0123/gr, 'boot/initramfs-0-rescue-0123.img' => '',
			'boot/initramfs-6.2.9-300.fc38.x86_64.img' => '' } },
	"/boot/initramfs-6.2.9-300.fc38.x86_64.img is not known$below", 'Fedora, GRUB');
image_is({ %fedora, cmdline => 'initrd=\0123\6.2.9-300.fc38.x86_64\initrd root=UUID=0', files => {
			'boot/efi/0123/6.2.9-300.fc38.x86_64/initrd' => '' } },
	"/boot/efi/0123/6.2.9-300.fc38.x86_64/initrd is not known$below", '... systemd-boot');
image_is({ release => '6.1.0-28-amd64', cmdline => undef, files => { 'efi/0123/6.1.0-28-amd64/initrd.img-6.1.0-28-amd64' => '' } },
	"/efi/0123/6.1.0-28-amd64/initrd.img-6.1.0-28-amd64 is not known$below", '... as Debian names it');
image_is({ %fedora, cmdline => undef, files => { 'boot/0123/6.2.9-300.fc38.x86_64/initrd' => '' } },
	"/boot/0123/6.2.9-300.fc38.x86_64/initrd is not known$below", '... by kernel-install\'s name');

# ostree: one entry a deployment, with the same kernel or another.
my $release = '4.18.0-305.19.1.el8_4.x86_64';
my %ostree = (release => $release, os => "ID=\"rhcos\"\nID_LIKE=\"rhel fedora\"\n",
	cmdline => "BOOT_IMAGE=(hd0,gpt3)/ostree/rhcos-b/vmlinuz-$release ostree=/ostree/boot.1/rhcos/b/0 root=UUID=0 rw");
my %files = ('run/ostree-booted' => '', map { ("boot/ostree/rhcos-$_/initramfs-$release.img" => '',
		"boot/loader/entries/ostree-1-$_.conf" => "title RHCOS\nlinux /ostree/rhcos-$_/vmlinuz-$release\n"
			. "initrd /ostree/rhcos-$_/initramfs-$release.img\noptions ostree=/ostree/boot.1/rhcos/$_/0 rw\n") } qw(a b));
image_is({ %ostree, files => \%files }, "/boot/ostree/rhcos-b/initramfs-$release.img is not known$below", 'ostree');
delete $files{$_} for grep { /entries/ } keys %files;
image_is({ %ostree, files => \%files }, 'the initramfs is not known: no entry of a boot loader and no usual name leads '
	. "to the image of kernel $release", '... which of two deployments is not guessed');
delete $files{"boot/ostree/rhcos-a/initramfs-$release.img"};
image_is({ %ostree, files => \%files }, "/boot/ostree/rhcos-b/initramfs-$release.img is not known$below", '... one is certain');

# SUSE, U-Boot, a Raspberry Pi, Proxmox with its partition not mounted.
image_is({ release => '6.4.0-1-default', cmdline => 'BOOT_IMAGE=/boot/vmlinuz-6.4.0-1-default', files => { 'boot/initrd-6.4.0-1-default' => '' } },
	"/boot/initrd-6.4.0-1-default is not known$below", 'SUSE');
image_is({ release => '6.1.0-28-arm64', files => { 'boot/initrd.img-6.1.0-28-arm64' => '', 'boot/extlinux/extlinux.conf' =>
			"default l0\nlabel l0\n\tmenu label Debian\n\tlinux /boot/vmlinuz-6.1.0-28-arm64\n\tinitrd /boot/initrd.img-6.1.0-28-arm64\n\tappend root=/dev/sda1 ro quiet\n" } },
	"/boot/initrd.img-6.1.0-28-arm64 is not known$below", 'U-Boot, u-boot-menu 4.2');
my %pi = (release => '6.6.31+rpt-rpi-2712', files => { 'boot/firmware/config.txt' => "auto_initramfs=1\n", 'boot/firmware/cmdline.txt' =>
		"console=tty1 root=PARTUUID=1-02 rootwait\n", 'boot/firmware/initramfs_2712' => '', 'boot/firmware/initramfs8' => '' });
image_is(\%pi, "/boot/firmware/initramfs_2712 is not known$below", 'Raspberry Pi 5');
for my $case (["initramfs a.gz,b.gz followkernel\n", 'a.gz', 'b.gz'], ["[pi4]\ninitramfs a.gz\n[ALL]\ninitramfs b.gz 0x80000000\n", 'b.gz'],
	["os_prefix=current/\nauto_initramfs=1\n", 'current/initramfs_2712'], ["#initramfs a.gz\ninitramfs b.gz\n", 'b.gz'],
	["cmdline=mine.txt\ninitramfs b.gz\nauto_initramfs=1\n", 'b.gz']) {
	my ($config, @images) = @$case;
	my %boot = ('boot/firmware/config.txt' => $config, map { ("boot/firmware/$_" => '') } qw(a.gz b.gz current/initramfs_2712 current/cmdline.txt mine.txt cmdline.txt));

	image_is({ release => $pi{release}, files => \%boot }, join(' and ', map { "/boot/firmware/$_" } @images) . " is not known$below",
		$config =~ tr/\n/ /r);
}
my $unsure = "the initramfs is not known: no entry of a boot loader and no usual name leads to the image of kernel $pi{release}";
image_is({ release => $pi{release}, files => { %{ $pi{files} }, 'boot/firmware/config.txt' => "auto_initramfs=1\n[pi5]\ninitramfs x\n" } }, $unsure,
	'a section of some models');
image_is({ release => '6.1.0-28-arm64', files => { %{ $pi{files} }, 'boot/initrd.img-6.1.0-28-arm64' => '' } }, "/boot/initrd.img-6.1.0-28-arm64 is not known$below",
	'auto_initramfs=1 with a kernel of another');
image_is({ release => '6.8.12-4-pve', cmdline => 'initrd=\EFI\proxmox\6.8.12-4-pve\initrd.img-6.8.12-4-pve root=ZFS=rpool/ROOT/pve-1',
		files => { 'boot/initrd.img-6.8.12-4-pve' => '' } }, "/boot/initrd.img-6.8.12-4-pve is not known$below", 'Proxmox');

# What is known without listing an image.
my $row = check_row(boot_host(card => 'rx6400', %arch, cmdline => 'initrd=\initramfs-linux.img', files => { %images,
			'etc/mkinitcpio.conf' => "MODULES=()\n", 'etc/mkinitcpio.d/linux.preset' => $preset . "default_config='/etc/mkinitcpio-gpu.conf'\n",
			'etc/mkinitcpio-gpu.conf' => "MODULES=(amdgpu)\n" }), 'gpupci1 initramfs');
is($row, 'ok: amdgpu in /etc/mkinitcpio-gpu.conf has it first: remove it before you detach the card for good',
	'a preset with a configuration of its own');
is(check_row(boot_host(card => 't4', cmdline => 'rd.driver.blacklist=nouveau', files => { 'etc/dracut.conf' => "add_drivers+=\" nouveau \"\n" }), 'gpupci1 initramfs'),
	'ok: rd.driver.blacklist= keeps nouveau from loading there', 'rd.driver.blacklist=');
is(check_row(boot_host(card => 't4', files => { 'etc/dracut.conf' => "add_drivers+=\" nouveau vfio-pci \"\n",
				'etc/modprobe.d/v.conf' => "options vfio-pci ids=10de:1eb8\nsoftdep nouveau pre: vfio-pci\n" }), 'gpupci1 initramfs'),
	'ok: nouveau is in /etc/dracut.conf, and so is vfio-pci', 'both are in it');

done_testing;
