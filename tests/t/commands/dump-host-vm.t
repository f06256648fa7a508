#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks dump host vm: lines that a shell restores the VMs from.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host vm-container-0-15');
prints('', qw(dump host vm));

walkthrough_inventory();
my $set  = '/opt/rocks/bin/rocks set host vm';
my $uuid = sql('SELECT uuid FROM vm');
my $one  = "$set rocks-33 physnode=vm-container-0-15 "
    . 'disk=file:/state/partition1/kvm/disks/rocks-33.vda,vda,virtio disksize=36 mem=2048 '
    . "slice=0 virt-type=hvm uuid=$uuid\n";
prints($one, qw(dump host vm), @{$_})
    for [], ['rocks-33'], ['vm-container-0-15'], ['host=rocks-33'];

rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34 mem=512 slice=8),
    'disk=phy:/dev/b,vda,virtio qed:/it\'s,vdb,ide', 'disksize=- 7');
rocks(qw(set host vm rocks-34 virt-type=para uuid=00000000-0000-4000-8000-000000000034));
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-35 disk=));
rocks(qw(set host vm rocks-35 uuid=00000000-0000-4000-8000-000000000035));
my @others = ("$set rocks-34 physnode=vm-container-0-15 disk=phy:/dev/b,vda,virtio\\ "
        . "qed:/it\\'s,vdb,ide disksize=-\\ 7 mem=512 slice=8 virt-type=para "
        . "uuid=00000000-0000-4000-8000-000000000034\n",
    "$set rocks-35 physnode=vm-container-0-15 mem=2048 slice=1 virt-type=hvm "
        . "uuid=00000000-0000-4000-8000-000000000035\n");
prints(join('', $one, reverse @others), qw(dump host vm));    # by slice
prints(join('', $one, reverse @others), qw(dump host vm rocks-35 vm-container-0-15));
prints(join('', @others), qw(dump host vm rocks-35 rocks-34));
restores([qw(dump host)], [qw(dump host vm)]);

prints('', qw(dump host vm), $_) for 'compute-9-%', 'rack9', 'nas';
refused(qr/^rocks: there is no host «rocks-99»; see `rocks list host`$/, qw(dump host vm rocks-99));
misused(qr/^rocks: there is no parameter «mem»$/m, qw(dump host vm mem=1));

walkthrough_inventory();
rocks(qw(add project hpc-physics));
rocks(qw(set host vm rocks-33 owner=user4 project=hpc-physics));
like(rocks(qw(dump host vm))->{out}, qr/ owner=user4 project=hpc-physics\n\z/, 'owner and project');
restores([qw(dump project)], [qw(dump host)], [qw(dump host vm)]);

done_testing;
