#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --check: a row a check, what to change, and what the exit status says.
use strict;
use warnings;

use Gpupci;
use JSON::PP;
use POSIX ();
use Sysfs;
use Test::More;

my $modules = 'lib/modules/6.1.0-test';
my $nouveau = "alias pci:v000010DEd*sv*sd*bc03sc*i* nouveau\n"
	. "alias pci:v000010DEd*sv*sd*bc04sc03i* snd_hda_intel\nalias pci:v00008086d* other\n";

# A host with one card where all is well.
sub host {
	my (%video) = @_;
	my $fs = Sysfs->new;
	my %files = (modalias => "pci:v000010DEd00001B06sv000010DEsd0000120Fbc03sc00i00\n",
		reset_method => "flr bus\n", power_state => "D0\n", d3cold_allowed => "0\n",
		%{ delete $video{files} || {} });

	$fs->write_file('etc/hostname', "vm-container-0-15\n");
	$fs->root_port('0000:00:02.0', group => 1, acs => 'on', %{ delete $video{port} || {} });
	$fs->nvidia_card('0000:02:00', '0000:00:02.0', 12, driver => 'nouveau', files => \%files, %video);
	$fs->write_file($fs->folder('0000:02:00.1') =~ s/^\Q${\ $fs->root}\E\///r . '/modalias',
		"pci:v000010DEd000010EFsv000010DEsd0000120Fbc04sc03i00\n");
	$fs->write_file('proc/sys/kernel/osrelease', "6.1.0-test\n");
	$fs->write_file('proc/interrupts', "  CPU0\n 24: 0 IR-PCI-MSI 1-edge nvme0q0\n");
	$fs->write_file("$modules/modules.dep", "kernel/drivers/vfio/pci/vfio-pci.ko: x\n"
		. "kernel/drivers/vfio/vfio_iommu_type1.ko:\n");
	$fs->write_file("$modules/modules.alias", $nouveau);
	$fs->write_file('usr/lib/udev/rules.d/60-gpupci.rules', '');
	$fs->write_file('etc/systemd/system/multi-user.target.wants/gpupci.service', '');
	$fs->process(1);
	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	return $fs;
}

# The rows of the document, by "subject check"; several of one name: the last.
sub rows {
	my ($fs) = @_;
	my ($code, $out, $err) = gpupci($fs, '--check', '--json');
	my $document = JSON::PP->new->utf8->decode($out);

	is($err, '', 'nothing on stderr');
	is($document->{end}, scalar(@{ $document->{checks} }), 'the end mark counts the rows');
	is("$document->{schema} $document->{version} $document->{host}",
		'gpupci-check 1 vm-container-0-15', 'what it is');
	my @states = map { $_->{state} } @{ $document->{checks} };
	is($code, (grep { $_ eq 'fail' } @states) ? 11 : (grep { $_ eq 'warn' } @states) ? 10 : 0,
		'the exit status is that of the worst row');
	return { map { ("$_->{subject} $_->{check}" => $_) } @{ $document->{checks} } };
}

# One row of the host is in this state and says so.
sub row_is {
	my ($fs, $name, $state, $found, $fix) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	subtest "$name: $state" => sub {
		my $row = rows($fs)->{$name};

		is($row->{state}, $state, 'state') or diag(explain($row));
		like($row->{found}, $found, 'what was found');
		$fix ? like($row->{fix}, $fix, 'what to change') : is($row->{fix}, undef, 'nothing to change');
	};
	return;
}

my $fs = host();
gpupci_ok($fs, ['--check'], <<'OUT', 'all is well');
ok   host iommu: 2 IOMMU groups: 2 DMA-FQ
ok   host interrupts: interrupts are remapped
ok   host vfio: vfio_pci is ready to load
ok   host vfio: vfio_iommu_type1 is ready to load
ok   host udev: the early rule is installed
ok   host service: gpupci.service is enabled
ok   gpupci1 drivers: with the host (nouveau)
ok   gpupci1 group: IOMMU group 12 (DMA-FQ) is its own
ok   gpupci1 acs: 0000:00:02.0 (8086:6f02) has ACS
ok   gpupci1 boot: the host's at boot: nouveau snd_hda_intel
ok   gpupci1 initramfs: whether nouveau snd_hda_intel is in the initramfs is not
known: no entry of a boot loader and no usual name leads to the image of kernel
6.1.0-test
ok   gpupci1 reset: by flr bus
ok   gpupci1 power: D3cold is not used
ok   gpupci1 bars: 4 memory windows, the largest of 256 MiB
ok   gpupci1 numa: NUMA node 0
OUT
my ($code, $out) = gpupci(host(files => { reset_method => "\n" }), '--check');
is($code, 10, 'a warning exits 10');
ok(!(grep { length > 80 } split(/\n/, $out)), 'rows and fixes fit into 80 columns');

