#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# VFIO pins all the memory of a VM with cards: what does not fit on the host is not started, and
# `rocks check host gpu` says where too much is locked.
use strict;
use warnings;

use Fleet;
use JSON::PP;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
my ($MIB, $GIB) = (1 << 20, 1 << 30);
begin(card('gpupci1', '0000:02:00'), card('gpupci2', '0000:03:00'));
fleet();
hypervisor($container);
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(add host gpu rocks-34 gpupci gpupci2));
rocks(qw(set host vm rocks-33 mem=65536));
rocks(qw(set host vm rocks-34 mem=32768));

# What the container's gpupci says: the cards on vfio-pci, and its memory.
sub says {
    my (%memory) = @_;
    my @functions = map { { %$_, driver => 'vfio-pci' } } card('gpupci1', '0000:02:00'),
        card('gpupci2', '0000:03:00');
    my %all = (total => 128 * $GIB, huge_page => 2 * $MIB, huge_pages => [], processes => [],
        complete => JSON::PP::true, %memory);
    spurt("$FOLDER/scan.json", document(\@functions, memory => $memory{none} ? undef : \%all));
    return on_host($container, 'gpupci', "cat '$FOLDER/scan.json'\n");
}

# A process as /proc/PID/status shows it, in MiB.
sub process {
    my ($pid, $address, $locked, $anonymous, %is) = @_;
    return { process => $pid, address => $address, locked => $locked * $MIB, pinned => 0, huge => 0,
        anonymous => $anonymous * $MIB, %is };
}

sub pages {
    my ($node, $size, $total, $free) = @_;
    return { node => $node, size => $size * $MIB, total => $total, free => $free };
}

my $qemu = process(711, '0000:03:00.0', 32768, 33000);
my $full = qr/^rocks: rocks-33: its 65536 MiB, which its cards pin, do not fit on \Q$container\E: of /;
my $unknown = qr/so whether its memory fits is unknown/;
for my $case (
    [ 'it fits', '', [], processes => [$qemu] ],
    [ 'to the byte', '', [], total => (65536 + 4096 + 33000) * $MIB, processes => [$qemu] ],
    [   'one byte less', qr/${full}102631 MiB there, 4096 are reserved \(vm_mem_reserve\), 0 are huge pages, and VMs with cards lock 33000 \(rocks-34 33000\); stop one, give it less with `rocks set host vm rocks-33 mem=MIB`, or lower vm_mem_reserve \(no: start it anyway\)$/,
        [], total => (65536 + 4096 + 33000) * $MIB - 1, processes => [$qemu] ],
    [ 'by iommufd', qr/${full}.* lock 62000 \(rocks-34 62000\)/, [],
        processes => [ process(711, '0000:03:00.0', 0, 99, pinned => 62000 * $MIB) ] ],
    [ 'a process that is no VM here', qr/lock 65536 \(process 712 65536\)/, [],
        processes => [ process(712, '0000:09:00.0', 65536, 1) ] ],
    [ 'what others have in huge pages is not counted twice',
        qr/ 65536 are huge pages, and VMs with cards lock 300 \(rocks-34 300\)/, [],
        processes => [ process(711, '0000:03:00.0', 32768, 300, huge => 32768 * $MIB) ],
        huge_pages => [ pages(0, 2, 32768, 16384) ] ],
    [ 'a sixteenth of a small host', qr/${full}32768 MiB there, 2048 are reserved/, [], total => 32 * $GIB ],
    [ 'another reserve', qr/${full}131072 MiB there, 65537 are reserved/, [ vm_mem_reserve => 65537 ] ],
    [ 'just that', '', [ vm_mem_reserve => 65536 ] ],
    [ 'no reserve at all', '', [ vm_mem_reserve => 0 ], total => 64 * $GIB ],
    [ 'not checked', '', [ vm_mem_reserve => 'no' ], total => $GIB ],
    [ 'a reserve that is not one', qr/^rocks: \Q$container\E: the attribute vm_mem_reserve is '4G'; set it to the MiB/,
        [ vm_mem_reserve => '4G' ] ],
    [ 'it runs: its own memory is not in its way', '', [], total => 66 * $GIB,
        processes => [ process(710, '0000:02:00.1', 65536, 66000) ] ],
    [ 'an old gpupci', qr/^rocks: rocks-33: the gpupci of \Q$container\E does not say how much memory is there, $unknown; update/,
        [], none => 1 ],
    [ 'a process of which nothing is known', qr/does not say what all its VMs with cards lock, $unknown/, [],
        processes => [ process(711, '0000:03:00.0', 0, 0, locked => undef) ] ],
    [ 'processes that it cannot see', qr/does not say what all its VMs with cards lock, $unknown/, [],
        complete => JSON::PP::false ],
    [ 'unknown, but too much already', qr/^rocks: rocks-33: its 65536 MiB/, [], complete => JSON::PP::false,
        total => 32 * $GIB ],
    [ 'free huge pages', '', [ kvm_hugepages => 'yes' ], total => 65 * $GIB, huge_pages => [ pages(0, 2, 32768, 32768) ] ],
    [ 'on all nodes', '', [ kvm_hugepages => '2M' ], huge_pages => [ pages(0, 2, 16384, 16384), pages(1, 2, 20000, 16384) ] ],
    [ 'one too few', qr/^rocks: rocks-33: its 65536 MiB need 32768 huge pages of 2 MiB, and \Q$container\E has 32767 free ones; set aside more/,
        [ kvm_hugepages => 'yes' ], huge_pages => [ pages(0, 2, 16384, 16384), pages(1, 2, 20000, 16383) ] ],
    [ 'of another size', qr/need 64 huge pages of 1024 MiB, and \Q$container\E has 8 free/, [ kvm_hugepages => '1G' ],
        huge_pages => [ pages(0, 2, 32768, 32768), pages(0, 1024, 8, 8) ] ],
    [ 'on its node', qr/has 100 free ones on node 0; .* or kvm_numa$/, [ kvm_hugepages => '2M', kvm_numa => 'near' ],
        huge_pages => [ pages(0, 2, 100, 100), pages(1, 2, 20000, 20000), pages(2, 2, 20000, 20000) ] ],
    [ 'huge pages of which nothing is known', qr/does not say how many huge pages of 2 MiB are free there, $unknown/,
        [ kvm_hugepages => '2M' ] ],
    [ 'a default size that is not known', qr/how large its huge pages are, $unknown/, [ kvm_hugepages => 'yes' ],
        huge_page => undef ],
    [ 'more huge pages than memory', qr/: the scan has huge pages that cannot be; update the package/, [],
        huge_pages => [ pages(0, 2, 1 << 40, 0) ] ],
    [ 'a total of nothing', $unknown, [], total => 0 ],
    [ 'a total of words', $unknown, [], total => 'much' ],
    [ 'more than there can be', $unknown, [], total => 1 << 60 ],
    [ 'negative numbers', $unknown, [], processes => [ process(711, '0000:03:00.0', -1, -1) ] ],
    [ 'a process nowhere', qr/: the scan has a malformed address; /, [], processes => [ process(711, "no\nwhere", 1, 1) ] ],
    [ 'processes that are not a list', '', [], processes => 'none' ],
) {
    my ($what, $expected, $attributes, %memory) = @$case;
    my @set = @$attributes;
    my %set = @set;
    says(%memory);
    sql("DELETE FROM attr WHERE name IN ('vm_mem_reserve', 'kvm_hugepages', 'kvm_numa')");
    sql("INSERT INTO attr (name, value) VALUES ('$_', '$set{$_}')") for keys %set;
    my $got = rocks(qw(start host vm rocks-33));
    my $refused = $got->{status} ? 1 : 0;
    if ($expected eq '') { is($got->{err}, '', $what) }
    else { like($got->{err}, $expected, $what) }
    is($refused, $expected ne '' && $got->{err} !~ $unknown ? 1 : 0, "$what: refused or started");
}

