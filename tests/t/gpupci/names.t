#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --scan, --rename: names that stay, and the file that keeps them.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use Test::More;

use Gpupci;
use Identity;
use Sysfs;

my %nvidia = (vendor => '10de', device => '1db6', class => '030200', subvendor => '10de',
	subdevice => '1214');
my %other = (%nvidia, device => '1eb8', subdevice => '12a2');
my $file = 'var/lib/gpupci/cards';

# A host whose cards sit below the root ports 00:01.0 to 00:07.0; each a bus, a port and
# what is special: cards([2, 1, serial => '…'], …).
sub cards {
	my $fs = Sysfs->new();

	$fs->root_port("0000:00:0$_.0") for 1 .. 7;
	plug($fs, @_);
	return $fs;
}

sub plug {
	my ($fs, @cards) = @_;

	for my $card (@cards) {
		my ($bus, $port, %is) = @$card;

		$fs->device(sprintf('0000:%02x:00.0', $bus), under => "0000:00:0$port.0",
			%nvidia, %is);
	}
}

# The same files of ours on a host with other cards.
sub replug {
	my ($fs, @cards) = @_;

	remove_tree($fs->root . '/sys');
	my $again = Sysfs->new($fs->root);
	$again->{temporary} = $fs->{temporary};
	$again->root_port("0000:00:0$_.0") for 1 .. 7;
	plug($again, @cards);
	return $again;
}

