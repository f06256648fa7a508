#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks move host vm of a VM with devices that it gets by their address: each container has
# others at that address.
use strict;
use warnings;

use Machine;
BEGIN { in_private_mounts() }
use Devices;
use Fleet;
use Inventory;
use JSON::PP;
use Moving;
use Rocks;
use Test::More;

my $card = [ qw(add host gpu), $VM, 'gpupci', 'gpupci1' ];
my ($here, $there) = ('0000:5e:00.0', '0000:af:00.0');
my $raw = [ qw(set host attr), $VM, 'kvm_device_3', hostdev($here) ];
my $at  = [ qw(set host attr), $VM, 'kvm_device_3_at', "value=$SOURCE=$here $TARGET=$there" ];

# What the gpupci of both says of devices.
sub tells {
    my (@there) = @_;
    tells_status($SOURCE, "$FOLDER/$SOURCE.json", status($SOURCE, device($here)));
    tells_status($TARGET, "$FOLDER/$TARGET.json", status($TARGET, @there ? @there : device($there)));
}

# It is reported before the VM is stopped, by dryrun=yes too, and nothing is changed.
sub stays {
    my ($pattern, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    for my $dry ([], ['dryrun=yes']) {
        my $got = moves($TARGET, @$dry);
        is($got->{status} . $got->{out}, 1, "$what: refused @$dry");
        like($got->{err}, qr/\Arocks: $VM: $pattern\n\z/, "$what: why");
    }
    ok(inventory() eq $before, "$what: the inventory is as it was");
    return is(calls() . runs($SOURCE), 1, "$what: it runs on");
}

# A device of the host does not move.
set_up($card, $raw, [ qw(set host attr), $VM, 'kvm_device_12', hostdev('0000:01:00.0') . '<hub type="usb"/>' . hostdev('0000:02:10.3') ]);
tells();
stays(words(
    qr/its kvm_device_3 passes \Q$here, and what is at that address of $TARGET\E is another device; /,
    qr/name the device of each container with `rocks set host attr $VM kvm_device_3_at value=/,
    qr/'\Q$SOURCE=$here $TARGET=\EADDRESS'`, or take it out of the attribute/), 'a PCI device');
rocks(@$at);
stays(qr/its kvm_device_12 passes 0000:01:00\.0,0000:02:10\.3, and .* $VM kvm_device_12_at value='\Q$SOURCE\E=0000:01:00\.0,0000:02:10\.3 .*/, 'two of them');
for my $case (
    [ usb => '<hostdev mode="subsystem" type="usb"><source><address bus="1" device="2"/></source></hostdev>' ],
    [ mdev => '<hostdev mode="subsystem" type="mdev" model="vfio-pci"><source><address uuid="c2177883-f1bb-47f0-914d-32a22e3a8804"/></source></hostdev>' ],
    [ scsi_host => '<hostdev mode="subsystem" type="scsi_host"><source protocol="vhost" wwpn="naa.5123456789abcde0"/></hostdev>' ],
    [ vdpa => '<interface type="vdpa"><source dev="/dev/vhost-vdpa-0"/></interface>' ])
{
    my ($kind, $xml) = @$case;
    rocks(qw(set host attr), $VM, 'kvm_device_12', $xml);
    stays(qr/its kvm_device_12 passes a device of \Q$SOURCE\E \($kind\), which would stay behind; take it out of the attribute, and pass one of \Q$TARGET\E when the VM is there/, $kind);
}
rocks(qw(remove host attr), $VM, 'kvm_device_12');
my $pci = qq(<address type="pci" domain="0" bus="0x5e" slot="0" function="0"/>);
for my $xml (qq(<interface type="hostdev"><source>$pci</source></interface>), qq(<disk type="nvme"><source type="pci" namespace="1">$pci</source></disk>)) {
    rocks(qw(set host attr), $VM, 'kvm_device_4', $xml);
    stays(qr/its kvm_device_4 passes \Q$here, and what is at that\E.*/, $xml);
}
rocks(qw(remove host attr), $VM, 'kvm_device_4');

# One that an attribute places is looked at on the target.
rocks(@$at[ 0 .. 4 ], "value=$SOURCE=$here");
stays(qr/the attribute kvm_device_3_at does not name a device of \Q$TARGET; add $TARGET=ADDRESS to it\E/, 'no device there is named');
rocks(@$at);
my $passes = "its kvm_device_3 passes $there";
tells(device($there, used => JSON::PP::true, uses => [ 'a', 'b' ]));
stays(qr/\Q$passes, which $TARGET uses itself: a, b; free it there\E.*/, 'used there');
tells(missing($there));
stays(qr/\Q$passes, and $TARGET has no device there\E.*/, 'missing there');
tells(device($there, used => undef));
stays(qr/\Q$passes, and whether $TARGET uses that itself is unknown\E.*/, 'not known there');
tells();
domain($SOURCE, xml => '<domain/>');
tells(missing($there));
like(moves($TARGET, 'dryrun=yes')->{err}, qr/has no device there/, 'also of one that is off');
tells();
domain($SOURCE, xml => '<domain/>', running => '');

# Another VM of the target has it.
rocks(qw(add host vm), $TARGET, qw(hosted-vm name=rocks-40), 'disk=phy:/dev/null,vda,virtio');
rocks(qw(set host attr rocks-40 kvm_device_0), hostdev($there));
is(rocks(qw(start host vm rocks-40))->{err}, '', 'another VM has it');
sql('PRAGMA wal_checkpoint(TRUNCATE)'); # its claim is still in the -wal, which counts as a change
calls();
stays(qr/its kvm_device_3 passes \Q$there of $TARGET, which rocks-40 claims; pass another\E.*/, 'claimed there');
rocks(qw(remove host rocks-40));
rocks(qw(add host vm), $TARGET, qw(hosted-vm name=rocks-40), 'disk=phy:/dev/null,vda,virtio');
rocks(qw(set host attr rocks-40 kvm_device_0), hostdev($there));

# It moves: claimed on both from the beginning, on one at the end.
{
    unlink "$FOLDER/asked";
    my $got = moves($TARGET, 'dryrun=yes');
    like($got->{out}, qr/^card .*\ndevice \Q$there of $TARGET\E, as kvm_device_3_at says\ncopy /m, 'dryrun=yes says so');
    like(slurp("$FOLDER/asked"), qr/^--list --json\n--status --json \Q$there\E\n\z/, 'the target was asked');
    is(claims(), '', 'and claims nothing');
    sql("INSERT INTO claim (host, address, vm) SELECT container, 0x5e00, host FROM vm JOIN host ON id = host WHERE name = '$VM'");
    trigger('kill before stop');
    is(moves($TARGET)->{signal}, 9, 'killed before it stops');
    is(claims($SOURCE) . ' ' . claims($TARGET), "$VM:5e00 $VM:af00", 'claims on both');
    like(rocks(qw(start host vm rocks-40))->{err}, qr/which $VM claims;/, 'nobody else gets it');
    is(moves('undo=yes')->{err}, '', 'taken back');
    is(claims($SOURCE) . ' ' . claims($TARGET), "$VM:5e00 ", 'it claims what it had');
    is(runs($SOURCE), 1, 'and runs with it');
    trigger('kill after define');
    is(moves($TARGET)->{signal}, 9, 'killed when it is defined there');
    is(claims($SOURCE) . ' ' . claims($TARGET), "$VM:5e00 $VM:af00", 'claims on both');

    # Somebody changes the attributes while the move stands.
    rocks(qw(remove host attr), $VM, 'kvm_device_3_at');
    like(moves('resume=yes')->{err}, qr/^rocks: $VM: its kvm_device_3 passes \Q$here\E, and .*\nrocks: $VM: the move stands at «define»/, 'it is not defined with another device');
    rocks(@$at);
    tells(device($there, used => JSON::PP::true, uses => ['a']));
    like(moves('resume=yes')->{err}, qr/^rocks: $VM: \Q$passes, which $TARGET uses itself: a;\E .*\nrocks: $VM: the move stands at «start»/, 'nor started with one that is used by now');
    tells();
    is(moves('resume=yes')->{err}, '', 'it goes on');
    is(claims(), "$VM:af00", 'the source keeps no claim');
    my $xml = slurp("$FOLDER/hypervisors/$TARGET/" . uuid() . '.xml');
    like($xml, qr/bus="0xaf"/, 'it has the device of the target');
    unlike($xml, qr/bus="0x5e"/, 'and not that of the source');
    is(runs($TARGET), 1, 'and runs');
}

# What is another device by the time that it is defined is claimed before.
set_up($card, $raw, $at);
tells();
trigger('kill after undefine');
is(moves($TARGET)->{signal}, 9, 'killed when the source has forgotten it');
rocks(qw(add host vm), $TARGET, qw(hosted-vm name=rocks-40), 'disk=phy:/dev/null,vda,virtio');
sql("INSERT INTO claim (host, address, vm) SELECT container, 0xb000, host FROM vm JOIN host ON id = host WHERE name = 'rocks-40'");
rocks(@$at[ 0 .. 4 ], "value=$SOURCE=$here $TARGET=b0:00.0");
like(moves('resume=yes')->{err}, qr/^rocks: $VM: its kvm_device_3 passes 0000:b0:00\.0 of \Q$TARGET\E, which rocks-40 claims; .*\nrocks: $VM: the move stands at «define»/, 'another VM has it');
is(is_defined($TARGET), 0, 'it is not defined');

# A card of the target that another VM claims is not free.
set_up($card);
rocks(qw(add host vm), $TARGET, qw(hosted-vm name=rocks-40), 'disk=phy:/dev/null,vda,virtio');
sql("INSERT INTO claim (host, address, vm) SELECT container, 0x8101, host FROM vm JOIN host ON id = host WHERE name = 'rocks-40'");
like(moves($TARGET, 'dryrun=yes')->{out}, qr/^card gpupci: gpupci1 at pci_0000_02_00_0 -> gpupci2 at /m, 'a card that is claimed is not taken');

# Taken back from the other end; its device is the host's by now.
set_up($card, $raw, $at);
tells();
sql("INSERT INTO claim (host, address, vm) SELECT container, 0x5e00, host FROM vm JOIN host ON id = host WHERE name = '$VM'");
trigger('kill after define');
is(moves($TARGET)->{signal}, 9, 'killed when it is defined there');
tells_status($SOURCE, "$FOLDER/$SOURCE.json", status($SOURCE, device($here, used => JSON::PP::true, uses => ['a'])));
like(moves('undo=yes')->{err}, qr/^rocks: $VM: its kvm_device_3 passes \Q$here, which $SOURCE uses itself: a;\E .*\nrocks: $VM: it could not be started again; /, 'taken back, and not started');
is(claims() . is_defined($SOURCE) . runs($SOURCE), "$VM:5e0010", 'it is defined there and off');

# libvirt says what is defined on the source, before there were claims; a plugin may pass more.
set_up($card, $raw, $at);
system('cp', map({ "$BUILD/$_.so" } 'plugins/libvirt', 'tests/plugins/amend-hostdev'), "$FOLDER/plugins") == 0 or die;
unlink "$FOLDER/plugins/hypervisor-folder.so";
hypervisor($TARGET);
my %domain = (name => $VM, uuid => uuid(), state => 'shutoff');
hypervisor($SOURCE, { %domain, functions => [ $here, '0000:02:00.0', '0000:77:00.0' ] });
tells();
{
    local $ENV{HOSTDEV_BUS} = '0x77';
    my $before = inventory();
    like(moves($TARGET)->{err}, qr/^rocks: $VM: a plugin passes 0000:77:00\.0 to it, and no attribute says which device that is on \Q$TARGET\E; a VM with such a device cannot be moved$/, 'a device that a plugin passes');
    ok(inventory() eq $before, 'nothing is changed');
}
unlink "$FOLDER/plugins/amend-hostdev.so";
like(moves($TARGET)->{err}, qr/ would lose hostdev 0000:77:00\.0$/m, 'one that nothing passes any more');
is(claims(), '', 'and nothing is claimed');
hypervisor($SOURCE, { %domain, functions => [ $here, '0000:02:00.0' ] });
like(moves($TARGET)->{err}, qr/^rocks: $VM: somebody defined it on \Q$SOURCE\E again/, 'the test driver forgets');
is(claims($SOURCE) . ' ' . claims($TARGET), "$VM:5e00 $VM:af00", 'what the source had defined is claimed, but no card');

done_testing;
