#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Virtual functions that their vendor's driver keeps, and the cards that they are parts of: what is
# recorded, what is free, and the XML that does not destroy a vGPU. The host's words are those that
# gpupci prints for tests/t/gpupci/vendor.t.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
my %nvidia    = (ids => '10de:2bb5:10de:204e', driver => 'nvidia');

# A card with virtual functions: plain ones without a word.
sub functions {
    my (@vgpu) = @_;
    my $number = 2;
    return (card('gpupci1', '0000:c8:00', %nvidia, functions => 1, iommu_group => 61, vfio => JSON::PP::false),
        map {
            my $vgpu = $_;
            my $at   = $number++;
            virtual("gpupci$at", "0000:c8:00.$at", '0000:c8:00.0', %nvidia, iommu_group => 60 + $at,
                vfio => JSON::PP::true, vgpu => $vgpu);
        } @vgpu);
}

sub host_has {
    my (@functions) = @_;
    spurt("$FOLDER/scan.json", document(\@functions));
    return on_host($container, 'gpupci', "cat '$FOLDER/scan.json'\n");
}

sub sync { my $got = rocks(qw(sync host gpu), $container); is($got->{status}, 0, 'synced') or diag $got->{err}; return $got }

begin(functions('ready', 'none'));
fleet();
hypervisor($container);
host_has(functions('ready', 'none'));
sync();

# What is recorded, and comes back.
my $dump = rocks('dump', 'host', 'gpu', $container)->{out};
like($dump, qr/gpupci2 pci_0000_c8_00_2 .*kind=vf vgpu=ready/, 'a vGPU is recorded');
like($dump, qr/gpupci3 pci_0000_c8_00_3 .*kind=vf vgpu=none/,  'and a function that is none');
unlike($dump, qr/gpupci1 .*vgpu/, 'of a whole card nothing');
is(sql(q{SELECT name || ' ' || ifnull(vgpu, '-') FROM cards ORDER BY name}), "gpupci1 -\ngpupci2 ready\ngpupci3 none",
    'the view has it, too');
rocks('set', 'host', 'gpu', $container, 'gpupci3', 'vgpu=no');
unlike(rocks('dump', 'host', 'gpu', $container)->{out}, qr/gpupci3 .*vgpu/, 'vgpu=no');
misused(qr/vgpu/, 'set', 'host', 'gpu', $container, 'gpupci3', 'vgpu=perhaps');
refused(qr/vgpu=, uuid= and same-as= belong to the card of its container/, qw(set host gpu rocks-33 gpupci vgpu=none));
sync();

# Only the vGPU is free.
my %state = rocks(qw(report host gpu format=prometheus))->{out} =~ /gpu="(gpupci\d)".*?state="([^"]*)"/g;
is_deeply(\%state, { gpupci1 => 'divided', gpupci2 => 'present', gpupci3 => 'no-vgpu' }, 'metrics');
like(rocks(qw(report host inventory format=ansible))->{out}, qr/"state": ?"divided"/, 'the inventory for others');
my $free = rocks('--complete', 'rocks add host gpu rocks-33 gpupci gpu', 'gpu');
my @words = $free->{out} =~ /\bgpupci\d\b/g;
is("@words", 'gpupci2', 'Tab offers it alone') or diag $free->{out}, $free->{err};

# A card without VFs is counted, one with VFs is not.
{
    rocks(qw(add host compute-0-9 membership=Compute rack=0 rank=9));
    rocks(qw(add host gpu compute-0-9 gpupci1 c8:00.0 id=10de:2bb5:10de:204e));
    rocks(qw(add host gpu compute-0-9 gpupci2 c9:00.0 id=10de:2bb5:10de:204e));
    like(rocks(qw(report host gpu compute-0-9 format=slurm))->{out}, qr/Type=10de-2bb5 Count=2/, 'two whole cards for Slurm');
    rocks(qw(add host gpu compute-0-9 gpupci3 c8:00.2 kind=vf parent=gpupci1 vgpu=ready));
    like(rocks(qw(report host gpu compute-0-9 format=slurm))->{out}, qr/Type=10de-2bb5 Count=1/, 'one, when the other is divided');
}