# The IOMMU, by its effect: whatever the command line says.
$fs = host(group => undef);
system('rm', '-rf', $fs->root . '/sys/kernel') == 0 or die;
unlink($fs->folder($_) . '/iommu_group') for '0000:02:00.1', '0000:00:02.0';
$fs->write_file('proc/cmdline', "quiet\n");
row_is($fs, 'host iommu', 'fail', qr/the firmware reports none/, qr/VT-d.*\n.*intel_iommu=on/s);
$fs->write_file('proc/cmdline', "intel_iommu=on iommu=pt\n");
row_is($fs, 'host iommu', 'fail', qr/the firmware reports none/, qr/VT-d.*\ndmesg/s);
row_is($fs, 'gpupci1 group', 'fail', qr/in no IOMMU group/);
$fs->write_file('sys/firmware/acpi/tables/DMAR', '');
row_is($fs, 'host iommu', 'fail', qr/VT-d on, the kernel does not use it in spite of intel_iommu=on/,
	qr/\Admesg/);
$fs->write_file('proc/cmdline', "quiet\n");
row_is($fs, 'host iommu', 'fail', qr/VT-d on, the kernel does not use it$/,
	qr/\Ato the kernel's command line, where the boot loader has it: intel_iommu=on iommu=pt\nreboot\z/);
$fs = host();
$fs->write_file('sys/module/vfio/parameters/enable_unsafe_noiommu_mode', "Y\n");
row_is($fs, 'host noiommu', 'fail', qr/without an IOMMU/, qr/modprobe\.d/);

# Interrupts.
$fs = host();
$fs->write_file('proc/interrupts', " 24: 0 PCI-MSI 1-edge nvme0q0\n");
row_is($fs, 'host interrupts', 'warn', qr/not remapped/, qr/Interrupt Remapping/);
$fs->write_file('sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts', "Y\n");
row_is($fs, 'host interrupts', 'warn', qr/unsafe interrupts/, qr/modprobe\.d/);

# Modules.
$fs = host();
$fs->write_file("$modules/modules.dep", "kernel/drivers/vfio/pci/vfio-pci.ko: x\n");
row_is($fs, 'host vfio', 'fail', qr/vfio_iommu_type1 is missing for kernel 6\.1\.0-test/, qr/install/);
$fs->write_file("$modules/modules.builtin", "kernel/drivers/vfio/vfio_iommu_type1.ko\n");
row_is($fs, 'host vfio', 'ok', qr/vfio_iommu_type1 is built in/);
unlink($fs->root . '/proc/sys/kernel/osrelease') or die;
row_is($fs, 'host vfio', 'warn',
	qr/whether there is vfio_iommu_type1 is not known: nor is which kernel runs$/);

# What maps a VM's memory on POWER, and in a kernel with iommufd alone; who keeps interrupts apart.
for my $name ('vfio_iommu_spapr_tce', 'iommufd') {
	$fs = host();
	$fs->write_file("$modules/modules.dep", "kernel/drivers/vfio/pci/vfio-pci.ko: x\n"
		. "kernel/drivers/$name.ko:\n");
	row_is($fs, 'host vfio', 'ok', qr/^$name is ready to load$/);
	$fs->write_file("$modules/modules.builtin", "kernel/drivers/vfio/vfio_iommu_type1.ko\n");
	row_is($fs, 'host vfio', 'ok', qr/^vfio_iommu_type1 is built in$/);
}
for my $case ([' 16:  0  XIVE-IRQ 2097152 Edge  ahci', 'XIVE'],
	[' 16:  0      XICS   2 Edge      IPI', 'XICS']) {
	$fs->write_file('proc/interrupts', "$case->[0]\n");
	row_is($fs, 'host interrupts', 'ok', qr/^interrupts go through $case->[1]$/);
}

# What starts gpupci.
unlink($fs->root . '/etc/systemd/system/multi-user.target.wants/gpupci.service') or die;
row_is($fs, 'host service', 'warn', qr/not enabled/, qr/\Asystemctl enable gpupci\.service\z/);

# Who would claim it.
sub detached {
	my $kept = host(driver => 'vfio-pci');

	unlink($kept->folder('0000:02:00.1') . '/driver') or die;
	$kept->link_to($kept->folder('0000:02:00.1') =~ s/^\Q${\ $kept->root}\E\///r . '/driver',
		'sys/bus/pci/drivers/vfio-pci');
	is((gpupci($kept, '-d', 'gpupci1'))[0], 0, 'noted as detached');
	return $kept;
}
$fs = detached();
row_is($fs, 'gpupci1 drivers', 'ok', qr/detached: a VM can have it/);
row_is($fs, 'gpupci1 boot', 'ok', qr/to stay detached, kept off nouveau snd_hda_intel$/);
$fs->write_file("$modules/modules.builtin.modinfo",
	"nouveau.license=GPL\0nouveau.alias=pci:v000010DEd*sv*sd*bc03sc*i*\0");
row_is($fs, 'gpupci1 boot', 'warn', qr/nouveau is built into the kernel/, qr/initcall_blacklist/);
$fs = detached();
$fs->write_file('etc/modprobe.d/ours.conf', "# x\nblacklist nouveau\n");
row_is($fs, 'gpupci1 boot', 'ok', qr/kept off snd_hda_intel$/);
$fs->write_file('proc/cmdline', "quiet modprobe.blacklist=x,snd-hda-intel ro\n");
row_is($fs, 'gpupci1 boot', 'ok', qr/kept off all drivers/);
unlink($fs->root . "/$modules/modules.alias") or die;
row_is($fs, 'gpupci1 boot', 'warn', qr/not known/, qr/depmod/);

# What the first file system holds. Programs that list it are run in the lab, below / only.
$fs = host();
row_is($fs, 'gpupci1 initramfs', 'ok',
	qr/nouveau snd_hda_intel is in the initramfs is not known: no entry .* of kernel 6\.1\.0-test$/);
$fs->write_file('etc/initramfs-tools/modules', "# nouveau\nvfio-pci\nsnd-hda-intel model=x\n");
row_is($fs, 'gpupci1 initramfs', 'ok',
	qr/^snd_hda_intel in \/etc\/initramfs-tools\/modules has it first: remove it/);
$fs = detached();
row_is($fs, 'gpupci1 initramfs', 'warn', qr/is not known: no entry of a boot loader/, qr/lsinitramfs/);
$fs->write_file('boot/initrd.img-6.1.0-test', '');
row_is($fs, 'gpupci1 initramfs', 'warn', qr/is in \/boot\/initrd\.img-6\.1\.0-test is not known: gpupci runs no program below another root/,
	qr/lsinitramfs/);
$fs->write_file('etc/dracut.conf.d/50-nouveau.conf',
	"#add_drivers+=\" snd_hda_intel \"\nforce_drivers+=\" i915 nouveau \"\n");
row_is($fs, 'gpupci1 initramfs', 'warn',
	qr/^to stay detached, but nouveau in \/etc\/dracut\.conf\.d\/50-nouveau\.conf has it first/,
	qr/\Aecho 'omit_drivers\+=" nouveau "' >> \/etc\/dracut\.conf\.d\/gpupci\.conf\ndracut -f\z/);
$fs->write_file("$modules/modules.alias", "alias pci:v00008086d* other\n");
ok(!rows($fs)->{'gpupci1 initramfs'}, 'no driver, no row');

# One function here and one there.
$fs = host(driver => 'vfio-pci');
row_is($fs, 'gpupci1 drivers', 'fail', qr/1 of 2 functions are detached/, qr/--attach/);

# Group, display, reset, power.
$fs = host();
$fs->device('0000:02:01.0', under => '0000:00:02.0', vendor => '144d', device => 'a808',
	class => '010802', group => 12, driver => 'nvme');
row_is($fs, 'gpupci1 group', 'warn', qr/has 0000:02:01\.0 \(class 010802\) too/, qr/ACS/);
$fs->node('0000:02:01.0', 'nvme/nvme0/nvme0n1', 'nvme0n1', '259:0');
$fs->process(1, mounts => "36 1 259:0 / / rw - ext4 /dev/root rw\n");
row_is($fs, 'gpupci1 group', 'fail', qr/too, and .dev.nvme0n1 is mounted at \/$/, qr/ACS/);
row_is($fs, 'gpupci1 acs', 'warn', qr/^no bridge above it lacks ACS/, qr/another slot/);

# Which bridge does not keep devices apart.
my %nvme = (under => '0000:00:02.0', vendor => '144d', device => 'a808', class => '010802',
	group => 12);
for my $case ([ { acs => undef },
	qr/^0000:00:02\.0 \(8086:6f02\) has no ACS: what is below and beside it/,
	qr/^put the card into another slot.*ACS Enable/s ],
	[ { acs => 'off' }, qr/^0000:00:02\.0 \(8086:6f02\) has ACS, but not all of it is on/,
		qr/\Ain the BIOS: "ACS Enable" or "ACS Control"\z/ ],
	[ { config => 64 }, qr/^whether 0000:00:02\.0 \(8086:6f02\) has ACS is not known/,
		qr/root/ ]) {
	my ($port, $shared, $fix) = @$case;
	my $bridged = host(port => $port);

	row_is($bridged, 'gpupci1 acs', 'ok',
		exists $port->{config} ? qr/not known: only root can see it/
		: qr/^0000:00:02\.0 \(8086:6f02\) has no ACS.*: what is plugged in beside the card/);
	$bridged->device('0000:02:01.0', %nvme);
	row_is($bridged, 'gpupci1 acs', 'warn', $shared, $fix);
}
for my $case (['pci=disable_acs_redir=pci:8086:6f02', qr/\Agrubby --update-kernel=ALL \\\n--remove-args="pci=disable_acs_redir=pci:8086:6f02"\nreboot\nin the BIOS: "ACS/],
	['pci=nocrs,disable_acs_redir=00:02.0 quiet', qr/\Atake disable_acs_redir= out of pci= on the kernel's command line\nin the BIOS: "ACS/]) {
	my $bridged = host(port => { acs => 'off' });

	$bridged->device('0000:02:01.0', %nvme);
	$bridged->write_file('etc/os-release', "ID=fedora\n");
	$bridged->write_file('proc/cmdline', "BOOT_IMAGE=/vmlinuz-6.1.0-test $case->[0]\n");
	row_is($bridged, 'gpupci1 acs', 'warn', qr/not all of it is on/, $case->[1]);
}
$fs = host(port => { acs => undef });
$fs->device('0000:00:04.0', vendor => '10b5', device => '8112', class => '060400', bridge => 1,
	group => 13, files => { config => "\0" x 256 });
$fs->nvidia_card('0000:04:00', '0000:00:04.0', 13);
row_is($fs, 'gpupci2 acs', 'ok', qr/^0000:00:04\.0 \(10b5:8112\) has no ACS/);

# Groups by type; a kernel that does not say.
$fs = host();
$fs->write_file('sys/kernel/iommu_groups/1/type', "identity\n");
$fs->write_file('sys/kernel/iommu_groups/30/type', "new\n");
mkdir($fs->root . '/sys/kernel/iommu_groups/31') or die;
row_is($fs, 'host iommu', 'ok', qr/^4 IOMMU groups: 1 DMA-FQ, 1 identity, 2 of unknown type$/);
unlink($fs->root . '/sys/kernel/iommu_groups/12/type') or die;
row_is($fs, 'gpupci1 group', 'ok', qr/^IOMMU group 12 \(its type is not known\) is its own$/);
POSIX::mkfifo($fs->root . '/sys/kernel/iommu_groups/1/pipe', 0600) or die;
rename($fs->root . '/sys/kernel/iommu_groups/1/pipe',
	$fs->root . '/sys/kernel/iommu_groups/1/type') or die;
like((gpupci($fs, '--check', '--timeout', '1'))[1],
	qr/^warn host iommu: 4 IOMMU groups, but the kernel is busy with one/m,
	'a group that is busy');

# Memory, where gpupci.conf asks for it.
$fs = host();
ok(!(grep { /memlock|hugepages/ } keys %{ rows($fs) }), 'memory does not matter unless asked for');
$fs->write_file('etc/gpupci.conf', "memlock 64G\nhugepages 1G 32\nhugepages 2M 512\n");
$fs->write_file('proc/meminfo', "MemTotal:       131072000 kB\nMemFree:  1 kB\n");
row_is($fs, 'host memlock', 'warn', qr/neither libvirtd nor virtqemud runs/, qr/virsh list/);
my $limits = "Limit    Soft Limit  Hard Limit  Units\nMax locked memory         65536                %s            bytes\n";
$fs->process(800, comm => 'virtqemud');
$fs->write_file('proc/800/status', "Name:\tvirtqemud\nUid:\t0\t0\t0\t0\n");
row_is($fs, 'host memlock', 'ok', qr/^virtqemud \(process 800\) runs as root/);
$fs->write_file('proc/800/status', "Name:\tvirtqemud\nUid:\t1000\t0\t0\t0\n");
$fs->write_file('proc/800/limits', sprintf($limits, 8 << 20));
row_is($fs, 'host memlock', 'fail', qr/may lock 8 MiB, a VM needs 65536$/,
	qr/LimitMEMLOCK=infinity\n.*hard memlock unlimited/);
for my $limit (64 << 30, 'unlimited') {
	$fs->write_file('proc/800/limits', sprintf($limits, $limit));
	row_is($fs, 'host memlock', 'ok', qr/^virtqemud \(process 800\) may lock as much$/);
}
$fs->write_file('proc/meminfo', "MemTotal:       32768000 kB\n");
row_is($fs, 'host memlock', 'fail', qr/^a VM of 65536 MiB locks all of it, the host has 32000$/,
	qr/more memory/);
row_is($fs, 'host hugepages', 'fail', qr/have no pages of 2048 KiB/,
	qr/ls .sys.kernel.mm.hugepages/);
my $pages = 'sys/kernel/mm/hugepages/hugepages';
$fs->write_file("$pages-2048kB/nr_hugepages", "511\n");
row_is($fs, 'host hugepages', 'fail', qr/^511 of 512 pages of 2 MiB are there$/,
	qr/\Ain \/etc\/sysctl\.d\/hugepages\.conf: vm\.nr_hugepages = 512\n/);
$fs->write_file("$pages-2048kB/nr_hugepages", "512\n");
row_is($fs, 'host hugepages', 'ok', qr/^512 pages of 2 MiB are there$/);
$fs->write_file('etc/gpupci.conf', "hugepages 1G 32\n");
$fs->write_file("$pages-1048576kB/nr_hugepages", "0\n");
row_is($fs, 'host hugepages', 'fail', qr/^0 of 32 pages of 1024 MiB/,
	qr/: default_hugepagesz=1G hugepagesz=1G hugepages=32\nreboot\z/);

row_is(host(boot_vga => 1), 'gpupci1 protected', 'warn', qr/boot display: it stays/, qr/primary display/);
row_is(host(files => { reset_method => "\n" }), 'gpupci1 reset', 'warn', qr/cannot be reset/, qr/restart/);
# Since 5.15 the kernel names the methods of what can be reset, before it has reset alone.
for my $case (['6.1.0-test', undef, 'warn', qr/cannot be reset/, qr/restart/],
	['6.1.0-test', '', 'warn', qr/cannot be reset/, qr/restart/],
	['5.15.0-1-generic', '', 'warn', qr/cannot be reset/, qr/restart/],
	['5.14.0-70.el9', '', 'ok', qr/^kernel 5\.14\.0-70\.el9 can reset it; how, kernels say since 5\.15$/],
	['4.18.0-553.el8', '', 'ok', qr/^kernel 4\.18\.0-553\.el8 can reset it/],
	['5.10.0-30-amd64', undef, 'ok', qr/^by bus, all of its functions together$/]) {
	my ($release, $reset, @expected) = @$case;
	$fs = host(files => { reset_method => undef, reset => $reset });
	$fs->write_file('proc/sys/kernel/osrelease', "$release\n");
	row_is($fs, 'gpupci1 reset', @expected);
}
# VFIO resets a bus for a VM that has all of it, not where somebody else has a part.
$fs->write_file('etc/gpupci.conf', "include 0000:02:00.0\nexclude 0000:02:00.1\n");
row_is($fs, 'gpupci1 reset', 'warn', qr/cannot be reset/, qr/restart/);
unlink($fs->root . '/etc/gpupci.conf', $fs->root . '/proc/sys/kernel/osrelease') == 2 or die;
row_is($fs, 'gpupci1 reset', 'warn', qr/not known: nor is which kernel runs$/);
row_is(host(files => { power_state => "error\n" }), 'gpupci1 power', 'fail', qr/fallen off the bus/, qr/disable_idle_d3/);
row_is(host(files => { power_state => "unknown\n" }, driver => undef), 'gpupci1 power', 'ok',
	qr/is unknown: no driver has enabled it yet$/);
row_is(host(files => { d3cold_allowed => "1\n" }), 'gpupci1 power', 'ok', qr/D3cold is allowed/);

# A kernel that does not answer.
for my $name ('reset_method') {
	$fs = host(files => { $name => undef });
	POSIX::mkfifo($fs->folder('0000:02:00.0') . "/$name", 0600) or die;
	my $start = time();
	my ($code, $out) = gpupci($fs, '--check', '--timeout', '1');
	is($code, 11, "$name does not answer");
	like($out, qr/^fail gpupci1 reset: the kernel does not say within 1 s how it is reset:/m,
		'... it says so');
	cmp_ok(time() - $start, '<', 20, '... in time');
}

# Memory windows: one of 16 GiB has no address.
my $resource = Sysfs::resource([[0, 1 << 24, 0x40200], [3, 1 << 25, 0x14220c]]);
$resource =~ s/^(?:.*\n)\K.*\n/sprintf("0x%016x 0x%016x 0x%016x\n", 0, (16 << 30) - 1, 0x14220c)/e;
row_is(host(files => { resource => $resource }), 'gpupci1 bars', 'fail',
	qr/1 of 4 memory windows have no address, the largest is of 16384 MiB/, qr/Above 4G Decoding/);

$fs = host(files => { resource1_resize => "0000000000007fc0\n" });
row_is($fs, 'gpupci1 bars', 'ok',
	qr/4 memory windows, the largest of 256 MiB; one could be of 16384$/, qr/Resizable BAR/);
row_is(host(files => { resource1_resize => $_ }), 'gpupci1 bars', 'ok',
	qr/largest of 256 MiB$/) for "0000000000000100\n", "x\n", "0\n";
row_is(host(power => 'suspended', files => { resource1_resize => "7fc0\n" }), 'gpupci1 bars', 'ok',
	qr/largest of 256 MiB$/);

# NUMA.
$fs = host(numa => -1);
row_is($fs, 'gpupci1 numa', 'ok', qr/one NUMA node/);
$fs->write_file('sys/devices/system/node/online', "0-1\n");
row_is($fs, 'gpupci1 numa', 'warn', qr/not known, the host has nodes 0-1/, qr/NUMA/);

# A change that did not come to its end; a journal that cannot be read.
$fs = host();
$fs->write_file('var/lib/gpupci/journal', "gpupci-journal 1\n"
	. "plan detach gpupci1 boot=x runtime=0 left=0 since=0\n"
	. "function 0000:02:00.0 id=10de:1b06 module=- from=nouveau from-override=- to=vfio-pci to-override=vfio-pci\n"
	. "end 2\n");
row_is($fs, 'gpupci1 quarantine', 'fail', qr/is unfinished/, qr/--attach/);
$fs->write_file('var/lib/gpupci/journal', "gpupci-journal 1\nplan");
row_is($fs, 'gpupci1 quarantine', 'fail', qr/is not known: .* not as gpupci writes it; .*--restore/);
$fs->write_file('proc/stat', "btime 1\n");
gpupci($fs, '--restore');
row_is($fs, 'gpupci1 quarantine', 'fail', qr/is not known: a broken journal was renamed to /);

# Nothing to check.
$fs = Sysfs->new;
$fs->write_file('etc/hostname', "vm-container-0-15\n");
row_is($fs, 'host cards', 'warn', qr/no cards/, qr/gpupci\.conf/);

done_testing;
