#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --capture: an archive of a host is that host for every reading command.
use strict;
use warnings;
use File::Temp;
use POSIX ();
use Test::More;

use BootHost;
use Gpupci;
use Hosts qw(host_names make_host);
use Sysfs;

my $folder = File::Temp->newdir();
my $number = 0;

# Captures it and unpacks the archive elsewhere: (archive, host unpacked).
sub capture {
	my ($fs, @words) = @_;
	my $archive = "$folder/" . ++$number . '.tar';
	my $unpacked = "$folder/$number";
	my ($code, $out, $err) = gpupci($fs, '--capture', $archive, @words);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is("$code$out$err", '0', "captured: @words") or return;
	mkdir($unpacked) or die;
	is(system('tar', '-C', $unpacked, '-xf', $archive), 0, 'tar unpacks it');
	return ($archive, bless({ root => $unpacked, folders => {} }, 'Sysfs'));
}

sub told {
	my ($fs) = @_;
	return join('', map { my ($code, $out, $err) = gpupci($fs, @$_); "$code\n$out$err" }
		['-l'], ['-s', 'all'], ['-l', '--json'], ['--scan', '--dry-run'], ['--check']);
}

sub lspci {
	my ($fs) = @_;
	return scalar(`lspci -O sysfs.path=@{[$fs->root]}/sys/bus/pci -nDk 2>/dev/null`);
}

for my $name (host_names()) {
	subtest $name => sub {
		my $fs = make_host($name);
		my ($archive, $copy) = capture($fs);
		my ($again) = capture($copy);

		is(told($copy), told($fs), 'unpacked it tells the same');
		is(lspci($copy), lspci($fs), '... and lspci does');
		isnt(lspci($copy), '', '... something');
		is(Gpupci::slurp($again), Gpupci::slurp($archive),
			'captured again it is the same archive');
		is((stat($archive))[2] & 0777, 0600, 'the archive is for its owner');
	};
}

# A host whose serial numbers and names are to be found, everywhere they may be.
sub telling_host {
	my $fs = Sysfs->new();

	$fs->root_port('0000:00:01.0');
	$fs->device('0000:02:00.0', under => '0000:00:01.0', vendor => '1002',
		device => '744c', class => '030000', serial => '48-b0-2d-ff-fe-12-34-56',
		files => { unique_id => "4b6f6d6d656e7461\n", vpd => Hosts::vpd('0324819000001') });
	$fs->write_file('etc/hostname', "secret-host\n");
	$fs->write_file('etc/gpupci.conf', "vendor 1002\n");
	$fs->write_file('etc/modprobe.d/vfio.conf', "options vfio-pci disable_idle_d3=1\n");
	$fs->write_file('etc/default/grub', "GRUB_CMDLINE_LINUX=root=UUID=5ec2e7\n");
	$fs->write_file('proc/cmdline', "BOOT_IMAGE=/vmlinuz root=UUID=5ec2e7 intel_iommu=on "
		. "rd.luks.key=5ec2e7 pcie_acs_override=downstream iommu=pt quiet\n");
	gpupci($fs, '--scan');
	return $fs;
}

subtest 'what identifies the host' => sub {
	my $fs = telling_host();
	my ($archive, $copy) = capture($fs);
	my $bytes = Gpupci::slurp($archive);
	my @telling = ("\x56\x34\x12\xfe\xff\x2d\xb0\x48", '48-b0-2d-ff', '4b6f6d6d656e7461',
		'0324819000001', 'secret-host', '5ec2e7');

	is_deeply([grep { index($bytes, $_) < 0 } @telling], [], 'is in an archive');
	is(gpupci_json($copy)->{functions}[0]{serial}, '48-b0-2d-ff-fe-12-34-56', '... is reported');
	($archive, $copy) = capture($fs, '--anonymous');
	$bytes = Gpupci::slurp($archive);
	is_deeply([grep { index($bytes, $_) >= 0 } @telling], [], 'is not in an anonymous one');
	my $document = gpupci_json($copy);
	is($document->{host}, undef, '... which has no name');
	is($document->{functions}[0]{serial}, undef, '... and no serial number');
	is(Gpupci::slurp($copy->root . '/proc/cmdline'),
		"intel_iommu=on pcie_acs_override=downstream iommu=pt\n", '... what is about us stays');
	is(Gpupci::slurp($copy->root . '/etc/modprobe.d/vfio.conf'),
		"options vfio-pci disable_idle_d3=1\n", '... the settings too');
	is((gpupci($copy, '-s', 'all'))[1], (gpupci($fs, '-s', 'all'))[1], '... and all else');
};

