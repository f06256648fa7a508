#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report host vm replaced: the definitions that rocks has replaced, without a dump.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
prints('', qw(report host vm replaced rocks-33));

my ($vm, $container) = map { sql("SELECT id FROM host WHERE name = '$_'") } qw(rocks-33 vm-container-0-15);
sql("INSERT INTO replaced (vm, container, xml, at, who) VALUES ($vm, 'vm-container-0-15', '<domain>$_</domain>', '2026-01-31T12:00:0${_}Z', 'a--b')")
    for 1 .. 2;
sql("INSERT INTO definition (vm, container, xml) VALUES ($vm, $container, '<domain/>')");
my $both = join '', map { "<!-- rocks-33 on vm-container-0-15, found 2026-01-31T12:00:0${_}Z by a- -b -->\n<domain>$_</domain>\n" } 1 .. 2;
prints($both, qw(report host vm replaced), @{$_}) for forms(host => 'rocks-33');
prints($both, qw(report host vm replaced %));

# A dump has none of it, and restores without.
my $dump = rocks('dump')->{out};
unlike($dump, qr/domain/, 'a dump does not have them');
spurt("$FOLDER/dump", $dump);
is(rocks('--db', "$FOLDER/again.db", '--batch', "$FOLDER/dump")->{err}, '', 'it restores');
is(sql('SELECT (SELECT count(*) FROM replaced) || (SELECT count(*) FROM definition)', "$FOLDER/again.db"), '00', 'without them');

# They go with the VM; what was defined goes with its container, too.
refused(qr/^rocks: vm-container-0-15 is not a VM; /, qw(report host vm replaced vm-container-0-15));
misused(qr/^rocks: \{host\} is missing: VMs$/m, qw(report host vm replaced));
prints('', qw(remove host vm rocks-33));
is(sql('SELECT (SELECT count(*) FROM replaced) || (SELECT count(*) FROM definition)'), '00', 'a VM that is removed has none');

# A VM that is set to another container may still be defined on the first.
walkthrough_inventory();
rocks(qw(add host vm-container-0-14));
rocks(qw(set host vm rocks-33 physnode=vm-container-0-14));
my $where = 'SELECT host.name, xml IS NULL FROM definition JOIN host ON host.id = container';
is(sql($where), 'vm-container-0-15|1', 'where it may still be');
rocks(qw(set host vm rocks-33 mem=4096));
is(sql($where), 'vm-container-0-15|1', 'whatever else is changed');

done_testing;
