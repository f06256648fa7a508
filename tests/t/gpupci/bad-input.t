#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci on hosts that are damaged, change under its hands, or take no file: it prints what
# it knows or says in one line what is wrong, and what it keeps stays whole.
use strict;
use warnings;
use File::Temp;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

use Gpupci;
use Hosts qw(make_host);
use Rocks qw(thinned);
use Sysfs;

my $program = ($ENV{BUILD} || 'build') . '/gpupci';
my @reading = (['-l'], ['-s', 'all'], ['-l', '--json'], ['--scan', '--dry-run']);
my $file = 'var/lib/gpupci/cards';

# What it may do: succeed in silence, or fail with a line and nothing else. '' or a fault.
sub fault {
	my ($code, $out, $err) = @_;

	return "control characters in '$out$err'" if "$out$err" =~ /[^\n -~]/;
	return '' if $code == 0 && $err eq '';
	return '' if $code == 1 && $out eq '' && $err =~ /\Agpupci: [^\n]+; [^\n]+\n\z/;
	return "exit $code, out '$out', err '$err'";
}

sub behaves {
	my ($fs, $name) = @_;
	my @faults = grep { $_ } map { fault(gpupci($fs, @$_)) } @reading;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply(\@faults, [], $name);
}

my @attributes = qw(vendor device class subsystem_vendor subsystem_device revision resource
	config numa_node sriov_totalvfs boot_vga power/runtime_status current_link_speed current_link_width
	max_link_speed max_link_width secondary_bus_number unique_id vpd);
my %contents = (nothing => '', 'a newline' => "\n", ones => "\xff" x 64, 'a number' => "0x1\n",
	'a large number' => "0xffffffffffffffff\n", 'a negative one' => "-1\n",
	text => "no such thing\n", zeros => "\0" x 300, 'too much' => "9" x 70000,
	'no newline' => '0x10de', 'a format' => "%s%n%d\n", 'an escape' => "\e[2J\n");
# Each attribute gets others of them.
my %holds;
for my $case (thinned(5, 22, map { my $attribute = $_; map { [$attribute, $_] } sort keys %contents } @attributes)) {
	push(@{$holds{$case->[0]}}, $case->[1]);
}
for my $attribute (sort keys %holds) {
	subtest "$attribute holds" => sub {
		for my $what (@{$holds{$attribute}}) {
			my $fs = Sysfs->walkthrough_host();

			$fs->write_file("sys/devices/pci0000:00/0000:00:02.0/0000:02:00.0/$attribute",
				$contents{$what});
			behaves($fs, $what);
		}
	};
}

subtest 'links' => sub {
	for my $name (qw(driver iommu_group physfn)) {
		for my $target ('/', '', '.', '..', 'nowhere', $name, "../\e[2J", '0000:02:00.0', 'x' x 200) {
			next if $target eq '';
			my $fs = Sysfs->walkthrough_host();
			my $link = $fs->folder('0000:02:00.0') . "/$name";

			unlink($link);
			symlink($target, $link) or die;
			behaves($fs, "$name leads to " . ($target =~ s/[^ -~]/?/gr));
		}
	}
};

subtest 'names of devices' => sub {
	for my $name ("\e[2J", '0000:02:00.9', '..x', '0000:02:00.0 ', "0000:02:00.0\n", '0' x 200) {
		my $fs = Sysfs->walkthrough_host();

		mkdir($fs->root . "/sys/bus/pci/devices/$name") or die;
		behaves($fs, $name =~ s/[^ -~]/?/gr);
	}
};

subtest 'absurd classes' => sub {
	for my $class ('ffffff', '000000', '0300ff', '03ffff', '060400', '068000', '0600ff') {
		my $fs = Sysfs->new();

		$fs->device('0000:02:00.0', vendor => '10de', device => '1db6', class => $class);
		behaves($fs, "class $class");
	}
};

subtest 'a device that fell off the bus' => sub {
	my $fs = make_host('titan-xp');

	$fs->write_file('sys/devices/pci0000:17/0000:17:00.0/0000:18:00.0/config', "\xff" x 4096);
	is_deeply([(gpupci($fs, '-l'))[0, 1]], [0, "gpupci1 pci_0000_18_00_0\ngpupci2 pci_0000_86_00_0\n"],
		'is still reported');
	is(gpupci_json($fs)->{functions}[0]{serial}, undef, '... without a serial number');
};

subtest 'a serial number that the kernel does not report' => sub {
	my $fs = make_host('mi100');
	my $file = $fs->folder('0000:03:00.0') . '/unique_id';
	my $start = Time::HiRes::time();

	unlink($file) or die;
	POSIX::mkfifo($file, 0600) or die;
	my ($code, $out) = gpupci($fs, '-l', '--json', '--timeout', '1');
	is($code, 0, 'the others are reported');
	like($out, qr/"address": "0000:03:00\.0",.*"serial": null/, '... it has none');
	like($out, qr/"address": "0000:43:00\.0",.*"serial": "9f1c2b7a3d5e6082"/,
		'... they have theirs');
	cmp_ok(Time::HiRes::time() - $start, '<', 20, '... in time');
};