subtest 'what --check looks at' => sub {
	my $fs = Sysfs->new();

	$fs->root_port('0000:00:02.0', group => 1, acs => 'off');
	$fs->nvidia_card('0000:02:00', '0000:00:02.0', 1, files => { resource1_resize => "7fc0\n",
		modalias => "pci:v000010DE\n", reset_method => "flr bus\n",
		power_state => "D0\n", d3cold_allowed => "1\n" });
	$fs->device('0000:02:01.0', under => '0000:00:02.0', vendor => '144d', device => 'a808',
		class => '010802', group => 1);
	$fs->write_file('sys/devices/pci0000:00/0000:00:02.0/0000:02:00.1/modalias',
		"pci:v000010DE\n");
	$fs->write_file('etc/gpupci.conf', "hugepages 2M 512\n");
	$fs->write_file('sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages', "512\n");
	$fs->write_file('sys/kernel/iommu_groups/1/type', "identity\n");
	$fs->write_file('proc/interrupts', " 24: 0 IR-PCI-MSI 1-edge nvme0q0\n");
	$fs->write_file('proc/sys/kernel/osrelease', "6.1.0-test\n");
	$fs->write_file('lib/modules/6.1.0-test/modules.alias', "alias pci:v000010DE* nouveau\n");
	$fs->write_file('etc/dracut.conf', "force_drivers+=\" nouveau \"\n");
	my ($archive, $copy) = capture($fs);
	my (undef, $out) = gpupci($fs, '--check');
	is((gpupci($copy, '--check'))[1], $out, 'is in the archive');
	like($out, qr/$_/, "... and says: $_") for '1 identity', '512 pages',
		'00:02\.0 .* has ACS, but', 'nouveau in /etc/dracut\.conf', 'by flr bus', '16384',
		'interrupts are remapped';
};

