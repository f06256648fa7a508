#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A card that is the display of the host: what a deliberate way past that says and does, and the
# firmware's framebuffer in its memory. The host is that of qemu-devel's msg385330, a GTX 1080 with
# BOOTFB in it; files are as drivers/tty/vt/vt.c and drivers/firmware/sysfb_simplefb.c make them.
use strict;
use warnings;

use File::Temp;
use Gpupci;
use JSON::PP;
use Sysfs;
use Test::More;

my $iomem = <<'END';
00000000-00000fff : Reserved
00001000-0009ffff : System RAM
c0000000-dfffffff : PCI Bus 0000:00
  c0000000-d1ffffff : PCI Bus 0000:02
    c0000000-cfffffff : 0000:02:00.0
      c0000000-c02fffff : BOOTFB
    d0000000-d1ffffff : 0000:02:00.0
  de000000-de0fffff : PCI Bus 0000:03
    de000000-de003fff : 0000:03:00.0
100000000-43fffffff : System RAM
  12e000000-12f1fffff : Kernel code
END

# It is the boot display unless boot_vga => 0.
sub host {
	my (%is) = @_;
	my $fs = Sysfs->new;

	$fs->write_file('etc/hostname', "vm-container-0-15\n");
	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	$fs->process(1, comm => 'systemd');
	$fs->root_port('0000:00:02.0', group => 1);
	$fs->nvidia_card('0000:02:00', '0000:00:02.0', 12, driver => 'nouveau', boot_vga => 1, %is);
	$fs->write_file('proc/iomem', $iomem);
	for my $console ([0, '(S) dummy device', 0], [1, '(M) frame buffer device', 1]) {
		my $at = "sys/devices/virtual/vtconsole/vtcon$console->[0]";

		$fs->write_file("$at/name", "$console->[1]\n");
		$fs->write_file("$at/bind", "$console->[2]\n");
		$fs->link_to("sys/class/vtconsole/vtcon$console->[0]", $at);
	}
	$fs->write_file('sys/devices/platform/simple-framebuffer.0/uevent', '');
	$fs->link_to('sys/bus/platform/drivers/simple-framebuffer/simple-framebuffer.0',
		'sys/devices/platform/simple-framebuffer.0');
	return $fs;
}

sub rows {
	my ($fs, $check) = @_;
	my ($code, $out) = gpupci($fs, '--check', '--json');

	return [ map { [ @{$_}{qw(subject state found fix)} ] } grep { $_->{check} eq $check }
		@{ JSON::PP->new->decode($out)->{checks} } ];
}

my $commands = "echo 0 > /sys/class/vtconsole/vtcon1/bind\n"
	. "echo simple-framebuffer.0 > /sys/bus/platform/drivers/simple-framebuffer/unbind\n";
my $dark = 'gpupci: gpupci1 is the display of this host, which stays dark until gpupci --attach gpupci1 or '
	. "the next boot\n";
my $fs = host();

is_deeply([ gpupci($fs, '-d', 'gpupci1') ],
	[ 3, '', "gpupci: gpupci1 is protected: boot display; nothing was changed\n" ], 'as a rule it stays');
my ($code, $out, $err) = gpupci($fs, '-d', 'gpupci1', '--force-boot-display', '--dry-run');
is($code, 0, 'forced');
like($out, qr{^echo vfio-pci > /sys/bus/pci/devices/0000:02:00\.0/driver_override$}m, 'it is detached');
is($err, "${dark}gpupci: the firmware's framebuffer (BOOTFB) is in the memory of 0000:02:00.0: before a VM "
	. "can use that, the kernel has to give it up:\n$commands", 'with the danger, and what is in the way');
