#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# libvirt's own schema accepts what tests/data/xml says that our plugins make.
use strict;
use warnings;

use Test::More;

my $schema = '/usr/share/libvirt/schemas/domain.rng';
my @files = sort glob 'tests/data/xml/*.xml';

cmp_ok(scalar @files, '>=', 10, 'there are documents');
ok(-e $schema, "$schema is installed");

for my $file (@files) {
	# Of made-up names and paths it is only asked that they can be read.
	my $how = $file =~ /escaped/ ? '' : "--relaxng $schema";
	my $said = qx(xmllint --noout $how $file 2>&1);
	ok($? == 0, $file) or diag($said);
}

done_testing();
