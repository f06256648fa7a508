#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --check of a card with faults on the files that Debian's packages make for booting
# (tests/data/layouts/README): who has it at boot, which image is loaded, what to change. An
# archive of each says the same.
use strict;
use warnings;

use BootHost;
use File::Find;
use File::Temp;
use Gpupci;
use Sysfs;
use Test::More;

my $data = 'tests/data/layouts';
my $faults = 'pcie_acs_override=downstream rd.driver.pre=vfio-pci vfio-pci.ids=10de:1eb8';
my $id = '0123456789abcdef0123456789abcdef';
my ($ostree) = map { s{.*/}{}r } glob("$data/ostree/boot/ostree/*");

# Release and command line of a boot by each.
my %boots = (
	'debian-12' => ['6.1.0-28-amd64', 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 root=/dev/vda ro quiet'],
	'debian-13' => ['6.12.43+deb13-amd64', 'BOOT_IMAGE=/boot/vmlinuz-6.12.43+deb13-amd64 root=/dev/vda ro quiet'],
	'debian-12-systemd-boot' => ['6.1.0-28-amd64', "initrd=\\$id\\6.1.0-28-amd64\\initrd.img-6.1.0-28-amd64 root=UUID=3f1b ro"],
	'systemd-257-dracut' => ['6.12.43+deb13-amd64', "initrd=\\$id\\6.12.43+deb13-amd64\\initrd root=UUID=3f1b ro"],
	'debian-12-u-boot' => ['6.1.0-28-arm64', 'root=LABEL=root ro quiet'],
	'debian-13-raspi' => ['6.12.43+deb13-arm64', 'console=tty0 root=LABEL=RASPIROOT rw rootwait'],
	ostree => ['6.1.0-28-amd64', "BOOT_IMAGE=(hd0,gpt3)/ostree/$ostree/vmlinuz-6.1.0-28-amd64 root=LABEL=root rw "
			. 'ostree=/ostree/boot.1/debian/' . ($ostree =~ s/^debian-//r) . '/0'],
);

# The files of a layout, and links, put into a host.
sub add_files {
	my ($fs, $name) = @_;

	find({ no_chdir => 1, wanted => sub {
		my $path = s{^\Q$data/$name\E/}{}r;

		if (-l $_) { symlink(readlink($_), $fs->root . "/$path") or die "$path: $!" }
		elsif (-f $_) { $fs->write_file($path, Gpupci::slurp($_)) }
		elsif (-d $_) { $fs->write_file("$path/.x", ''); unlink($fs->root . "/$path/.x") }
	} }, glob("$data/$name/*"));
	return $fs;
}

sub check { return join('', (gpupci($_[0], '--check'))[1, 2]) }

is_deeply([sort keys %boots], [map { s{.*/}{}r } grep { -d } sort glob("$data/*")], 'each layout is tried');
for my $name (sort keys %boots) {
	my ($release, $line) = @{ $boots{$name} };
	my $fs = add_files(boot_host(card => 't4', lost => 1, release => $release, cmdline => "$line $faults"), $name);
	my $text = check($fs);
	my $folder = File::Temp->newdir();

	if ($ENV{REGENERATE}) {
		open(my $handle, '>:raw', "$data/$name.expected") or die "$name: $!";
		print $handle $text;
		close($handle) or die;
	}
	is($text, Gpupci::slurp("$data/$name.expected"), $name);
	is((gpupci($fs, '--capture', "$folder/host.tar"))[0], 0, '... captured');
	is(system('tar', '-xf', "$folder/host.tar", '-C', "$folder"), 0, '... unpacked');
	is(check(Sysfs->new("$folder")), $text, '... it says the same');
}

done_testing();