subtest 'what decides at boot' => sub {
	my %card = (card => 't4', group => 12);
	my %vfio = ('etc/modprobe.d/vfio.conf' => "options vfio-pci ids=10de:1eb8\nsoftdep drm pre: vfio-pci\n");
	my %hosts = (
		debian => boot_host(%card, release => '6.1.0-28-amd64', os => "ID=debian\n",
			cmdline => 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 ro vfio-pci.ids=10de:1eb8', files => {
				'boot/grub/grub.cfg' => "password_pbkdf2 root grub.pbkdf2.sha512.10000.5EC2E7\nmenuentry 'x' {\n\tlinux\t/boot/vmlinuz-6.1.0-28-amd64 ro\n\tinitrd\t/boot/initrd.img-6.1.0-28-amd64\n}\n",
				'boot/initrd.img-6.1.0-28-amd64' => 'not to be captured', 'etc/initramfs-tools/modules' => "nouveau\n" }),
		arch => boot_host(%card, release => '6.1.7-arch1-1', cmdline => 'initrd=\initramfs-linux.img', files => { %vfio,
				'boot/initramfs-linux.img' => '', 'boot/loader/entries/arch.conf' => "linux /vmlinuz-linux\ninitrd /initramfs-linux.img\noptions ro\n",
				'etc/mkinitcpio.d/linux.preset' => "default_config='/etc/mkinitcpio-gpu.conf'\n", 'etc/mkinitcpio-gpu.conf' => "MODULES=(vfio_pci)\n" }),
		fedora => boot_host(%card, release => '6.2.9-300.fc38.x86_64', os => "ID=fedora\n", cmdline => 'BOOT_IMAGE=/vmlinuz-6.2.9-300.fc38.x86_64 ro', files => {
				'boot/loader/entries/0123-6.2.9.conf' => "linux /vmlinuz-6.2.9-300.fc38.x86_64\ninitrd /initramfs-6.2.9-300.fc38.x86_64.img\noptions \$kernelopts\n",
				'boot/grub2/grubenv' => "# GRUB\nkernelopts=ro vfio-pci.ids=10de:1eb8 rd.driver.pre=vfio-pci\n", 'boot/initramfs-6.2.9-300.fc38.x86_64.img' => '' }),
		ostree => boot_host(%card, release => '4.18.0-305', cmdline => 'BOOT_IMAGE=(hd0,gpt3)/ostree/x/vmlinuz-4.18.0-305', files => {
				'run/ostree-booted' => '', 'boot/ostree/x/initramfs-4.18.0-305.img' => '', 'usr/lib/modprobe.d/v.conf' => $vfio{'etc/modprobe.d/vfio.conf'},
				'etc/modules-load.d/v.conf' => "vfio-pci\n", 'sys/firmware/acpi/tables/DMAR' => '' }),
		driverctl => boot_host(%card, files => { 'etc/driverctl.d/pci-0000:02:00.0' => "vfio-pci\n" }),
		pi => boot_host(%card, release => '6.6.31+rpt-rpi-2712', files => { 'boot/firmware/config.txt' => "auto_initramfs=1\n",
				'boot/firmware/cmdline.txt' => "ro\n", 'boot/firmware/initramfs_2712' => '', 'etc/gpupci.conf' => "hugepages 1G 4\n",
				'proc/cpuinfo' => "processor\t: 0\nCPU implementer\t: 0x41\nSerial\t\t: 5ec2e7\n" }),
		proxmox => boot_host(%card, release => '6.8.12-4-pve', cmdline => 'initrd=\EFI\proxmox\6.8.12-4-pve\initrd.img-6.8.12-4-pve', files => {
				'etc/kernel/proxmox-boot-uuids' => "5EC2-E7\n", 'etc/kernel/cmdline' => "root=ZFS=x\n", 'boot/initrd.img-6.8.12-4-pve' => '',
				'etc/gpupci.conf' => "hugepages 1G 4\n" }),
		# Debian 11 without a merged /usr; a vendor's preset; /proc/cpuinfo of arch/loongarch/kernel/proc.c.
		vendor => boot_host(%card, files => { 'lib/udev/rules.d/60-gpupci.rules' => '', 'usr/lib/systemd/system/multi-user.target.wants/gpupci.service' => '',
				'proc/interrupts' => " 16:  0  PCH PIC  1  acpi\n",
				'proc/cpuinfo' => "system type\t\t: generic-loongson-machine\n\nprocessor\t\t: 0\nCPU Family\t\t: Loongson-64bit\n" }),
		linked => boot_host(%card, files => { 'usr/share/vfio/v' => "options vfio-pci ids=10de:1eb8\n", 'etc/dracut.conf' => "force_drivers+=\" vfio-pci \"\n" }),
	);

	mkdir($hosts{linked}->root . '/etc/modprobe.d');
	symlink('/usr/share/vfio/v', $hosts{linked}->root . '/etc/modprobe.d/v.conf') or die;
	for my $name (sort keys %hosts) {
		my $fs = $hosts{$name};
		my ($archive, $copy) = capture($fs);
		my (undef, $again) = capture($copy);

		is((gpupci($copy, '--check'))[1], (gpupci($fs, '--check'))[1], "$name: is in the archive");
		is((gpupci($again, '--check'))[1], (gpupci($fs, '--check'))[1], "$name: ... and in one of the copy");
		unlike(Gpupci::slurp($archive), qr/5ec2-?e7|not to be captured/i, "$name: ... no more than that");
	}
	unlike(Gpupci::slurp((capture($hosts{pi}, '--anonymous'))[0]), qr/5ec2e7/, 'no serial number of a board');
	like((gpupci($hosts{linked}, '--check'))[1], qr/ok   gpupci1 boot: vfio-pci has it at boot/, 'a setting behind a link');
};

