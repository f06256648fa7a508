#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks list host vm: VMs, the disks, further MACs and disks on rows of their own.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-15');
prints('',     qw(list host vm));
prints("[]\n", qw(list host vm json=yes));

walkthrough_inventory();
my $header = "SLICE MEM  CPUS MAC               HOST              VIRT-TYPE\n";
my $row    = "0     2048 1    52:54:00:00:00:00 vm-container-0-15 hvm      \n";
prints($header . $row, qw(list host vm), @{$_})
    for [], ['rocks-33'], ['vm-container-0-15'], ['host=rocks-33'], ['%'], ['showdisks=no'],
    ['status=no'];
prints($row, qw(list host vm output-header=no));
prints("MEM \n2048\n", qw(list host vm output-col=mem));
prints(<<'END', qw(list host vm showdisks=yes));
SLICE MEM  CPUS MAC               HOST              VIRT-TYPE DISK                                                     DISKSIZE CDROM
0     2048 1    52:54:00:00:00:00 vm-container-0-15 hvm       file:/state/partition1/kvm/disks/rocks-33.vda,vda,virtio 36       -----
END

prints("DEFINITION\nrocks     \n", qw(list host vm showdefinition=yes output-col=definition));

# Further MACs and disks; a disk without a size.
rocks(qw(set host vm rocks-33), 'disk=file:/a,vda,virtio');
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34 mem=4096 cpus=2 num-macs=2 slice=3),
    'disk=phy:/dev/b,vda,virtio qed:/c,vdb,ide qcow2:/d,vdc,ide', 'disksize=5 - 7');
rocks(qw(add host vm-container-0-14));
rocks(qw(add host vm vm-container-0-14 hosted-vm name=rocks-32 num-macs=0 disk=));
my %rows = (
    32 => "rocks-32: 0     2048 1    ----------------- vm-container-0-14 hvm      \n",
    33 => "rocks-33: 0     2048 1    52:54:00:00:00:00 vm-container-0-15 hvm      \n",
    34 => "rocks-34: 3     4096 2    52:54:00:00:00:01 vm-container-0-15 hvm      \n"
        . "rocks-34: ----- ---- ---- 52:54:00:00:00:02 ----------------- ---------\n",
);
prints("VM-HOST   $header" . join('', @rows{qw(32 33 34)}), qw(list host vm));
prints("VM-HOST   $header" . join('', @rows{qw(33 34)}), qw(list host vm vm-container-0-15));
prints("VM-HOST   $header" . join('', @rows{qw(33 34)}),
    qw(list host vm rocks-34 vm-container-0-15 rocks-33));
prints("VM-HOST   $header" . join('', @rows{qw(32 34)}),
    qw(list host vm rocks-34 vm-container-0-14));
prints(<<'END', qw(list host vm showdisks=yes output-header=no));
rocks-32: 0     2048 1    ----------------- vm-container-0-14 hvm       --------------------- -------- -----
rocks-33: 0     2048 1    52:54:00:00:00:00 vm-container-0-15 hvm       file:/a,vda,virtio    36       -----
rocks-34: 3     4096 2    52:54:00:00:00:01 vm-container-0-15 hvm       phy:/dev/b,vda,virtio 5        -----
rocks-34: ----- ---- ---- 52:54:00:00:00:02 ----------------- --------- qed:/c,vdb,ide        -------- -----
rocks-34: ----- ---- ---- ----------------- ----------------- --------- qcow2:/d,vdc,ide      7        -----
END
prints("VM-HOST  \nrocks-32:\nrocks-33:\nrocks-34:\nrocks-34:\n", 'list', 'host', 'vm',
    'output-col=vm-host');
my %none = (
    slice => undef, mem => undef, cpus => undef, host => undef, 'virt-type' => undef,
    cdrom => undef);
my %vm = (cpus => 1, mem => 2048, slice => 0, 'virt-type' => 'hvm', cdrom => undef);
json_is([
        { 'vm-host' => 'rocks-32', vm => [ { %vm, mac => undef, host => 'vm-container-0-14',
                    disk => undef, disksize => undef } ] },
        { 'vm-host' => 'rocks-34', vm => [
                { %vm, cpus => 2, mem => 4096, slice => 3, mac => '52:54:00:00:00:01',
                    host => 'vm-container-0-15', disk => 'phy:/dev/b,vda,virtio', disksize => 5 },
                { %none, mac => '52:54:00:00:00:02', disk => 'qed:/c,vdb,ide', disksize => undef },
                { %none, mac => undef, disk => 'qcow2:/d,vdc,ide', disksize => 7 } ] },
    ], qw(list host vm rocks-34 rocks-32 showdisks=yes json=yes));

prints('', qw(list host vm), $_) for 'compute-9-%', 'rack9', 'nas';
refused(qr/^rocks: there is no host «rocks-99»; see `rocks list host`$/, qw(list host vm rocks-99));
# status=yes: what libvirt on the containers says; what cannot be asked is not known.
{
    my $uuid =
        sql(q{SELECT uuid FROM vm WHERE host = (SELECT id FROM host WHERE name = 'rocks-33')});
    hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => 'paused' },
        { name => 'other', state => 'running' });
    hypervisor('vm-container-0-14');
    my $got = rocks(qw(list host vm status=yes), 'output-col=vm-host,status');
    is($got->{err}, '', 'status=yes');
    is($got->{out},
        "VM-HOST   STATUS \nrocks-32: nostate\nrocks-33: paused \nrocks-34: nostate\n"
            . "rocks-34: -------\n",
        'what libvirt says');
    for my $state (qw(running shutoff crashed shutdown)) {
        hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => $state });
        my $word = $state eq 'running' ? 'active' : $state;
        like(rocks(qw(list host vm rocks-33 status=yes output-header=no output-col=status))->{out},
            qr/^$word *$/m, "$state is $word");
    }
    rocks(qw(set host attr vm-container-0-14 libvirt_uri nowhere:///));
    $got = rocks(qw(list host vm status=yes output-col=status json=yes));
    is($got->{status}, 3, 'one that cannot be asked: could not look');
    like($got->{err},
        qr/\Arocks: vm-container-0-14: libvirt on vm-container-0-14 cannot be reached[^\n]*\n\z/,
        'and which');
    like($got->{out}, qr/"rocks-32".*"rocks-34"/, 'the listing is there');
    my $batch = rocks_in("list host vm status=yes\n", '--batch', '-');
    like($batch->{err}, qr/status=yes waits for other machines: run it on its own/,
        'not in a batch');
    mkdir "$FOLDER/none", 0755;
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/none";
    refused(qr/^rocks: this goes through the plugin libvirt\.so, which is not in \Q$FOLDER\E\/none/,
        qw(list host vm status=yes));
}
misused(qr/^rocks: output-col= has an unknown column: «disk»$/m, qw(list host vm output-col=disk));
misused(qr/^rocks: there is no parameter «showdisk»; did you mean showdisks=\?$/m,
    qw(list host vm showdisk=yes));

walkthrough_inventory();
prints("OWNER PROJECT\n----- -------\n", qw(list host vm showowner=yes), 'output-col=owner,project');
rocks(qw(add project hpc-physics));
rocks(qw(set host vm rocks-33 owner=user4 project=hpc-physics));
rocks(qw(add host interface rocks-33 eth1 mac=52:54:00:00:00:09));
prints("MAC               OWNER PROJECT    \n52:54:00:00:00:00 user4 hpc-physics\n52:54:00:00:00:09 ----- -----------\n",
    qw(list host vm showowner=yes), 'output-col=mac,owner,project');

done_testing;