$fs->write_file('proc/iomem', $iomem =~ s/^ .*BOOTFB\n//mr);
is((gpupci($fs, '-d', 'gpupci1', '--force-boot-display', '--dry-run'))[2], $dark, 'nothing in the way');
is_deeply(rows($fs, 'display'), [], 'and no row');

# A VM that has it already detached: until the next boot alone.
$fs = host(driver => 'vfio-pci', boot_vga => 1);
$fs->write_file('sys/bus/pci/drivers/vfio-pci/bind', '');
$fs->link_to('sys/bus/pci/devices/0000:02:00.1/driver2', 'sys/bus/pci/drivers/vfio-pci');
rename($fs->folder('0000:02:00.1') . '/driver2', $fs->folder('0000:02:00.1') . '/driver') or die;
for my $address ('0000:02:00.0', '0000:02:00.1') {
	$fs->write_file("sys/bus/pci/devices/$address/driver_override", "vfio-pci\n");
}
($code, $out, $err) = gpupci($fs, '-d', 'gpupci1', '--force-boot-display');
is($err, '', 'what is detached already goes no darker');
is("$code $out", "0 gpupci1: already detached, now noted until the next boot\n", 'noted for this boot');
ok(-e $fs->root . '/run/gpupci/detached' && !-e $fs->root . '/etc/gpupci.d/detached', 'and no other');

# Nothing else is forced.
$fs = host();
$fs->device("0000:02:00.$_", under => '0000:00:02.0', vendor => '10de', device => '1db6', class => '030200',
	group => 20 + $_, physfn => '0000:02:00.0') for 4, 5;
is((gpupci($fs, '-d', 'gpupci1', '--force-boot-display', '--dry-run'))[0], 3, 'not past virtual functions');
$fs = host();
$fs->node('0000:02:00.0', 'drm/card0', 'dri/card0', '226:0');
$fs->process(812, command => 'Xorg :0', open => ['/dev/dri/card0']);
$err = (gpupci($fs, '-d', 'gpupci1', '--force-boot-display', '--dry-run'))[2];
like($err, qr/is in use.*process 812/s, 'nor past who uses it');
unlike($err, qr/stays dark|framebuffer/, '... and nothing goes dark');
gpupci_fails($fs, ['-d', 'all', '--force-boot-display'], 2, qr/goes with one card, not all/, 'nor for all');
gpupci_fails($fs, ['-a', 'gpupci1', '--force-boot-display'], 2, qr/--force-boot-display goes with --detach/,
	'nor elsewhere');

# --check says where it is, also on a card that is not protected.
$fs = host(boot_vga => 0);
my $row = [ 'gpupci1', 'warn', "the firmware's framebuffer (BOOTFB) is in the memory of 0000:02:00.0: a VM "
	. 'that has the card cannot use that window while the host does',
	"${commands}or, for each boot from the next on:\nto the kernel's command line, where the boot loader has it: "
		. "initcall_blacklist=sysfb_init\nreboot" ];
is_deeply(rows($fs, 'display'), [ $row ], '--check');
for my $name ('efifb', 'simplefb', 'vesafb') {
	$fs->write_file('proc/iomem', $iomem =~ s/BOOTFB/$name/r);
	is(rows($fs, 'display')->[0][2] =~ s/\(.*?\)/($name)/r, $row->[2] =~ s/BOOTFB/$name/r, "by $name");
}
for my $case (['in the memory of another', $iomem =~ s/0000:02:00\.0/0000:09:00.0/gr],
	['in no device', $iomem =~ s/ {4,}(\S+ : BOOTFB)/$1/r], ['numbers alone', "c0000000-c0ffffff\n"],
	['no file', undef]) {
	$fs->write_file('proc/iomem', $case->[1] // '');
	unlink $fs->root . '/proc/iomem' unless defined $case->[1];
	is_deeply(rows($fs, 'display'), [], "no row: $case->[0]");
}
$fs->write_file('proc/iomem', $iomem =~ s/^( *)[0-9a-f]+-[0-9a-f]+/${1}00000000-00000000/gmr);
is_deeply(rows($fs, 'display'), [ $row ], 'without root, who sees no places');

# A captured host says the same, and nothing of where the kernel is.
$fs->write_file('proc/iomem', $iomem);
for my $how ([], ['--anonymous']) {
	my $capture = File::Temp->newdir();

	is((gpupci($fs, '--capture', "$capture/host.tar", @$how))[0], 0, "captured @$how");
	is(system('tar', '-xf', "$capture/host.tar", '-C', "$capture"), 0, 'unpacked');
	is_deeply(rows(Sysfs->new("$capture"), 'display'), [ $row ], 'it says the same');
	open(my $file, '<', "$capture/proc/iomem") or die;
	unlike(join('', <$file>), qr/12e000000|c0000000/, 'and no place');
}

done_testing();