subtest 'mediated devices' => sub {
	my $fs = boot_host(card => 't4', group => 12);

	$fs->mediated('0000:02:00.0', '070bcb42-18fc-4971-9aa9-67f5ee1281c3', 90, 'nvidia-46');
	my (undef, $copy) = capture($fs);
	$copy->process(1);
	is((gpupci($copy, '-d', 'gpupci1', '--dry-run'))[2], (gpupci($fs, '-d', 'gpupci1', '--dry-run'))[2], 'are in the archive');
};

subtest 'modules of the running kernel' => sub {
	my $fs = make_host('gtx1080');
	my $modules = 'lib/modules/6.1.0-18-amd64';

	$fs->write_file('proc/sys/kernel/osrelease', "6.1.0-18-amd64\n");
	$fs->write_file("$modules/modules.alias", "# Aliases\nalias pci:v000010DEd*sv*sd*bc03sc*i* nouveau\n"
		. "alias pci:v00008086d* e1000e\nalias pci:v*d*sv*sd*bc04sc03i00* snd_hda_intel\nalias usb:v1 x\n");
	$fs->write_file("$modules/modules.dep", "kernel/drivers/vfio/vfio.ko:\nkernel/fs/ext4/ext4.ko:\n");
	$fs->write_file("$modules/modules.builtin", "kernel/drivers/pci/x.ko\n");
	$fs->write_file('lib/modules/5.10.0/modules.builtin', "old\n");
	my ($archive, $copy) = capture($fs);
	my ($again) = capture($copy);
	is(Gpupci::slurp($copy->root . "/$modules/modules.alias"),
		"alias pci:v000010DEd*sv*sd*bc03sc*i* nouveau\nalias pci:v*d*sv*sd*bc04sc03i00* snd_hda_intel\n",
		'aliases of the cards\' vendors');
	is(Gpupci::slurp($copy->root . "/$modules/modules.dep"), "kernel/drivers/vfio/vfio.ko:\n", 'vfio');
	is(Gpupci::slurp($copy->root . "/$modules/modules.builtin"), "kernel/drivers/pci/x.ko\n", 'what is built in');
	ok(!-e $copy->root . '/lib/modules/5.10.0', 'nothing of another kernel');
	is(Gpupci::slurp($again), Gpupci::slurp($archive), 'captured again it is the same archive');
};

subtest 'this machine' => sub {
	my $file = "$folder/this.tar";
	my ($code, $out, $err) = gpupci(undef, '--capture', $file, '--anonymous');

	is($code, 0, 'is captured') or diag($err);
	my $listed = `tar -tf $file`;
	like($listed, qr{^proc/sys/kernel/osrelease$}m, '... files of /proc/sys too');
	unlike($listed, qr{^etc/hostname$}m, '... without its name');
};

subtest 'long paths' => sub {
	my $fs = Sysfs->new();
	my $under = '0000:00:01.0';

	$fs->root_port($under);
	for my $bus (2 .. 24) {
		my $bridge = sprintf('0000:%02x:00.0', $bus);

		$fs->device($bridge, under => $under, vendor => '10b5', device => '8747',
			class => '060400', bridge => 1, group => $bus);
		$under = $bridge;
	}
	$fs->device('0000:40:00.0', under => $under, vendor => '10de', device => '1db6',
		class => '030200', group => 40, driver => 'nvidia');
	cmp_ok(length($fs->folder('0000:40:00.0')), '>', 300, 'the path is long');
	my (undef, $copy) = capture($fs);
	is(told($copy), told($fs), 'unpacked it tells the same');
};

subtest 'a configuration space without an end' => sub {
	for my $config ("\xff" x 4096, pack('V', 0x10010003) x 1024, pack('V', 0xffc10003) x 1024,
		"\0" x 256, "\0" x 0x101, '')
	{
		my $fs = Sysfs->new();

		$fs->device('0000:02:00.0', vendor => '10de', device => '1db6', class => '030200',
			files => { config => $config });
		capture($fs, '--anonymous');
	}
};

