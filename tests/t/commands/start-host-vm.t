#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks start host vm: cards bound to vfio-pci, disks made, then libvirt; and everything that prevents it.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Scan;
use Test::More;
use Time::HiRes qw(time);

my $container = 'vm-container-0-15';
begin(card('gpupci1', '0000:02:00'), card('gpupci2', '0000:03:00'));
fleet();
my $uuid = sql(q{SELECT uuid FROM vm WHERE host = (SELECT id FROM host WHERE name = 'rocks-33')});
rocks(qw(set host vm rocks-33), "disk=file:$FOLDER/disks/a b.vda,vda,virtio", 'disksize=1');
rocks('set', 'host', 'vm', 'rocks-33', "disk=file:$FOLDER/disks/a.vda,vda,virtio qcow2:$FOLDER/disks/\$(id);.vdb,vdb,virtio phy:/dev/null,vdc,virtio", 'disksize=1 2 3');
hypervisor($container);

# The container's gpupci, its cards with these drivers.
sub drivers {
    my (%driver) = @_;
    my @functions = map { { %$_, driver => $driver{ $_->{address} } // $driver{all} } } card('gpupci1', '0000:02:00'), card('gpupci2', '0000:03:00');
    spurt("$FOLDER/scan.json", document(\@functions));
    return on_host($container, 'gpupci', "cat '$FOLDER/scan.json'\n");
}

# Disks are made once, in their size, and never over anything.
{
    my $got = rocks(qw(start host vm rocks-33));
    is($got->{err}, '', 'started') || diag($got->{err});
    is($got->{out}, "rocks-33: made $FOLDER/disks/a.vda on $container\nrocks-33: made $FOLDER/disks/\$(id);.vdb on $container\n", 'its disks were made');
    is(-s "$FOLDER/disks/a.vda", 1_000_000_000, 'in their size');
    like(run_program('', qw(qemu-img info), "$FOLDER/disks/\$(id);.vdb")->{out}, qr/^file format: qcow2\nvirtual size: .*\(2000000000 bytes\)/m, 'and format');
    prints('', qw(start host vm rocks-33));
    spurt("$FOLDER/disks/a.vda", 'precious');
    prints('', qw(start host vm rocks-33));
    is(slurp("$FOLDER/disks/a.vda"), 'precious', 'never over a file');
    unlink "$FOLDER/disks/a.vda";
    symlink '/nowhere/at/all', "$FOLDER/disks/a.vda";
    prints('', qw(start host vm rocks-33));
    ok(-l "$FOLDER/disks/a.vda", 'nor over a link that leads nowhere');
    unlink "$FOLDER/disks/a.vda";
    on_host($container, 'qemu-img', "echo 'qemu-img: no space left' >&2; exit 1\n");
    fails(qr/rocks-33: \Q$container\E: making its disks failed there with status 1: qemu-img: no space left/, qw(start host vm rocks-33));
    ok(!-e "$FOLDER/disks/a.vda", 'and nothing is left');
    unlink "$FOLDER/hosts/$container/bin/qemu-img";
}

# What else its XML names is there, too, or it is named.
{
    my ($missing, $there) = ("$FOLDER/disks/a b.rom", "$FOLDER/disks/there.iso");
    spurt($there, 'there');
    my $device = sub { rocks(qw(set host attr rocks-33 kvm_device_0), join '', @_) };
    my $rom    = "<interface type='network'><source network='default'/><rom file='$missing'/></interface>";
    my $media  = sub { "<disk type='file' device='cdrom'><source file='$_[0]'/><target dev='sdd'/></disk>" };
    $device->($rom, $media->("$FOLDER/none.iso"));
    unlink "$FOLDER/disks/a.vda";
    fails(qr{^rocks: rocks-33: \Q$container\E does not have its ROM file, \Q$missing\E, its medium sdd, \Q$FOLDER\E/none\.iso; put that there, or change what names it: see `rocks report host vm config rocks-33`$}, qw(start host vm rocks-33));
    ok(!-e "$FOLDER/disks/a.vda", 'and no disk is made');
    spurt($missing, 'rom');
    $device->($rom, $media->($there));
    like(rocks(qw(start host vm rocks-33))->{out}, qr/^rocks-33: made \Q$FOLDER\E\/disks\/a\.vda on/, 'with them it starts');
    rocks(qw(remove host attr rocks-33 kvm_device_0));
    unlink "$FOLDER/disks/a.vda";
}

# Cards: every function bound to vfio-pci now, or nothing happens.
is(rocks(qw(add host gpu rocks-33 gpupci gpupci1))->{err}, '', 'a card');
drivers(all => 'vfio-pci');
like(rocks(qw(start host vm rocks-33))->{out}, qr/made .*a\.vda/, 'all are bound to vfio-pci: started');
drivers(all => 'nvgrace_gpu_vfio_pci');
prints('', qw(start host vm rocks-33));
spurt("$FOLDER/scan.json",
    slurp("$FOLDER/scan.json") =~ s/"function":1/"quarantined":true,"function":1/r);
fails(qr/^rocks: rocks-33: its card gpupci is quarantined on \Q$container\E: .*there, `gpupci -s gpupci1` says more$/, qw(start host vm rocks-33));
unlink "$FOLDER/disks/a.vda";
my $bound = qr/rocks-33: 0000:02:00\.1 of its card gpupci is /;
drivers(all => 'vfio-pci', '0000:02:00.1' => 'snd_hda_intel');
fails(qr/${bound}with the driver snd_hda_intel on \Q$container\E, not bound to vfio-pci; there, `gpupci --detach gpupci1` takes/, qw(start host vm rocks-33));
ok(!-e "$FOLDER/disks/a.vda", 'before any disk is made');
drivers(all => 'vfio-pci', '0000:03:00.0' => 'nouveau');
like(rocks(qw(start host vm rocks-33))->{out}, qr/made/, 'another card does not matter');
drivers('0000:02:00.0' => 'vfio-pci');
fails(qr/${bound}without a driver on/, qw(start host vm rocks-33));
{
    # With cards it is one command that looks at both.
    drivers(all => 'vfio-pci');
    rocks(qw(set host attr rocks-33 kvm_gpu_rom), "$FOLDER/t4.rom");
    fails(qr/rocks-33: \Q$container\E does not have its ROM file, \Q$FOLDER\E\/t4\.rom; /, qw(start host vm rocks-33));
    like(ssh_words($container), qr/gpupci --list --json .*t4\.rom/, 'asked for with the cards');
    rocks(qw(remove host attr rocks-33 kvm_gpu_rom));
}
drivers(all => 'pci-stub');
fails(qr/with the driver pci-stub/, qw(start host vm rocks-33));
spurt("$FOLDER/scan.json", document([ map { { %$_, driver => 'vfio-pci' } } card('gpupci1', '0000:02:00', ids => '8086:1234:8086:0001') ]));
fails(qr/at 0000:02:00\.0 of \Q$container\E is 8086:1234 now, not 10de:1db6 of its card gpupci; `rocks sync host gpu \Q$container\E`/, qw(start host vm rocks-33));
spurt("$FOLDER/scan.json", document([ map { { %$_, driver => 'vfio-pci' } } card('gpupci1', '0000:09:00') ]));
fails(qr/has no function at 0000:02:00\.0 now; `rocks sync host gpu/, qw(start host vm rocks-33));
{
    # Another card of the same kind at its place: the two traded theirs, or it is a third one.
    my @cards = map { { %$_, driver => 'vfio-pci' } } card('gpupci1', '0000:02:00', serial => 'S-1'),
        card('gpupci2', '0000:03:00', serial => 'S-2');
    spurt("$FOLDER/scan.json", document(\@cards));
    is(rocks(qw(sync host gpu), $container)->{err}, '', 'their serials are known');
    prints('', qw(start host vm rocks-33));
    my @traded = map { { %$_, address => $_->{address} =~ s/:0([23]):/":0" . (5 - $1) . ':'/er } } @cards;
    spurt("$FOLDER/scan.json", document(\@traded));
    my $elsewhere = qr/^rocks: rocks-33: its card gpupci, gpupci1 of \Q$container\E, is no longer at pci_0000_02_00_0: another card is there, and it is /;
    fails(qr/${elsewhere}at pci_0000_03_00_0; `rocks sync host gpu \Q$container\E` records that$/, qw(start host vm rocks-33));
    spurt("$FOLDER/scan.json", document([ (map { { %$_, serial => 'S-9' } } @cards[ 0, 1 ]), @cards[ 2, 3 ] ]));
    fails(qr/${elsewhere}not found; `rocks sync/, qw(start host vm rocks-33));
    # Functions that the inventory does not know must be bound to vfio-pci, too.
    rocks(qw(set host gpu), $container, qw(gpupci1 functions=0));
    spurt("$FOLDER/scan.json", document([ $cards[0], { %{ $cards[1] }, driver => 'snd_hda_intel' }, @cards[ 2, 3 ] ]));
    fails(qr/${bound}with the driver snd_hda_intel on/, qw(start host vm rocks-33));
    drivers(all => 'vfio-pci');
    rocks(qw(sync host gpu), $container);
}
{
    # An address that to the host is part of a card.
    my $host = [ map { { %$_, driver => 'vfio-pci' } } card('gpupci1', '0000:02:00'), card('gpupci3', '0000:07:00') ];
    spurt("$FOLDER/scan.json", document($host));
    is(rocks('add', 'host', 'gpu', $container, 'gpupci3', '07:00.1')->{err}, '', 'typed by its second function');
    rocks(qw(add host gpu rocks-33 gpupci2 gpupci3));
    prints('', qw(start host vm rocks-33));
    rocks(qw(remove host gpu rocks-33 gpupci2));
    rocks('remove', 'host', 'gpu', $container, 'gpupci3');
    drivers(all => 'vfio-pci');
}
spurt("$FOLDER/scan.json", 'garbage');
fails(qr/rocks-33: \Q$container\E: the scan is cut short/, qw(start host vm rocks-33));
ails(refused => $container);
fails(qr/rocks-33: \Q$container\E cannot say whether its cards are bound to vfio-pci: down: ssh: connect/, qw(start host vm rocks-33));
heals($container);
drivers(all => 'vfio-pci');

# A card that is missing in the inventory stops it before anybody is asked.
rocks(qw(set host gpu), $container, qw(gpupci1 state=missing));
fails(qr/rocks-33: its gpupci, gpupci1 of \Q$container\E, is missing/, qw(start host vm rocks-33));
rocks(qw(set host gpu), $container, qw(gpupci1 02:00.0 state=present));

# What libvirt says.
hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => 'running' });
prints("rocks-33 runs already\n", qw(start host vm rocks-33));
hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => 'paused' });
prints("rocks-33 runs already\n", qw(start host vm rocks-33));
hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => 'shutoff' });
prints('', qw(start host vm rocks-33));
like(rocks(qw(report host vm replaced rocks-33))->{out}, qr/\A<!-- rocks-33 on \Q$container\E, .*<domain type='test'>/s, 'what it replaces is kept');
hypervisor($container, { name => 'rocks-33', state => 'shutoff' });
fails(qr/rocks-33: \Q$container\E has another domain named rocks-33, with the UUID [0-9a-f-]{36}; rename or undefine that one/, qw(start host vm rocks-33));
hypervisor($container, { name => 'renamed', uuid => $uuid, state => 'shutoff' });
fails(qr/rocks-33: \Q$container\E calls it renamed, not rocks-33: it was renamed there/, qw(start host vm rocks-33));
# What is defined there and rocks did not put there is not lost unasked; libvirt's own is.
{
    my $sound = '<sound model="ich9"/><disk type="file"><driver name="qemu" cache="none"/><source file="/a\xc2\x9bb"/><target dev="vdz"/></disk>';
    hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => 'shutoff', devices => $sound });
    my $got = rocks(qw(start host vm rocks-33));
    is($got->{status}, 1, 'a foreign definition: status');
    is( $got->{err},
        "rocks: rocks-33: rocks did not make its definition on $container, and the VM would lose what follows; put that into its attributes, or run `rocks start host vm rocks-33 replace=yes`; `rocks report host vm replaced rocks-33` prints the definition that was there\n"
            . qq{rocks: rocks-33: would lose disk vdz type="file" device="disk"\n}
            . qq{rocks: rocks-33: would lose sound model="ich9"\n},
        'what would be lost'
    );
    like(rocks(qw(report host vm replaced rocks-33))->{out}, qr/<sound model='ich9'/, 'it is kept');
    prints('', qw(start host vm rocks-33 replace=yes));
    hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => 'shutoff', devices => '<sound model="ich9"/>' x 14 });
    like(rocks(qw(start host vm rocks-33))->{err}, qr/^(?:rocks: rocks-33: would lose sound model="ich9"\n){10}rocks: rocks-33: would lose 4 more\n\z/m, 'ten lines and a number');
    is(rocks(qw(start host vm rocks-33 replace=maybe))->{status}, 2, 'yes or no');
    like(sql('SELECT xml FROM definition'), qr{<rocks:vm xmlns:rocks=["']urn:gpupt:rocks["']/>}, 'what it has defined is kept, with its mark');
}
hypervisor($container);
rocks(qw(set attr kvm_autostart yes));
prints('', qw(start host vm rocks-33));
rocks(qw(set attr libvirt_uri nowhere:///));
fails(qr/rocks-33: libvirt on \Q$container\E cannot be reached; see that `virsh -c 'nowhere:\/\/\/' list` reaches it: /, qw(start host vm rocks-33));

# A hypervisor that never answers: Ctrl-C ends it, and what it started.
rocks(qw(set attr libvirt_uri), "qemu+ext:///system?command=$FOLDER/hangs");
spurt("$FOLDER/hangs", "#!/bin/sh\necho \$\$ > $FOLDER/hangs.pid\nexec sleep 600\n");
chmod 0755, "$FOLDER/hangs";
{
    my $start = time;
    my $child = fork // die;
    if (!$child) {
        $SIG{INT} = 'DEFAULT'; # whoever runs the tests may have it ignored
        open STDERR, '>', "$FOLDER/err";
        exec "$BUILD/rocks", qw(start host vm rocks-33);
    }
    my $until = time + 60;
    select undef, undef, undef, 0.05 while !-s "$FOLDER/hangs.pid" && time < $until;
    kill INT => $child;
    waitpid $child, 0;
    is($?, 2, 'Ctrl-C while libvirt hangs: ended by the signal');
    is(slurp("$FOLDER/err"), "rocks: rocks-33: stopped\n", 'with a word');
    chomp(my $pid = slurp("$FOLDER/hangs.pid"));
    sleep 1;
    ok(!-e "/proc/$pid/stat" || slurp("/proc/$pid/stat") =~ /\) Z /, 'and what libvirt had started is gone');
}

done_testing;
