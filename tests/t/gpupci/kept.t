#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci: which cards stay detached, and what happens to them at the next boot.
use strict;
use warnings;

use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use Gpupci;
use Sysfs;
use Test::More;

my $SERIAL = '48-b0-2d-ff-fe-00-00-01';

# A host with these cards: bus => what is odd about it. It keeps what was written below root.
sub host {
	my ($root, %cards) = @_;
	$root //= tempdir(CLEANUP => 1);
	remove_tree("$root/sys", "$root/proc");
	my $fs = Sysfs->new($root);

	$fs->write_file('etc/hostname', "vm-container-0-15\n");
	$fs->root_port("0000:00:0$_.0", group => $_) for 1 .. 4;
	for my $bus (sort keys %cards) {
		$fs->device("0000:0$bus:00.0", under => "0000:00:0$bus.0", vendor => '10de',
			device => '1b06', class => '030000', subvendor => '10de', subdevice => '120f',
			group => 10 + $bus, driver => 'vfio-pci', boot_vga => 0, %{ $cards{$bus} });
	}
	$fs->write_file('sys/bus/pci/drivers/vfio-pci/bind', '');
	$fs->write_file('proc/1/net/route', "Iface\tDestination\n");
	$fs->write_file('proc/sys/kernel/random/boot_id', "boot-1\n");
	$fs->process(1, comm => 'systemd');
	return $fs;
}

# Both cards noted as detached; then the host as it comes up next.
sub next_boot {
	my (%cards) = @_;
	my $fs = host(undef, 2 => {}, 3 => {});
	gpupci_ok($fs, ['-d', 'all'], join('', map { "gpupci$_: already detached, now noted over reboots\n" } 1, 2),
		'both are noted');
	return host($fs->root, %cards);
}

sub kept { my ($fs) = @_; return -e $fs->root . '/etc/gpupci.d/detached' ? Gpupci::slurp($fs->root . '/etc/gpupci.d/detached') : '' }

# A card that became the display of the host stays there, and does not hold up the next one.
{
	my $fs = next_boot(2 => { boot_vga => 1, driver => 'nouveau' }, 3 => { driver => 'nouveau' });
	my ($code, $out, $err) = gpupci($fs, '--restore', '--dry-run');

	is($code, 5, 'a card that is protected by now: partly done');
	is($err, "gpupci: gpupci1 is protected: boot display; nothing was changed\n", 'which is reported');
	like($out, qr{^echo 0000:03:00\.0 > /sys/bus/pci/drivers/nouveau/unbind$}m, 'the next one is done');
	is_deeply([ gpupci($fs, '--early', '0000:02:00.0') ], [ 3, '', '' ],
		'the early rule leaves it to the host');
	gpupci_ok($fs, ['--early', '0000:03:00.0'], "vfio-pci\n", 'and not the other');
}

# A vendor's own driver for VMs is the one that a card gets again.
{
	my $fs = host(undef, 2 => { driver => 'nvgrace_gpu_vfio_pci' });
	gpupci_ok($fs, ['-d', 'gpupci1'], "gpupci1: already detached, now noted over reboots\n", 'with its own driver');
	$fs = host($fs->root, 2 => { driver => 'nvidia' });
	gpupci_ok($fs, ['--early', '0000:02:00.0'], "nvgrace_gpu_vfio_pci\n", 'which the early rule names');
}

# A serial number of two cards identifies neither, even when one is gone.
{
	my $fs = host(undef, 2 => { serial => $SERIAL }, 3 => { serial => $SERIAL, driver => 'nouveau' });
	gpupci($fs, '--scan');
	gpupci_ok($fs, ['-d', 'gpupci1'], "gpupci1: already detached, now noted over reboots\n", 'one of two equal ones');
	$fs = host($fs->root, 3 => { serial => $SERIAL, driver => 'nouveau' });
	is_deeply([ gpupci($fs, '--early', '0000:03:00.0') ], [ 1, '', '' ], 'the other is not mistaken for it');
	is_deeply([ gpupci($fs, '--restore', '--dry-run') ],
		[ 0, '', "gpupci: gpupci1 is missing; it stays recorded as detached\n" ], 'nor when the host is up');
	$fs = host($fs->root, 2 => { serial => $SERIAL }, 3 => { serial => $SERIAL });
	gpupci_ok($fs, ['--early', '0000:02:00.0'], "vfio-pci\n", 'it is known by its place');
}