# The XML leaves it with its driver.
rocks(qw(add host gpu rocks-33 gpupci gpupci2));
my $xml = rocks(qw(report host vm config rocks-33))->{out};
my ($hostdev) = $xml =~ m{(<hostdev.*?</hostdev>)}s;
like($hostdev, qr/managed="no"/, 'managed=no');
like($hostdev, qr/<alias name="ua-vgpu-gpupci-0"/, 'with a name of ours');
like($hostdev, qr/<address domain="0x0000" bus="0xc8" slot="0x00" function="0x2"/, 'the function');

# libvirt before 9.7.0 cannot; a version is said by a library that is preloaded.
sub start {
    my ($version) = @_;
    local $ENV{TEST_LIBVIRT_VERSION} = $version;
    local @ENV{qw(LD_PRELOAD ASAN_OPTIONS)} = preloaded('libvirt-version');
    return rocks(qw(start host vm rocks-33));
}
for my $case ([ 9000000, '9.0.0' ], [ 9006999, '9.6.999' ]) {
    my $got = start($case->[0]);
    isnt($got->{status}, 0, "libvirt $case->[1] is too old");
    is($got->{err}, "rocks: rocks-33: one of its cards is a vGPU, which stays with its vendor's driver: that needs "
            . "libvirt 9.7.0, and $container has $case->[1]; upgrade libvirt there\n", '... and is told so');
}
is_deeply([ @{ start($_) }{qw(status err)} ], [ 0, '' ], "libvirt $_ starts it") for 9007000, 11003000;

# What is there now is what is recorded, or nothing is touched.
my $its = qr/^rocks: rocks-33: its card gpupci, gpupci2 of \Q$container\E, is /;
host_has(functions('none', 'none'));
fails(qr/${its}not a vGPU now: its vendor's driver has made none of it; `gpupci --check` there says how to make one; then run `rocks sync host gpu/, qw(start host vm rocks-33));
host_has(functions(undef, 'none'));
fails(qr/${its}not a vGPU of its vendor's driver now, though recorded as one; `rocks sync host gpu/, qw(start host vm rocks-33));
sync();
like(rocks(qw(report host vm config rocks-33))->{out}, qr/<hostdev[^>]* managed="yes"/, 'a plain VF is managed');
is(start(9000000)->{status}, 0, 'by any libvirt');
host_has(functions('ready', 'none'));
fails(qr/${its}a vGPU of its vendor's driver now, but is not recorded as one; `rocks sync/, qw(start host vm rocks-33));

# A gpupci that is too old to say what is bound to VFIO knows the name of the driver.
sub old { my ($driver) = @_; return map { my %is = %$_; delete @is{qw(vfio vgpu)}; +{ %is, driver => $driver } } functions(undef, undef) }
host_has(old('vfio-pci'));
is(start(9000000)->{status}, 0, 'vfio-pci');
host_has(old('acme_vfio_pci'));
fails(qr/with the driver acme_vfio_pci on .*, not bound to vfio-pci/, qw(start host vm rocks-33));
host_has(map { $_->{kind} eq 'vf' ? { %$_, driver => 'vfio-pci', vfio => JSON::PP::false } : $_ } functions(undef, undef));
fails(qr/with the driver vfio-pci on .*, not bound/, qw(start host vm rocks-33));

# Words of a gpupci that is newer than this program.
host_has(functions('later', 'none'));
sync();
like(rocks('dump', 'host', 'gpu', $container)->{out}, qr/gpupci2 .*vgpu=none/, 'an unknown word is no promise');
spurt("$FOLDER/odd.json", document([ map { { %$_, vgpu => 7 } } functions(undef) ]));
refused(qr/has a malformed function/, 'sync', 'host', 'gpu', $container, "file=$FOLDER/odd.json");

done_testing();
