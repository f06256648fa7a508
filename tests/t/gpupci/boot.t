#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --check, the row «boot»: which driver gets a card at the next boot, by what is set
# for modules, on the kernel's command line and for the initramfs.
use strict;
use warnings;

use BootHost;
use Gpupci;
use Test::More;

my $all = '10de:21c4,10de:1aeb,10de:1aec,10de:1aed';
my $vfio = 'etc/modprobe.d/vfio.conf';
my $softdeps = join('', map { "softdep $_ pre: vfio-pci\n" }
		qw(nouveau snd_hda_intel xhci_pci i2c_nvidia_gpu));
my $host = 'nouveau snd_hda_intel xhci_pci i2c_nvidia_gpu';

sub boot_is {
	my ($is, $expected, $name) = @_;
	my $row = check_row(boot_host(%$is), 'gpupci1 boot');

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return like($row, $expected, $name) if ref $expected;
	return is($row =~ s/\n.*//sr, $expected, $name);
}

# Nothing is set.
boot_is({}, "ok: the host's at boot: $host", 'the host has it');

# What a guide sets, and in which order it is loaded.
boot_is({ files => { $vfio => "options vfio-pci ids=$all\n$softdeps" } },
	'ok: vfio-pci has it at boot: ids= in /etc/modprobe.d/vfio.conf; softdep in /etc/modprobe.d/vfio.conf',
	'options and softdep');
boot_is({ files => { $vfio => "options vfio-pci ids=$all disable_vga=1\n" } },
	"warn: vfio-pci is to have it at boot (ids= in /etc/modprobe.d/vfio.conf), but nothing that was "
		. "found loads vfio-pci before $host", 'options alone');
boot_is({ files => { $vfio => "options vfio-pci ids=$all\n", 'etc/modules-load.d/vfio.conf' => "vfio-pci\n" } },
	"warn: vfio-pci is to have it at boot (ids= in /etc/modprobe.d/vfio.conf; loaded by "
		. "/etc/modules-load.d/vfio.conf), but $host may be loaded first", 'modules-load.d');
boot_is({ files => { $vfio => "options vfio-pci ids=$all\n" . join('', map { "blacklist $_\n" }
			qw(nouveau snd-hda-intel xhci_pci i2c_nvidia_gpu)), 'etc/modules-load.d/vfio.conf' => "vfio-pci\n" } },
	'ok: vfio-pci has it at boot: ids= in /etc/modprobe.d/vfio.conf; loaded by /etc/modules-load.d/vfio.conf',
	'... without anybody else');
boot_is({ cmdline => "quiet vfio_pci.ids=$all rd.driver.pre=vfio-pci" },
	"ok: vfio-pci has it at boot: vfio-pci.ids= on the kernel's command line; rd.driver.pre= on the "
		. "kernel's command line", 'dracut, on the command line');
boot_is({ cmdline => "quiet vfio-pci.ids=$all", builtin => ['vfio/pci/vfio-pci'] },
	"ok: vfio-pci has it at boot: vfio-pci.ids= on the kernel's command line; built into the kernel",
	'vfio-pci is built in');
boot_is({ builtin => ['vfio/pci/vfio-pci'], files => { $vfio => "options vfio-pci ids=$all\n$softdeps" },
		os => "ID=ubuntu\nID_LIKE=debian\n", cmdline => 'BOOT_IMAGE=/vmlinuz ro' },
	qr{\Awarn: the host's at boot: \Q$host\E; ids= in /etc/modprobe\.d/vfio\.conf has no effect, because vfio-pci is built into this kernel\n.*vfio-pci\.ids=\Q$all\E.*\nupdate-grub\nreboot\z}s,
	'... and modprobe.d does not reach it');
for my $case (['etc/initramfs-tools/modules', "# x\nvfio-pci ids=x\nnouveau\n"],
	['etc/mkinitcpio.conf', "# MODULES=(x)\nMODULES=(vfio_pci vfio\n  nouveau)\nHOOKS=(base kms)\n"],
	['etc/dracut.conf.d/vfio.conf', "force_drivers+=\" vfio_pci vfio \"\nadd_drivers+=\" nouveau \"\n"]) {
	my ($file, $content) = @$case;
	my %files = ($file => $content, $vfio => "options vfio-pci ids=$all\n");

	boot_is({ files => \%files }, "ok: vfio-pci has it at boot: ids= in /etc/modprobe.d/vfio.conf; loaded first "
			. "by the initramfs, /$file", "$file loads it first");
	$files{$file} = $content =~ s/vfio[-_]pci/nouveau/r =~ s/vfio\b/vfio_pci/r;
	boot_is({ files => \%files }, qr/\Awarn: .* nothing that was found loads vfio-pci before /, '... not behind');
}
boot_is({ files => { $vfio => "options vfio-pci ids=$all\n",
			'etc/dracut.conf.d/vfio.conf' => "add_drivers+=\" vfio_pci \"\n" } },
	qr/\Awarn: .* nothing that was found loads/, 'dracut: add_drivers loads nothing');
boot_is({ files => { $vfio => "options vfio-pci ids=$all\n", 'etc/dracut.conf.d/vfio.conf' =>
				"add_drivers+=\" nouveau vfio_pci \"\nforce_drivers+=\" vfio_pci \"\n" } },
	qr/\Aok: vfio-pci has it at boot: .* loaded first by the initramfs, /, '... neither before a driver that it loads');
boot_is({ files => { $vfio => "options vfio-pci ids=$all\n", 'etc/dracut.conf.d/vfio.conf' =>
				"add_drivers+=\" nouveau \"\nforce_drivers+=\" nouveau vfio_pci \"\n" } },
	qr/\Awarn: .* nothing that was found loads/, '... unless it is forced, too');
boot_is({ card => 'rx6400', files => { $vfio => "options vfio-pci ids=1002:743f,1002:ab28\n"
			. "softdep drm pre: vfio-pci\nsoftdep snd-hda-intel pre: vfio_pci\n" } },
	qr/\Aok: vfio-pci has it at boot: .*softdep in/, 'softdep of a module that amdgpu needs');
boot_is({ card => 't4', files => { $vfio => "options vfio-pci ids=10de:1eb8\n"
			. "install nouveau /sbin/modprobe vfio-pci; /sbin/modprobe --ignore-install nouveau\n" } },
	qr/\Aok: vfio-pci has it at boot: .*install in/, 'the old way, install');

# Some of the functions only: «group is not viable».
my $partly = qr/ but the host keeps 0000:02:00\.1 \(snd_hda_intel\), 0000:02:00\.2 \(xhci_pci\), 0000:02:00\.3 \(i2c_nvidia_gpu\): their IOMMU group is not viable, no VM can have any of it\ngpupci --detach gpupci1\nor set all of them: vfio-pci\.ids=\Q$all\E\z/;
boot_is({ cmdline => 'vfio-pci.ids=10de:21c4', drivers => ['vfio-pci', 'snd_hda_intel', 'xhci_hcd', 'nvidia-gpu'] },
	qr/\Afail: vfio-pci is to get 0000:02:00\.0 at boot \(vfio-pci\.ids= on the kernel's command line\),$partly/,
	'one of four functions');
boot_is({ card => 'rx6400', group => undef, cmdline => 'vfio-pci.ids=1002:743f rd.driver.pre=vfio-pci' },
	qr/\Awarn: vfio-pci gets 0000:02:00\.0 at boot \(.*\), but the host keeps 0000:02:00\.1 \(snd_hda_intel\)\n/,
	'... without an IOMMU there is no group to divide');
my $apart = boot_host(card => 'rx6400', group => 17, cmdline => 'vfio-pci.ids=1002:743f rd.driver.pre=vfio-pci');
unlink($apart->folder('0000:02:00.1') . '/iommu_group') or die;
$apart->link_to('sys/devices/pci0000:00/0000:00:02.0/0000:02:00.1/iommu_group', 'sys/kernel/iommu_groups/18');
like(check_row($apart, 'gpupci1 boot'), qr/\Awarn: vfio-pci gets 0000:02:00\.0 at boot \(.*\), but the host keeps 0000:02:00\.1 \(snd_hda_intel\)\n/,
	'... each in a group of its own');
boot_is({ cmdline => "vfio-pci.ids=10de:21c4,10de:1aeb", files => { $vfio => "blacklist xhci_pci\nblacklist i2c_nvidia_gpu\n" . $softdeps } },
	qr/\Aok: vfio-pci has it at boot/, '... the others have no driver');
boot_is({ cmdline => "vfio-pci.ids=$all", files => { $vfio => $softdeps }, builtin => ['usb/host/xhci-pci'] },
	qr/\Aok: /, 'what modules.builtin.modinfo does not have claims nothing');
my $fs = boot_host(cmdline => "vfio-pci.ids=$all", files => { $vfio => $softdeps });
$fs->write_file('lib/modules/6.1.0-test/modules.builtin.modinfo', "xhci_pci.alias=pci:v*d*sv*sd*bc0Csc03i30*\0");
like(check_row($fs, 'gpupci1 boot'), qr/\Awarn: vfio-pci is to have it .* but xhci_pci is built into the kernel and has it first\ngpupci --detach gpupci1\z/,
	'a driver of one function is built in');

# The parameter, as the kernel reads it.
for my $case (['10de:1eb8', 1], ['10DE:1EB8', 1], ['0x10de:0x1eb8', 1], [',,8086:1,10de:1eb8', 1],
	['10de:ffffffff', 1], ['10de:ffff', 0], ['ffffffff:ffffffff', 1], ['10de', 0], ['10de:1eb9', 0],
	['10de:1eb8:10de:12a2', 1], ['10de:1eb8:10de:12a3', 0], ['10de:1eb8:ffffffff:12a2', 1],
	['10de:ffffffff:ffffffff:ffffffff:30200:ffff00', 1], ['10de:ffffffff:ffffffff:ffffffff:30000:ffff00', 0],
	['10de:ffffffff:ffffffff:ffffffff:30000:ff0000', 1], ['ffffffff:ffffffff:ffffffff:ffffffff:40300:ffff00', 0],
	['-10de:1eb8', 0], ['x' x 1015 . ',10de:1eb8', 0]) {
	my ($ids, $takes) = @$case;

	boot_is({ card => 't4', cmdline => "rd.driver.pre=vfio-pci vfio-pci.ids=$ids" },
		$takes ? qr/\Aok: vfio-pci has it/ : qr/\Aok: the host's at boot: nouveau\z/, 'ids=' . substr($ids, 0, 60));
}
boot_is({ card => 't4', cmdline => 'rd.driver.pre=vfio-pci vfio-pci.ids=10de:1eb8', files => { $vfio => "options vfio-pci ids=8086:1\n" } },
	qr/\Aok: vfio-pci has it/, 'the command line comes after modprobe.d');
boot_is({ card => 't4', cmdline => 'rd.driver.pre=vfio-pci vfio-pci.ids=10de:1eb8 vfio_pci.ids=8086:1' },
	"ok: the host's at boot: nouveau", 'the last one counts');
boot_is({ card => 't4', cmdline => 'rd.driver.pre=vfio-pci a="b vfio-pci.ids=10de:1eb8"' },
	"ok: the host's at boot: nouveau", 'a word in quotes is one word');
boot_is({ card => 't4', cmdline => 'rd.driver.pre=vfio-pci "vfio-pci.ids=10de:1eb8"' },
	qr/\Aok: vfio-pci has it/, '... and may be this one');
boot_is({ card => 't4', cmdline => 'rd.driver.pre=vfio-pci -- vfio-pci.ids=10de:1eb8' },
	"ok: the host's at boot: nouveau", "init's words");

# Files of modprobe.d(5): names, order, comments, lines.
my $load = 'etc/dracut.conf';
my %load = ($load => "force_drivers+=\" vfio-pci \"\n");
sub settings_are {
	my ($files, $takes, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return boot_is({ card => 't4', files => { %load, %$files } },
		$takes ? qr/\Aok: vfio-pci has it at boot: ids= in \/\Q$takes\E/ : "ok: the host's at boot: nouveau", $name);
}
settings_are({ 'usr/lib/modprobe.d/a.conf' => "options vfio-pci ids=10de:1eb8\n" }, 'usr/lib/modprobe.d/a.conf', 'a vendor\'s file');
settings_are({ 'usr/lib/modprobe.d/a.conf' => "options vfio-pci ids=10de:1eb8\n", 'etc/modprobe.d/a.conf' => "# not here\n" },
	'', "... replaced by the administrator's");
settings_are({ 'run/modprobe.d/a.conf' => "options vfio-pci ids=10de:1eb8\n", 'lib/modprobe.d/a.conf' => "# hidden\n" },
	'run/modprobe.d/a.conf', '/run is before /lib');
settings_are({ 'etc/modprobe.d/a.conf' => "options vfio-pci ids=10de:1eb8\n", 'etc/modprobe.d/b.conf' => "options vfio_pci ids=8086:1\n" },
	'', 'the last file by name counts');
settings_are({ 'etc/modprobe.d/a' => "options vfio-pci ids=10de:1eb8\n" }, '', 'other names are no settings');
settings_are({ $vfio => "  options\tvfio-pci \\\n ids=10de:1eb8\n" }, $vfio, 'a line goes on after a backslash');
settings_are({ $vfio => "#options vfio-pci ids=10de:1eb8\n # options vfio-pci ids=10de:1eb8\n" }, '', 'comments');
settings_are({ $vfio => "options vfio-pci xids=10de:1eb8\noptions vfio-pcix ids=10de:1eb8\n" }, '', 'other parameters');
$fs = boot_host(card => 't4', files => { %load, 'usr/lib/modprobe.d/a.conf' => "options vfio-pci ids=10de:1eb8\n" });
mkdir($fs->root . '/etc/modprobe.d');
symlink('/dev/null', $fs->root . '/etc/modprobe.d/a.conf') or die;
is(check_row($fs, 'gpupci1 boot'), "ok: the host's at boot: nouveau", 'a link to /dev/null masks a file');
unlink($fs->root . '/etc/modprobe.d/a.conf') or die;
symlink('/usr/lib/modprobe.d/x', $fs->root . '/etc/modprobe.d/b.conf') or die;
rename($fs->root . '/usr/lib/modprobe.d/a.conf', $fs->root . '/usr/lib/modprobe.d/x') or die;
like(check_row($fs, 'gpupci1 boot'), qr/\Aok: vfio-pci has it at boot: ids= in \/etc\/modprobe\.d\/b\.conf/,
	'a link is followed, below the root');

# What keeps the host's drivers off.
for my $case (["blacklist nouveau\n", ''], ["install nouveau /bin/false\n", ''], ["install nouveau /bin/true\n", ''],
	["install nouveau :\n", ''], ["install nouveau /usr/bin/false # x\n", ''], ["install nouveau /dev/null\n", ''],
	["install nouveau /sbin/modprobe --ignore-install nouveau\n", 'nouveau'],
	["install nouveau /bin/true; modprobe -i nouveau\n", 'nouveau'],
	["alias nouveau off\n", 'nouveau'], ["alias pci:v000010DEd00001EB8sv* xyz\n", 'xyz'], ["blacklist nouveaux\n", 'nouveau']) {
	my ($lines, $driver) = @$case;

	boot_is({ card => 't4', files => { 'etc/modprobe.d/x.conf' => $lines } },
		"ok: the host's at boot: " . ($driver || 'no driver'), $lines =~ s/\n//r);
}
for my $case (['modprobe.blacklist=a,nouveau', ''], ['module_blacklist=nouveau,b', ''],
	['module_blacklist=nouveau module_blacklist=b', 'nouveau'], ['rd.driver.blacklist=nouveau', 'nouveau']) {
	my ($words, $driver) = @$case;

	boot_is({ card => 't4', cmdline => $words }, "ok: the host's at boot: " . ($driver || 'no driver'), $words);
}
boot_is({ card => 'rx6400', cmdline => 'modprobe.blacklist=amdgpu,snd-hda-intel' }, "ok: the host's at boot: no driver",
	'modprobe takes - for _');
boot_is({ card => 'rx6400', cmdline => 'module_blacklist=amdgpu,snd-hda-intel' }, "ok: the host's at boot: snd_hda_intel",
	'the kernel does not');
boot_is({ card => 't4', cmdline => 'vfio-pci.ids=10de:1eb8 modprobe.blacklist=nouveau' },
	"ok: no driver has it at boot: nothing that was found loads vfio-pci (vfio-pci.ids= on the kernel's command line)",
	'neither has it');

# pci-stub keeps it for nobody.
boot_is({ card => 'rx6400', cmdline => 'pci-stub.ids=1002:743f,1002:ab28', builtin => ['pci/pci-stub'], drivers => ['pci-stub', 'pci-stub'] },
	"ok: pci-stub has it at boot: pci-stub.ids= on the kernel's command line; built into the kernel; for a VM: gpupci --detach",
	'pci-stub');
like(check_row(boot_host(card => 'rx6400', drivers => ['pci-stub', 'pci-stub']), 'gpupci1 drivers'),
	qr/\Aok: reserved by pci-stub, /, '... is no driver of the host');

# driverctl(8) keeps SUBSYSTEM-DEVICE.
boot_is({ card => 't4', files => { 'etc/driverctl.d/pci-0000:02:00.0' => "vfio-pci\n" } },
	"ok: vfio-pci has it at boot: driverctl's /etc/driverctl.d/pci-0000:02:00.0", 'driverctl');
boot_is({ card => 't4', files => { 'etc/driverctl.d/pci-0000:02:00.0' => "nvidia\n" } },
	"ok: the host's at boot: nvidia", '... with another driver');
boot_is({ files => { 'etc/driverctl.d/pci-0000:02:00.0' => "vfio-pci\n" } },
	qr/\Afail: vfio-pci gets 0000:02:00\.0 at boot \(driverctl's [^)]*\),$partly/, '... of one function');

# gpupci's own record is stronger than a race.
$fs = boot_host(card => 't4', drivers => ['vfio-pci'], cmdline => 'vfio-pci.ids=10de:1eb8');
like(check_row($fs, 'gpupci1 boot'), qr/\Awarn: vfio-pci is to have it at boot \(.*\) and has it now, but /, 'who is first');
is((gpupci($fs, '-d', 'gpupci1'))[0], 0, 'noted as detached');
is(check_row($fs, 'gpupci1 boot'), 'ok: to stay detached, kept off nouveau', 'gpupci keeps it');
$fs->write_file('proc/cmdline', "vfio-pci.ids=10de:1eb8 rd.driver.pre=vfio-pci\n");
like(check_row($fs, 'gpupci1 boot'), qr/\Aok: to stay detached; vfio-pci has it at boot: /, '... and vfio-pci does');

# The next boot of this kernel.
my %entry = (card => 't4', release => '6.1.0-28-amd64', cmdline => 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 vfio-pci.ids=10de:1eb8 rd.driver.pre=vfio-pci');
boot_is({ %entry, files => { 'boot/grub/grub.cfg' => "menuentry 'x' {\n\tlinux\t/boot/vmlinuz-6.1.0-28-amd64 root=UUID=1 ro quiet\n\tinitrd\t/boot/initrd.img-6.1.0-28-amd64\n}\n" } },
	qr{\Awarn: the host's at the next boot: nouveau; vfio-pci\.ids= of this boot is not in /boot/grub/grub\.cfg\n},
	'words that were typed at the boot loader');
boot_is({ %entry, cmdline => 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 ro', files => { 'boot/grub/grub.cfg' =>
			"\tlinux /boot/vmlinuz-6.1.0-28-amd64 ro vfio-pci.ids=10de:1eb8 rd.driver.pre=vfio-pci\n" } },
	"ok: vfio-pci has it at boot: vfio-pci.ids= in /boot/grub/grub.cfg; rd.driver.pre= in /boot/grub/grub.cfg", 'words that wait for the next boot');

done_testing;