# What --scan prints, a line a card without its heading, blanks squeezed; --list agrees.
sub scans {
	my ($fs, $expected, $name) = @_;
	my $before = content($fs);
	my ($dry_code, $dry) = gpupci($fs, '--scan', '--dry-run');

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(content($fs), $before, "$name: --dry-run saves nothing");
	my (undef, $listed) = gpupci($fs, '-l');
	my ($code, $out, $err) = gpupci($fs, '--scan');
	is($dry, $out, "$name: --dry-run prints the same");
	is($code . $err, '0', "$name: done");
	my $got = join("\n", map { s/^(\S+): +/$1 /r =~ s/ +/ /gr =~ s/ $//r =~ s/ --+(?=\s|$)/ -/gr }
			grep { !/^GPU/ } split(/\n/, $out));
	is($got, $expected, $name);
	is(join('', map { "$_->[0] $_->[1]\n" } sort { $a->[1] cmp $b->[1] }
			map { /^(\S+) \S+ (0000:\S+)/ ? [$1, "pci_$2" =~ tr/:./__/r] : () }
			split(/\n/, $got)), $listed, "$name: --list printed it before");
	is((gpupci($fs, '-l'))[1], $listed, "$name: and prints it afterwards");
}

sub content {
	my ($fs) = @_;
	open(my $handle, '<:raw', $fs->root . "/$file") or return 'none';
	local $/;
	return <$handle>;
}

sub serial { return (serial => sprintf('48-b0-2d-ff-fe-00-00-%02x', $_[0])) }

subtest 'the first time by address, then they stay' => sub {
	my $fs = cards([2, 1], [3, 2]);

	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n", '--list');
	is(content($fs), 'none', '... never saves');
	scans($fs, "gpupci1 new 0000:02:00.0 - -\ngpupci2 new 0000:03:00.0 - -", 'the first');
	is(content($fs), <<'END', 'the file');
gpupci-names 1
gpupci1 kind=pci address=0000:02:00.0 path=0000:00/01.0/00.0 ids=10de:1db6:10de:1214 serial=- parent=- number=0
gpupci2 kind=pci address=0000:03:00.0 path=0000:00/02.0/00.0 ids=10de:1db6:10de:1214 serial=- parent=- number=0
end 2
END
    scans(
        $fs, "gpupci1 same 0000:02:00.0 0000:02:00.0 -\n"
            . "gpupci2 same 0000:03:00.0 0000:03:00.0 -", 'the second');
    my $age = (stat($fs->root . "/$file"))[1];
    gpupci($fs, '--scan');
    is((stat($fs->root . "/$file"))[1], $age, 'a scan that finds nothing new writes nothing');
    is_deeply([ map { $_->{saved} ? 1 : 0 } @{ gpupci_json($fs)->{functions} } ], [ 1, 1 ],
        'reported as saved');
    unlike((gpupci($fs, '-s', 'all'))[1], qr/is new/, '... by --status too');
    $fs = replug($fs, [ 2, 4 ], [ 3, 1 ], [ 4, 2 ]);
    is_deeply(
        [ map { $_->{saved} ? 1 : 0 } @{ gpupci_json($fs)->{functions} } ], [ 0, 1, 1 ],
        'a new one is not saved');
    like((gpupci($fs, '-s', 'all'))[1], qr/^gpupci3 is new: gpupci --scan keeps its name$/m,
        '... and --status says so');
    scans(
        $fs, "gpupci1 moved 0000:03:00.0 0000:02:00.0 -\n"
            . "gpupci2 moved 0000:04:00.0 0000:03:00.0 -\ngpupci3 new 0000:02:00.0 - -",
        'a card put in before them renumbers the buses, not the cards');
};

subtest 'a serial number is the card' => sub {
	my $fs = cards([2, 1, serial(1)], [3, 2, serial(2)]);

	gpupci($fs, '--scan');
	$fs = replug($fs, [2, 1, serial(2)], [3, 2, serial(1)]);
	scans($fs, "gpupci1 moved 0000:03:00.0 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci2 moved 0000:02:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-02", 'swapped');
	$fs = replug($fs, [2, 1, serial(3)], [3, 2, serial(1)]);
	scans($fs, "gpupci1 same 0000:03:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci2 swapped - 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-02\n"
		. "gpupci3 new 0000:02:00.0 - dsn:48-b0-2d-ff-fe-00-00-03",
		'another of the model in its slot is another card');
	$fs = replug($fs, [5, 6, serial(2)], [3, 2, serial(1)], [2, 1, %other, serial(1)]);
	scans($fs, "gpupci1 same 0000:03:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci2 moved 0000:05:00.0 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-02\n"
		. "gpupci3 swapped - 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-03\n"
		. "gpupci4 new 0000:02:00.0 - dsn:48-b0-2d-ff-fe-00-00-01",
		'it comes back elsewhere; a serial number of two cards does not count');
};

subtest 'a serial number of two cards does not count' => sub {
	my $fs = cards([2, 1, serial(1)], [3, 2, serial(1)]);

    gpupci($fs, '--scan');
    $fs = replug($fs, [ 2, 2, serial(1) ], [ 3, 1, serial(1) ]);
    scans(
        $fs, "gpupci1 moved 0000:03:00.0 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
            . "gpupci2 moved 0000:02:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-01",
        'known by their paths');
    $fs = replug($fs, [ 5, 3, serial(1) ]);
    like(
        (gpupci($fs, '--scan', '--dry-run'))[1],
        qr/^gpupci1: missing.*^gpupci2: missing.*^gpupci3: new/ms,
        'one of them elsewhere may be either');
    $fs = cards([ 2, 1, serial(1) ], [ 3, 2, serial(2) ]);
    gpupci($fs, '--scan');
    $fs = replug($fs, [ 3, 2, serial(2) ], [ 5, 4, serial(1) ], [ 6, 5, serial(1) ]);
    scans(
              $fs, "gpupci1 missing - 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
            . "gpupci2 same 0000:03:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-02\n"
            . "gpupci3 new 0000:05:00.0 - dsn:48-b0-2d-ff-fe-00-00-01\n"
            . "gpupci4 new 0000:06:00.0 - dsn:48-b0-2d-ff-fe-00-00-01",
        'two new cards have that of a lost one');
};

subtest 'who cannot see the serial number goes by path and ids' => sub {
	my $fs = cards([2, 1, serial(1)], [3, 2, serial(2)]);

	gpupci($fs, '--scan');
	my $before = content($fs);
	$fs = replug($fs, [2, 1, serial(1), config => 64], [3, 2, serial(2), config => 64]);
	scans($fs, "gpupci1 same 0000:02:00.0 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci2 same 0000:03:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-02", 'the same');
	is(content($fs), $before, 'what cannot be read now is not forgotten');
	my @functions = @{ gpupci_json($fs)->{functions} };
	is($functions[0]{serial}, '48-b0-2d-ff-fe-00-00-01', '... and is reported');
	my %amd = (vendor => '1002', files => { unique_id => "4b6f6d6d656e7461\n" });
	$fs = cards([2, 1, %amd, serial(1)]);
	gpupci($fs, '--scan');
	$fs = replug($fs, [2, 1, %amd, serial(1), config => 64]);
	is(gpupci_json($fs)->{functions}[0]{serial}, '48-b0-2d-ff-fe-00-00-01',
		'unique_id does not stand for the number that is hidden');
};

subtest 'one missing and one new of the same ids: it moved' => sub {
	my $fs = cards([2, 1], [3, 2]);

	gpupci($fs, '--scan');
	$fs = replug($fs, [2, 1], [5, 4]);
	scans($fs, "gpupci1 same 0000:02:00.0 0000:02:00.0 -\n"
		. "gpupci2 moved 0000:05:00.0 0000:03:00.0 -", 'one of two');
	$fs = replug($fs, [6, 3], [7, 6]);
	scans($fs, "gpupci1 missing - 0000:02:00.0 -\ngpupci2 missing - 0000:05:00.0 -\n"
		. "gpupci3 new 0000:06:00.0 - -\ngpupci4 new 0000:07:00.0 - -",
		'two of two: nobody can know');
	gpupci_ok($fs, ['--rename', 'gpupci2', 'gpupci3'], '', 'a person does');
	gpupci_ok($fs, ['--rename', 'gpupci1', 'gpupci4'], '', '... of both');
	scans($fs, "gpupci1 same 0000:07:00.0 0000:07:00.0 -\n"
		. "gpupci2 same 0000:06:00.0 0000:06:00.0 -", 'what they were is gone');
	$fs = replug($fs, [6, 3, %other], [7, 6]);
	scans($fs, "gpupci1 same 0000:07:00.0 0000:07:00.0 -\n"
		. "gpupci2 swapped - 0000:06:00.0 -\ngpupci3 new 0000:06:00.0 - -",
		'another model in the slot is another card');
	$fs = replug($fs, [7, 6]);
	scans($fs, "gpupci1 same 0000:07:00.0 0000:07:00.0 -\n"
		. "gpupci2 missing - 0000:06:00.0 -\ngpupci3 missing - 0000:06:00.0 -", 'both gone');
	$fs = replug($fs, [6, 3], [7, 6], [5, 2, vendor => '1002']);
	scans($fs, "gpupci1 same 0000:07:00.0 0000:07:00.0 -\n"
		. "gpupci2 same 0000:06:00.0 0000:06:00.0 -\ngpupci3 swapped - 0000:06:00.0 -\n"
		. "gpupci4 new 0000:05:00.0 - -", 'one comes back; a missing one keeps its number');
};

# Vital Product Data: an identifier, then PN and SN, then the end.
sub vpd {
	my ($serial) = @_;
	my $fields = 'PN' . pack('C', 4) . 'X100' . 'SN' . pack('C', length($serial)) . $serial;
	my $name = 'A card';

	return pack('Cv', 0x82, length($name)) . $name . pack('Cv', 0x90, length($fields))
		. $fields . pack('C', 0x78);
}

# A card of tests/data/card-identity.cases, as cards() takes it.
sub seen {
    my ($is) = @_;
    my ($vendor, $device, $subvendor, $subdevice) = split /:/, $is->{ids};
    my ($kind, $number) = split /:/, $is->{serial}, 2;
    my %serial = (
        '-'       => [],
        dsn       => [ serial => $number ],
        unique_id => [ files => { unique_id => defined $number ? "$number\n" : '' } ],
        vpd       => [ files => { vpd => vpd($number // '') } ]);

    return [
        $is->{bus}, $is->{port}, vendor => $vendor, device => $device,
        subvendor => $subvendor, subdevice => $subdevice, @{ $serial{$kind} } ];
}

subtest 'the cases that the inventory of rocks passes too' => sub {
    for my $case (grep { $_->{who} eq 'both' } identity_cases()) {
        my $alone = 'alone';
        for my $hosts (identity_hosts($case)) {
            my ($known, $found, $again) = @$hosts;
            my $fs = cards(map { seen($_) } @$known);
            gpupci($fs, '--scan');
            $fs = replug($fs, map { seen($_) } @$found);
            my ($at) = (gpupci($fs, '--scan'))[1] =~ /^gpupci1: +\w+ +(0000:\S+|-+)/m;
            is($at =~ tr/-//dr, $again ? sprintf('0000:%02x:00.0', $found->[0]{bus}) : '',
                "$case->{what}, $alone: " . ($again ? 'the card' : 'not known again'));
            $alone = 'among others';
        }
    }
};

subtest 'Vital Product Data' => sub {
	my $fs = cards([2, 1, files => { vpd => vpd('0324819000001 ') }],
		[3, 2, files => { vpd => vpd('0324819000002') }]);

	scans($fs, "gpupci1 new 0000:02:00.0 - vpd:0324819000001\n"
		. "gpupci2 new 0000:03:00.0 - vpd:0324819000002", 'new cards are asked');
	my $slow = $fs->folder('0000:02:00.0') . '/vpd';
	unlink($slow);
	mkdir($slow);
	scans($fs, "gpupci1 same 0000:02:00.0 0000:02:00.0 vpd:0324819000001\n"
		. "gpupci2 same 0000:03:00.0 0000:03:00.0 vpd:0324819000002", 'known ones are not');
	is(gpupci_json($fs)->{functions}[0]{serial}, '0324819000001', '... and print it');
	$fs = replug($fs, [5, 3, files => { vpd => vpd('0324819000002') }],
		[6, 4, files => { vpd => vpd('0324819000001') }]);
	scans($fs, "gpupci1 moved 0000:06:00.0 0000:02:00.0 vpd:0324819000001\n"
		. "gpupci2 moved 0000:05:00.0 0000:03:00.0 vpd:0324819000002", 'both moved');
	$fs = replug($fs, [5, 3, files => { vpd => vpd('0324819000002') }], [6, 4]);
	require POSIX;
	POSIX::mkfifo($fs->folder('0000:06:00.0') . '/vpd', 0600) or die;
	my $start = time();
	scans($fs, "gpupci1 same 0000:06:00.0 0000:06:00.0 vpd:0324819000001\n"
		. "gpupci2 same 0000:05:00.0 0000:05:00.0 vpd:0324819000002", 'a device that does not answer');
	unlink($fs->root . "/$file");
	my ($code, $out) = gpupci($fs, '--timeout', '1', '--scan');
	is($code, 0, '... when it is new');
	like($out, qr/^gpupci2: new    0000:06:00\.0 --- -+ *$/m, '... has no number that is known');
	cmp_ok(time() - $start, '<', 20, '... and does not keep us');
	$fs = cards([5, 3, files => { vpd => vpd('0324819000002') }],
		[6, 4, files => { vpd => vpd('0324819000001') }]);
	scans($fs, "gpupci1 new 0000:05:00.0 - vpd:0324819000002\n"
		. "gpupci2 new 0000:06:00.0 - vpd:0324819000001", 'new again');
	$fs = replug($fs, [5, 3, serial(1)], [6, 4, files => { unique_id => "abc123\n" }]);
	scans($fs, "gpupci1 same 0000:05:00.0 0000:05:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci2 same 0000:06:00.0 0000:06:00.0 unique_id:abc123",
		'numbers from different places do not contradict each other');
};

subtest 'virtual functions go with their card' => sub {
	my $fs = cards([2, 1, serial(1)], [3, 2, serial(2)]);
	my $vf = sub {
		my ($host, $bus, $function, $port) = @_;
		my $card = sprintf('0000:%02x:00', $bus);

		$host->device("$card.$function", under => "0000:00:0$port.0", %nvidia,
			physfn => "$card.0");
	};

	$vf->($fs, 3, $_, 2) for 4, 5;
	scans($fs, "gpupci1 new 0000:02:00.0 - dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci2 new 0000:03:00.0 - dsn:48-b0-2d-ff-fe-00-00-02\n"
		. "gpupci3 new 0000:03:00.4 - -\ngpupci4 new 0000:03:00.5 - -", 'at first');
	$fs = replug($fs, [2, 1, serial(2)], [3, 2, serial(1)]);
	$vf->($fs, 2, $_, 1) for 4, 5, 6;
	scans($fs, "gpupci1 moved 0000:03:00.0 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci2 moved 0000:02:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-02\n"
		. "gpupci3 moved 0000:02:00.4 0000:03:00.4 -\n"
		. "gpupci4 moved 0000:02:00.5 0000:03:00.5 -\ngpupci5 new 0000:02:00.6 - -",
		'with the slot');
	gpupci_ok($fs, ['--rename', 'gpupci9', 'gpupci2'], '', 'the card gets another name');
	scans($fs, "gpupci1 same 0000:03:00.0 0000:03:00.0 dsn:48-b0-2d-ff-fe-00-00-01\n"
		. "gpupci3 same 0000:02:00.4 0000:02:00.4 -\n"
		. "gpupci4 same 0000:02:00.5 0000:02:00.5 -\n"
		. "gpupci5 same 0000:02:00.6 0000:02:00.6 -\n"
		. "gpupci9 same 0000:02:00.0 0000:02:00.0 dsn:48-b0-2d-ff-fe-00-00-02", '... they keep theirs');
};

subtest '--rename' => sub {
	my $fs = cards([2, 1], [3, 2]);

    gpupci_ok($fs, [ '--rename', 'gpupci5', 'gpupci1' ], '', 'before any scan');
    gpupci_ok($fs, ['-l'], "gpupci5 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n", '... holds');
    gpupci_ok($fs, [ '--rename', 'gpupci5', 'gpupci5' ], '', 'itself');
    gpupci_ok($fs, [ '--dry-run', '--rename', 'gpupci6', 'gpupci5' ], '', 'a dry run');
    gpupci_ok($fs, ['-l'], "gpupci5 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n",
        '... does nothing');
    gpupci_fails(
        $fs, [ '--rename', 'gpupci2', 'gpupci5' ], 3, qr/gpupci2 is the card at 0000:03:00\.0/,
        'a name that a card has');
    gpupci_fails(
        $fs, [ '--rename', 'gpupci9', 'gpupci1' ], 1, qr/there is no card gpupci1; this host has/,
        'no such card');
    gpupci_fails(
        $fs, [ '--rename', $_, 'gpupci5' ], 2, qr/the name of a card is gpupci and a number/,
        "no name: $_"
    ) for 'gpu1', 'gpupci', 'gpupci0', 'gpupci01', 'gpupci-1', 'gpupci1000000', '', "gpupci1\n";
};

my $good = <<'END';
gpupci-names 1
gpupci1 kind=pci address=0000:03:00.0 path=0000:00/02.0/00.0 ids=10de:1db6:10de:1214 serial=- parent=- number=0
gpupci2 kind=pci address=0000:02:00.0 path=0000:00/01.0/00.0 ids=10de:1db6:10de:1214 serial=dsn:48-b0-2d-ff-fe-00-00-02 parent=- number=0
end 2
END
my @broken = (
	['half of it', substr($good, 0, 150)], ['without its end', $good =~ s/end 2\n//r],
	['another end', $good =~ s/end 2/end 3/r], ['more after it', "${good}x\n"],
	['no newline', $good =~ s/\n\z//r], ['nothing', ''], ['a zero byte', "$good\0"],
	['garbage', "\xff\xfe\x01" x 500], ['a name twice', $good =~ s/gpupci2/gpupci1/r],
	['no header', $good =~ s/^.*\n//r], ['version 0', $good =~ s/names 1/names 0/r],
	['an invalid address', $good =~ s/0000:02:00\.0/0000:02:20.0/r],
	['another form of it', $good =~ s/address=0000:02/address=02/r],
	['a key less', $good =~ s/ number=0$//mr], ['a key more', $good =~ s/(number=0)$/$1 x=1/mr],
	['keys that changed places', $good =~ s/(kind=pci) (\S+)/$2 $1/r],
	['two blanks', $good =~ s/ kind/  kind/r], ['no name', $good =~ s/gpupci1 k/gpu1 k/r],
	['invalid ids', $good =~ s/10de:1db6:10de/10de:1dg6:10de/r],
	['half a serial number', $good =~ s/dsn:\S+/dsn:/r],
	['a parent of no VF', $good =~ s/parent=-/parent=gpupci2/r],
	['a kind of a later time', $good =~ s/kind=pci/kind=mdev/r],
	['5 MiB', "$good" . "x" x (5 << 20)],
);
for my $case (@broken) {
	my ($name, $bytes) = @$case;
	my $fs = cards([2, 1], [3, 2]);

    $fs->write_file($file, $bytes);
    gpupci_fails($fs, $_, 1, qr{\Q$file\E: .*; gpupci --scan sets it aside}, "$name: @$_")
        for ['-l'], [ '-s', 'all' ], [ '-l', '--json' ], [ '--rename', 'gpupci4', 'gpupci1' ],
        [ '--scan', '--dry-run' ];
    my ($code, $out, $err) = gpupci($fs, '--scan');
    is($code, 0, "$name: --scan succeeds");
    like($err, qr{^gpupci: the names file .* \Q@{[$fs->root]}/$file\E\.broken-1, and},
        '... says where it is now');
    is(Gpupci::slurp($fs->root . "/$file.broken-1"), $bytes, '... whole');
    gpupci_ok(
        $fs, ['-l'], "gpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n",
        '... and guesses nothing from it');
}

subtest 'the good one' => sub {
	my $fs = cards([2, 1], [3, 2]);

	$fs->write_file($file, $good);
	gpupci_ok($fs, ['-l'], "gpupci2 pci_0000_02_00_0\ngpupci1 pci_0000_03_00_0\n", 'is understood');
	$fs->write_file($file, $good =~ s/names 1/names 2/r);
	gpupci_fails($fs, [$_], 1, qr/a newer gpupci wrote it; install that version/,
		"a newer one is left alone: $_") for '-l', '--scan';
};

subtest 'links and other things in its place' => sub {
	my $fs = cards([2, 1]);

    $fs->write_file('elsewhere', $good);
    $fs->link_to($file, 'elsewhere');
    gpupci_fails($fs, ['-l'], 1, qr{cards: Too many levels of symbolic links}, 'a link');
    gpupci_fails($fs, ['--scan'], 1, qr{cards: Too many levels of symbolic links},
        '... also for --scan');
    is(Gpupci::slurp($fs->root . '/elsewhere'), $good, '... what it leads to is as it was');
    $fs = cards([ 2, 1 ]);
    $fs->write_file("$file/x", '');
    gpupci_fails($fs, ['-l'], 1, qr{cards: it is not a file}, 'a folder');
};

subtest 'where nothing can be written' => sub {
	my $fs = cards([2, 1]);

	$fs->write_file('var/lib/gpupci', '');
	gpupci_fails($fs, ['--scan'], 1, qr{cannot read \S+/cards: Not a directory}, 'no folder');
	gpupci_fails($fs, ['-l'], 1, qr{cards: Not a directory}, '... is never «no names»');
	$fs = cards([2, 1]);
	$fs->write_file('run/gpupci', '');
	gpupci_fails($fs, ['--scan'], 1, qr{cannot lock \S+/run/gpupci/lock: Not a directory}, 'no lock');
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\n", '... that reading needs');
};

subtest 'two at once' => sub {
	my $fs = cards([2, 1]);

	gpupci($fs, '--scan');
	open(my $lock, '+<', $fs->root . '/run/gpupci/lock') or die;
	# struct flock on Linux: l_type, l_whence, l_start, l_len, l_pid.
	my $flock = pack('s s x4 q q i x4', 1, 0, 0, 0, 0);
	fcntl($lock, 6, $flock) or die "fcntl: $!";
	gpupci_fails($fs, ['--timeout', '1', '--scan'], 4,
		qr/another gpupci \(process $$\) did not finish within 1 s/, 'the second learns who');
	gpupci_ok($fs, ['-l'], "gpupci1 pci_0000_02_00_0\n", 'reading needs no lock');
	close($lock);
	is((gpupci($fs, '--scan'))[0], 0, 'then it goes on');
};

done_testing();
