# SPDX-License-Identifier: GPL-2.0-or-later
# Two VM hosts, and a VM that runs on the first, with two disks there, another that only its XML
# names, and one in a folder that both hosts have: what a move that breaks off begins with, and
# how it may end.
package BrokenMove;
use strict;
use warnings;

use Exporter qw(import);
use Journey;
use Rocks qw($FOLDER);
use VmFleet;

our @EXPORT = (qw($FROM $TO $VM $SYSTEM $DATA $MORE $SHARED $SOURCE $TARGET $JOURNEY two_hosts anew stands_at
    resumes goes_back), @VmFleet::EXPORT);

our ($FROM, $TO) = qw(vm-container-0-0 vm-container-0-1);
our $VM = 'rocks-33';
our ($SYSTEM, $DATA, $MORE) = map {"$DISKS/$VM.$_"} qw(vda vdb vdd);
our $SHARED = "$FOLDER/shared/$VM.vdc";
our ($SOURCE, $TARGET);
my $shared_sum;
our $JOURNEY = Journey->new(vm => $VM, folder => $DISKS, held => "$VM.vdb");

sub two_hosts {
    ($SOURCE, $TARGET) = fleet($FROM => undef, $TO => undef);
    return;
}

# The VM runs on the source, with no trace of what was before.
sub anew {
    for my $host ($SOURCE, $TARGET) {
        $host->run("virsh -q destroy $VM 2> /dev/null; virsh -q undefine $VM 2> /dev/null; "
                . "rm -rf $DISKS/* $DISKS/.rocks*");
        $host->program('rsync', $Journey::RSYNC);
    }
    set_up_inventory();
    frontend('add', 'host', 'vm', $FROM, 'hosted-vm', "name=$VM", 'mem=64',
        "disk=qcow2:$SYSTEM,vda,virtio file:$DATA,vdb,virtio file:$SHARED,vdc,virtio",
        'disksize=1 1 1');
    frontend('set', 'host', 'attr', $VM, 'kvm_device_0', "<disk type='file' device='disk'>"
            . "<driver name='qemu' type='raw'/><source file='$MORE'/>"
            . "<target dev='vdd' bus='virtio'/></disk>");
    $SOURCE->put_disk($SYSTEM, 'qcow2');
    $SOURCE->run("head -c 4M /dev/urandom > $DATA && truncate -s 6M $DATA");
    $SOURCE->run("head -c 64k /dev/urandom > $MORE");
    $SOURCE->run("mkdir -p \$(dirname $SHARED) && head -c 1M /dev/urandom > $SHARED");
    $shared_sum = $SOURCE->run("sha256sum $SHARED");
    $JOURNEY->remember_disks($SOURCE);
    frontend(qw(start host vm), $VM);
    return;
}

# The disk that both have stayed where it is, and nothing else is there.
sub _is_shared {
    my ($what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($TARGET->run("sha256sum $SHARED"), $shared_sum, "$what: the shared disk is as it was");
    return is($TARGET->run("ls -A \$(dirname $SHARED)"), "$VM.vdc", "$what: and alone");
}

sub stands_at {
    my ($step) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    like(frontend(qw(list move)), qr/^$VM: +\Q$FROM\E +\Q$TO\E +$step .*resume=yes/m,
        "it stands at $step");
    return like(rocks(qw(start host vm), $VM)->{err}, qr/is being moved/, 'nobody starts it');
}

# Gone on it runs on the target.
sub resumes {
    my ($what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($JOURNEY->moves('resume=yes')->{err}, '', "$what: resume=yes");
    is($TARGET->ticks($VM), 1, "$what: it runs");
    prints('', qw(stop host vm), $VM);
    _is_shared($what);
    return $JOURNEY->lives_on($TARGET, $SOURCE, 'shutoff', $what);
}

# Taken back it is as before: it runs, unless it was off.
sub goes_back {
    my ($what, $was_off) = @_;
    my $got = $JOURNEY->moves('undo=yes');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{err}, '', "$what: undo=yes");
    like($got->{out}, qr/^$VM is on \Q$FROM\E as before$/m, 'as before');
    is($SOURCE->ticks($VM), 1, "$what: it runs") if !$was_off;
    is($TARGET->run("ls -a $DISKS"), ".\n..", 'what was copied is gone');
    prints('', qw(stop host vm), $VM) if !$was_off;
    _is_shared($what);
    return $JOURNEY->lives_on($SOURCE, $TARGET, 'shutoff', $what);
}

1;