# The check adds up the same, and looks whether all of a VM is locked.
sql("DELETE FROM attr WHERE name IN ('vm_mem_reserve', 'kvm_hugepages', 'kvm_numa')");

sub memory_rows {
    my (%memory) = @_;
    says(%memory);
    my $got = rocks(qw(check host gpu), $container, 'output-header=no');
    return join "\n", map { s/ +/ /gr } grep {/MiB/} split /\n/, "$got->{out}$got->{err}";
}
is(memory_rows(processes => [$qemu]), '', 'what fits and is locked');
like(memory_rows(total => 34 * $GIB, processes => [$qemu]), qr/VMs with cards lock 33000 of its 34816 MiB \(rocks-34 33000\), 0 are huge pages and 2176 are reserved for it \(vm_mem_reserve\) scan of \S+ rocks stop host vm rocks-34 ?$/, 'too much is locked');
like(memory_rows(processes => [ process(711, '0000:03:00.0', 1024, 33000) ]), qr/^\Q$container\E: -+ rocks-34 it is recorded with 32768 MiB of memory, and process 711 with its card has locked 1024 scan of \S+ rocks stop host vm rocks-34; rocks start host vm rocks-34 ?$/, 'too little');

# libvirt's own definition says what its memory is.
rocks(qw(set host vm), $_, 'definition=libvirt') for qw(rocks-33 rocks-34);
is(memory_rows(processes => [ process(711, '0000:03:00.0', 1024, 33000) ]), '', 'not judged by the inventory');
my $names = '<name>rocks-33</name><uuid>' . sql('SELECT uuid FROM vm JOIN host ON id = host WHERE name = \'rocks-33\'') . '</uuid>';
my $own   = "<domain type=\"test\">$names<memoryBacking><hugepages/></memoryBacking><os><type>hvm</type></os><devices><controller type=\"pci\" model=\"pcie-root\"/></devices></domain>";
sql("INSERT INTO kept_definition (vm, xml, functions) SELECT id, '$own', ' ' FROM host WHERE name = 'rocks-33'");
says(total => 32 * $GIB);
like(rocks(qw(start host vm rocks-33))->{err},
    qr/^rocks: rocks-33: its definition has huge pages, which rocks does not count, so whether its memory fits on \Q$container\E is unknown$/m,
    'huge pages of its own');
sql(q{UPDATE kept_definition SET xml = replace(xml, '<hugepages/>', '')});
like(rocks(qw(start host vm rocks-33))->{err}, qr/; stop one, give it less, or lower vm_mem_reserve /, 'the advice is not for the inventory');

done_testing;