# A list that is broken: nobody says that all is well.
{
	my $fs = next_boot(2 => { driver => 'nouveau' }, 3 => { driver => 'nouveau' });
	my $list = $fs->root . '/etc/gpupci.d/detached';
	my $row = qr/^fail host kept: which cards are to stay detached is not known:/m;

	$fs->write_file('etc/gpupci.d/detached', kept($fs) . "junk\n");
	like((gpupci($fs, '--check'))[1], $row, 'a broken list: the check fails');
	my ($code, $out, $err) = gpupci($fs, '--restore');
	is($code, 1, 'and so does the restore');
	like($err, qr/\A\S+ \Q$list\E is not as gpupci writes it, it was renamed to \Q$list\E\.broken-1; /,
		'which renames it');
	is((gpupci($fs, '--restore'))[0], 0, 'the next one has nothing to do');
	like((gpupci($fs, '--check'))[1] =~ s/\s+/ /gr, qr/not known: a broken list of them was renamed to \Q$list\E\.broken-1 .*then remove that file/,
		'the check fails on');
	unlink("$list.broken-1");
	unlike((gpupci($fs, '--check'))[1], $row, 'until it is removed');
}

# What was interrupted is at its end before it is forgotten.
{
	my $fs = host(undef, 2 => { files => { driver_override => "vfio-pci\n" } });
	$fs->write_file('var/lib/gpupci/journal', "gpupci-journal 1\n"
		. "plan detach gpupci1 boot=boot-1 runtime=0 left=0 since=0\n"
		. "function 0000:02:00.0 id=10de:1b06 module=- from=nouveau from-override=- to=vfio-pci "
		. "to-override=vfio-pci\nend 2\n");
	my ($code, $out, $err) = gpupci($fs, '--forget');

	is($code, 0, '--forget, after an interrupted detach');
	like($err, qr/an interrupted detach was finished/, 'which is finished first');
	like($out, qr/^gpupci1: with the host again from the next boot on/, 'and forgotten');
	gpupci($fs, '-s', 'all');
	gpupci($fs, '-d', 'gpupci1', '--dry-run');
	is(kept($fs), '', 'nothing notes it again');
}

# A card goes from one list to the other: where one cannot be written, none changes.
{
	my $fs = host(undef, 2 => {});
	my $run = $fs->root . '/run/gpupci/detached';
	gpupci($fs, '--scan');
	gpupci_ok($fs, ['-d', 'gpupci1', '--runtime'],
		"gpupci1: already detached, now noted until the next boot\n", 'for this boot');
	my $before = Gpupci::slurp($run);
	my $program = ($ENV{BUILD} || 'build') . '/gpupci';
	my $said = `sh -c 'trap "" XFSZ; ulimit -f 0; exec "\$0" --sysroot "\$1" -d gpupci1' $program @{[ $fs->root ]} 2>&1 | cat`;
	like($said, qr{cannot write \S+/etc/gpupci\.d/detached: File too large}, 'over reboots: it cannot be written');
	is(Gpupci::slurp($run), $before, 'it is noted as before');
	is(kept($fs), '', 'and not besides');
	gpupci_ok($fs, ['-d', 'gpupci1'], "gpupci1: already detached, now noted over reboots\n", 'now it can');
	ok(!-e $run, 'and is in one list');
}

# Virtual functions go when the driver of their card does.
{
	my $fs = host(undef, 2 => {});
	$fs->device('0000:02:00.4', under => '0000:00:02.0', vendor => '10de', device => '1b07',
		class => '030000', group => 20, driver => 'vfio-pci', physfn => '0000:02:00.0');
	is_deeply([ gpupci($fs, '-a', 'gpupci1', '--dry-run') ], [ 3, '',
		"gpupci: gpupci1 has virtual functions, which VMs may have and which would disappear; nothing was changed. "
		. "When no VM has one: echo 0 > /sys/bus/pci/devices/0000:02:00.0/sriov_numvfs\n" ],
		'a card with virtual functions stays where it is');
	like((gpupci($fs, '--check'))[1] =~ s/\s+/ /gr, qr/gpupci1 protected: its virtual functions are enabled.* sriov_numvfs/,
		'and the check says what to do');
}

done_testing;