subtest 'a device that comes and goes while it is read' => sub {
	my $fs = make_host('v100');
	my $entry = $fs->root . '/sys/bus/pci/devices/0000:44:00.0';
	my $target = readlink($entry);
	my $folder = $fs->folder('0000:44:00.0');
	my $parent = $$;
	my $pid = fork() // die;

	if (!$pid) {
		while (getppid() == $parent) {
			unlink($entry);
			rename($folder, "$folder.gone");
			sleep(0.002);
			rename("$folder.gone", $folder);
			symlink($target, $entry);
			sleep(0.002);
		}
		POSIX::_exit(0);
	}
	my %seen;
	my @faults;
	for (thinned(2, 12, 1 .. 60)) {
		for my $words (@reading) {
			my ($code, $out, $err) = gpupci($fs, @$words);

			push(@faults, fault($code, $out, $err)) if fault($code, $out, $err);
			$seen{"$code$out"}++ if $words->[0] eq '-l' && !$words->[1];
		}
	}
	kill('KILL', $pid);
	waitpid($pid, 0);
	is_deeply(\@faults, [], 'it reports, or says that it changed');
	cmp_ok(scalar(grep { /^0/ } keys %seen), '>=', 1, '... and reports, mostly at once');
	my @lists = map { s/^0//r } grep { /^0/ } keys %seen;
	is_deeply([grep { !/\Agpupci1 pci_0000_27_00_0\ngpupci2 pci_0000_28_00_0\n/ || (tr/\n// != 5 && tr/\n// != 6) } @lists],
		[], 'what it lists is with that card or without it');
};

subtest 'a /var that takes nothing' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $root = $fs->root;
	my $full = qq(trap "" XFSZ; ulimit -f 0; exec "\$0" --sysroot "\$1" --scan);

	mkdir("$root/run");
	mkdir("$root/run/gpupci");
	my $err = `sh -c '$full' $program $root 2>&1 >/dev/null`;
	is($? >> 8, 1, 'a full one');
	like($err, qr{\Agpupci: cannot write \Q$root/$file\E: File too large; the names are unchanged\n\z}, '... says so');
	ok(!-e "$root/$file", '... leaves no file');
	is_deeply([glob("$root/var/lib/gpupci/.* $root/var/lib/gpupci/*")],
		["$root/var/lib/gpupci/.", "$root/var/lib/gpupci/.."], '... nor half of one');
	gpupci($fs, '--scan');
	my $before = Gpupci::slurp("$root/$file");
	$fs->nvidia_card('0000:05:00', '0000:00:1c.0', 20);
	$err = `sh -c '$full' $program $root 2>&1 >/dev/null`;
	is($? >> 8, 1, 'a full one with names');
	is(Gpupci::slurp("$root/$file"), $before, '... keeps them');
	is((gpupci($fs, '-l'))[1], "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n"
		. "gpupci3 pci_0000_05_00_0\n", '... and they are listed');
};

subtest 'users other than root' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $root = $fs->root;
	my @as = $> == 0 ? qw(setpriv --reuid=65534 --clear-groups) : ();

	gpupci($fs, '--scan');
	chmod(0755, $root);
	chmod(0555, "$root/var/lib/gpupci", "$root/run/gpupci");
	my $list = `@as $program --sysroot $root -l 2>&1`;
	is($list, "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n", 'may list');
	like(scalar(`@as $program --sysroot $root -s all 2>&1`), qr/^gpupci2: 0000:03:00\.1/m, '... see all');
	like(scalar(`@as $program --sysroot $root -l --json 2>&1`), qr/"end": 4\}$/, '... as JSON');
	my $err = `@as $program --sysroot $root --scan 2>&1`;
	is($? >> 8, 1, 'may not save');
	like($err, qr{\Agpupci: cannot lock \S+: Permission denied; run it as root\n\z}, '... and the error says why');
	chmod(0755, "$root/var/lib/gpupci", "$root/run/gpupci");
};

subtest 'killed while it saves' => sub {
	my $fs = Sysfs->walkthrough_host();
	my $root = $fs->root;
	my ($whole, $rounds) = (0, 150);

	gpupci($fs, '--scan');
	for my $round (1 .. $rounds) {
		my ($old, $new) = $round % 2 ? (1, 7) : (7, 1);
		my $pid = fork() // die;

		if (!$pid) {
			open(STDERR, '>', '/dev/null');
			exec($program, '--sysroot', $root, '--rename', "gpupci$new", "gpupci$old");
		}
		sleep(0.0001 * ($round % 40));
		kill('KILL', $pid);
		waitpid($pid, 0);
		my ($code, $out) = gpupci($fs, '-l');
		$whole++ if $code == 0 && $out =~ /\Agpupci[17] pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n\z/;
		# Where the kill came first the name is the old one.
		gpupci($fs, '--rename', "gpupci$new", "gpupci$old");
	}
	is($whole, $rounds, 'the names are the old ones or the new ones');
	is_deeply([map { s{.*/}{}r } glob("$root/var/lib/gpupci/* $root/var/lib/gpupci/.cards*")], ['cards'],
		'nothing is left over');
};

subtest 'twenty at once' => sub {
	my $fs = make_host('h100-nvswitch');
	my @pids;

	for (1 .. 20) {
		my $pid = fork() // die;

		if (!$pid) {
			open(STDOUT, '>', '/dev/null');
			exec($program, '--sysroot', $fs->root, '--scan');
		}
		push(@pids, $pid);
	}
	my $failed = grep { waitpid($_, 0); $? } @pids;
	is($failed, 0, 'all of them save');
	like(Gpupci::slurp($fs->root . "/$file"), qr/\Agpupci-names 1\n(gpupci[1-8] .*\n){8}end 8\n\z/, 'the file is whole');
};

done_testing();
