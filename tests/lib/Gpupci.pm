# SPDX-License-Identifier: GPL-2.0-or-later
# Running gpupci on a made-up host.
package Gpupci;
use strict;
use warnings;
use Exporter qw(import);
use File::Temp;
use JSON::PP;
use Starter;
use Test::More;

our @EXPORT = qw(gpupci gpupci_ok gpupci_fails gpupci_json);

my $program = ($ENV{BUILD} || 'build') . '/gpupci';

# Runs it on a host (a Sysfs, or undef for none) and gives (exit status, stdout, stderr); a
# signal gives 128 + its number. A hash first may say where stdout goes: { out => FILE }.
sub gpupci {
	my $how = ref $_[0] eq 'HASH' ? shift : {};
	my ($fs, @words) = @_;
	my ($out, $err) = (File::Temp->new(), File::Temp->new());

	unshift(@words, '--sysroot', $fs->root) if $fs;
	my ($status) = Starter::run({ out => $how->{out} || "$out", err => "$err" },
		$program, @words);
	return ($status & 127 ? 128 + ($status & 127) : $status >> 8, slurp("$out"), slurp("$err"));
}

sub slurp {
	my ($path) = @_;

	open(my $handle, '<:raw', $path) or die "$path: $!";
	local $/;
	return scalar(<$handle>) // '';
}

# It prints just that and succeeds: gpupci_ok($fs, \@words, $out, $name).
sub gpupci_ok {
	my ($fs, $words, $expected, $name) = @_;
	my ($code, $out, $err) = gpupci($fs, @$words);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is("$code\n$out$err", "0\n$expected", $name);
}

# It prints nothing on stdout, one line on stderr that fits, and exits so.
sub gpupci_fails {
	my ($fs, $words, $expected_code, $pattern, $name) = @_;
	my ($code, $out, $err) = gpupci($fs, @$words);
	my $lines = $expected_code == 2 ? qr/\Agpupci: [^\n]+; [^\n]+\nusage: [^\n]+\n\z/
		: qr/\Agpupci: [^\n]+; [^\n]+\n\z/;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	subtest $name => sub {
		is($code, $expected_code, 'exit status');
		is($out, '', 'nothing on stdout');
		like($err, $lines, 'one line that says what is wrong and what to do');
		like($err, $pattern, 'it says what');
	};
}

# The decoded document of --list --json, or of other words with --json.
sub gpupci_json {
	my ($fs, @words) = @_;
	my ($code, $out, $err) = gpupci($fs, @words ? @words : '--list', '--json');

	die "exit $code: $err" if $code || $err ne '';
	return JSON::PP->new->utf8->decode($out);
}

1;
