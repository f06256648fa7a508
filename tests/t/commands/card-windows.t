#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What a card takes of addresses: from the scan into the inventory, its dump and the XML.
use strict;
use warnings;

use Inventory;
use JSON::PP;
use Rocks;
use Scan;
use Sysfs;
use Test::More;

my $yes = JSON::PP::true;
my $no = JSON::PP::false;

sub bar {
    my ($size, %is) = @_;
    return { index => 0, size => $size, prefetchable => $yes, bits => 64, %is };
}

sub kept { return sql('SELECT group_concat(ifnull(bar_bytes, \'-\')) FROM function') }

# A card with these windows in its video function.
sub with_bars { my ($bars) = @_; return document([ card('gpupci1', '0000:41:00', functions => 1, bars => $bars) ]) }

for my $case (
    [ 'none', [], 0 ],
    [ 'not reported', undef, '-' ],
    [   'what counts',
        [ bar(1 << 37), bar(1 << 25), bar(1 << 24, bits => 32), bar(1 << 28, prefetchable => $no) ],
        (1 << 37) + (1 << 25)
    ],
    [ 'sixteen of the largest', [ (bar(1 << 48)) x 16 ], 1 << 52 ],
    [ 'other keys', [ bar(4096, colour => 'red') ], 4096 ],
) {
    my ($name, $bars, $expected) = @$case;
    begin();
    is(sync_text(with_bars($bars))->{status}, 0, "$name: taken");
    is(kept(), $expected, "$name: kept");
}

# An invalid window changes nothing.
for my $case (
    [ 'no list', 5 ], [ 'an object', { size => 1 } ], [ 'a text', '[]' ],
    [ 'a number in it', [ 5 ] ], [ 'a null in it', [ undef ] ], [ 'a list in it', [ [] ] ],
    [ 'no size', [ { bits => 64, prefetchable => $yes } ] ],
    [ 'a size as text', [ bar('4096') ] ], [ 'a size of null', [ bar(undef) ] ],
    [ 'a size with a part', [ bar(1.5) ] ],
    [ 'a size below none', [ bar(-1) ] ], [ 'a size too large', [ bar((1 << 48) + 1) ] ],
    [ 'bits as text', [ bar(4096, bits => '64') ] ],
    [ 'no bits', [ { size => 1, prefetchable => $yes } ] ],
    [ 'prefetchable as number', [ bar(4096, prefetchable => 1) ] ],
    [ 'prefetchable as null', [ bar(4096, prefetchable => undef) ] ],
    [ 'too many', [ (bar(1)) x 17 ] ],
) {
    my ($name, $bars) = @$case;
    begin(card('gpupci1', '0000:41:00', functions => 1, bars => [ bar(4096) ]));
    my $before = inventory();
    my $got = sync_text(with_bars($bars));
    is($got->{status}, 1, "$name: refused");
    like($got->{err}, qr/\Arocks: the scan has a malformed function; [^\n]*\n\z/, "$name: why");
    ok(inventory() eq $before, "$name: nothing changed");
}

# What gpupci prints for a host with a compute card.
my $fs = Sysfs->new();
$fs->write_file('etc/hostname', "$host\n");
$fs->root_port('0000:40:01.0', group => 1);
$fs->device(
    '0000:41:00.0', under => '0000:40:01.0', vendor => '10de', device => '2330', class => '030200',
    subvendor => '10de', subdevice => '16c1', group => 2, numa => 1,
    bars => [ [ 0, 1 << 24, 0x14220c ], [ 2, 1 << 37, 0x14220c ], [ 4, 1 << 25, 0x14220c ] ]);
my $scan = run_program('', "$BUILD/gpupci", '--sysroot', $fs->root, '--list', '--json');
is($scan->{status}, 0, 'scanned') or diag($scan->{err});
begin();
is(sync_text($scan->{out})->{status}, 0, 'synced');
is(kept(), (1 << 37) + (1 << 25) + (1 << 24), 'all three windows');
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
my $xml = ok_rocks(qw(report host vm config rocks-33))->{out};
like($xml, qr{<pcihole64 unit="KiB">536870912</pcihole64>}, 'the window is in the XML');
like($xml, qr{<maxphysaddr mode="passthrough"/>}, 'and the width');

# A dump keeps it.
my $dump = ok_rocks(qw(dump host gpu))->{out};
like($dump, qr{functions=0/030200/10de:2330/137489285120\b}, 'the dump says it');
begin();
for my $line (split /\n/, $dump) {
    $line =~ s{^/opt/rocks/bin/rocks }{};
    ok_rocks(split / /, $line);
}
is(ok_rocks(qw(dump host gpu))->{out}, $dump, 'the dump of what it makes is the same');
is(ok_rocks(qw(report host vm config rocks-33))->{out} =~ s{<uuid>.*?</uuid>}{}r,
    $xml =~ s{<uuid>.*?</uuid>}{}r, 'and so is the XML');

# The attributes of the XML, from the inventory.
ok_rocks(qw(set attr kvm_numa near));
ok_rocks(qw(set host attr rocks-33 kvm_numa_cpus_1 16-31));
ok_rocks(qw(set host attr rocks-33 kvm_firmware uefi));
ok_rocks(qw(set attr kvm_gpu_rom off));
$xml = ok_rocks(qw(report host vm config rocks-33))->{out};
like($xml, qr{<memory mode="strict" nodeset="1"/>}, 'memory on the node of the card');
like($xml, qr{<vcpu cpuset="16-31">}, 'on the CPUs of the node');
like($xml, qr{<os firmware="efi">}, 'UEFI');
like($xml, qr{<rom bar="off"/>}, 'no ROM');
ok_rocks(qw(set attr kvm_hugepages 3M));
fails(qr/^rocks: rocks-33: the attribute kvm_hugepages is '3M'; set it to no, yes, 2M or 1G$/,
    qw(report host vm config rocks-33));

done_testing;