subtest 'nobody is woken' => sub {
	my $fs = make_host('t4');
	my $link = $fs->folder('0000:18:00.0') . '/current_link_speed';
	my (undef, $copy) = capture($fs);

	ok(!-e $link =~ s/^\Q@{[$fs->root]}\E/$copy->root/er, 'a sleeping card is not asked for its link');
	ok(-e $copy->root . '/sys/devices/pci0000:17/0000:17:00.0/0000:18:00.0/max_link_speed',
		'... for what it could do it is');
};

subtest 'a device that does not answer' => sub {
	my $fs = make_host('t4');
	my $start = time();

	unlink($fs->folder('0000:18:00.0') . '/driver_override');
	POSIX::mkfifo($fs->folder('0000:18:00.0') . '/driver_override', 0600) or die;
	my (undef, $copy) = capture($fs, '--timeout', '1');
	cmp_ok(time() - $start, '<', 20, 'does not keep us');
	is(told($copy), told($fs), 'all else is there');
};

subtest 'a host that cannot be understood' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $file = "$folder/damaged.tar";

	$fs->write_file('etc/gpupci.conf', "vendor nvidia\n");
	unlink($fs->folder('0000:02:00.0') . '/class');
	my ($code, $out, $err) = gpupci($fs, '--capture', $file);
	is($code, 0, 'is captured all the same');
	like($err, qr{^gpupci: \S+gpupci\.conf:1: not a vendor id 'nvidia'; [^\n]+\n\z}, '... and it says why');
	like(scalar(`tar -tf $file`), qr{^etc/gpupci\.conf$}m, '... what is the matter is in it');
};

subtest 'what goes wrong' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $file = "$folder/there.tar";

	gpupci_fails(Sysfs->new("$folder/empty"), ['--capture', "$folder/no/x.tar"], 1,
		qr{cannot write \S+/no/x\.tar: No such file}, 'no such folder');
	open(my $handle, '>', $file) or die;
	print $handle "mine";
	close($handle);
	gpupci_fails($fs, ['--capture', $file], 1, qr{there\.tar: File exists; remove it or name another},
		'a file that is there');
	is(Gpupci::slurp($file), 'mine', '... stays unchanged');
	symlink($file, "$folder/link.tar");
	gpupci_fails($fs, ['--capture', "$folder/link.tar"], 1, qr{link\.tar: File exists}, 'a link');
	mkdir("$folder/bare");
	my ($code, $out, $err) = gpupci(undef, '--sysroot', "$folder/bare", '--capture', "$folder/bare.tar");
	is($code, 1, 'no /sys at all');
	like($err, qr{nothing to capture}, '... is said');
	ok(!-e "$folder/bare.tar", '... and leaves no file');
	my $program = ($ENV{BUILD} || 'build') . '/gpupci';
	$err = `sh -c 'trap "" XFSZ; ulimit -f 8; exec "\$0" --sysroot "\$1" --capture "\$2"' $program @{[$fs->root]} $folder/full.tar 2>&1`;
	is($? >> 8, 1, 'no room');
	like($err, qr{^gpupci: cannot write \S+/full\.tar: File too large; nothing was captured\n\z}, '... is said');
	ok(!-e "$folder/full.tar", '... and leaves no file');
};

subtest 'users other than root' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $program = ($ENV{BUILD} || 'build') . '/gpupci';
	my $open = "$folder/open";
	my @as = $> == 0 ? qw(setpriv --reuid=65534 --clear-groups) : ();

	mkdir($open);
	chmod(0777, $open);
	chmod(0755, "$folder", $fs->root);
	chmod(0, $fs->folder('0000:02:00.0') . '/resource');
	my $err = `@as $program --sysroot @{[$fs->root]} --capture $open/x.tar 2>&1`;
	is($?, 0, 'captures what it can');
	is($err, "gpupci: 1 file could not be read; run it as root for all\n", '... and says so');
};

done_testing();
