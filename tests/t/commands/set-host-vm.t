#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host vm: each of its parameters, and making a host a VM.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $UUID = '00000000-0000-4000-8000-0000000000';
my $vms  = 'SELECT host.name, c.name, mem, slice, virt_type FROM vm '
    . 'JOIN host ON host.id = vm.host JOIN host c ON c.id = container ORDER BY vm.host';
my $disks = 'SELECT type, path, device, bus, size FROM disk ORDER BY vm, position';
my $disk  = 'file|/state/partition1/kvm/disks/rocks-33.vda|vda|virtio';

sub two_containers {
    walkthrough_inventory();
    rocks(qw(add host), $_) for qw(vm-container-0-14 compute-0-0);
    return;
}

# Each of them, and nothing else.
for my $row (
    [ 'mem=16384',      'vm-container-0-15|16384|0|hvm', "$disk|36" ],
    [ 'slice=9',        'vm-container-0-15|2048|9|hvm',  "$disk|36" ],
    [ 'virt-type=para',  'vm-container-0-15|2048|0|para',  "$disk|36" ],
    [ 'physnode=vm-container-0-14', 'vm-container-0-14|2048|0|hvm', "$disk|36" ],
    [ 'disksize=100', 'vm-container-0-15|2048|0|hvm', "$disk|100" ],
    [ 'disksize=-', 'vm-container-0-15|2048|0|hvm', "$disk|" ],
    [ 'disksize=0', 'vm-container-0-15|2048|0|hvm', "$disk|" ],
    [   'disk=phy:/dev/a,vda,virtio qed:/b,vdb,ide', 'vm-container-0-15|2048|0|hvm',
        "phy|/dev/a|vda|virtio|\nqed|/b|vdb|ide|36"
    ],
    [ 'disk=', 'vm-container-0-15|2048|0|hvm', '' ],
    )
{
    my ($given, $vm, $disk_rows) = @{$row};
    for my $form (forms(host => 'rocks-33')) {
        two_containers();
        my $uuid = sql('SELECT uuid FROM vm');
        prints('', qw(set host vm), @{$form}, $given);
        is(sql($vms),   "rocks-33|$vm", "$given: VM");
        is(sql($disks), $disk_rows,     "$given: disks");
        is(sql('SELECT uuid FROM vm'), $uuid, "$given: the UUID stays");
    }
}
two_containers();
prints('', qw(set host vm rocks-33), 'disk=file:/a,vda,virtio file:/b,vdb,virtio', 'disksize=5 -');
is(sql($disks), "file|/a|vda|virtio|5\nfile|/b|vdb|virtio|", 'disks with their sizes');
prints('', qw(set host vm rocks-33), 'disk=file:/b,vdb,virtio file:/a,vda,ide file:/c,vdc,virtio');
is(sql($disks), "file|/b|vdb|virtio|\nfile|/a|vda|ide|5\nfile|/c|vdc|virtio|36",
    'a disk that stays keeps its size, also in another order and on another bus');
prints('', qw(set host vm rocks-33 disksize=7));
is(sql($disks), "file|/b|vdb|virtio|7\nfile|/a|vda|ide|5\nfile|/c|vdc|virtio|36",
    'sizes go to the disks in their order');
prints('', qw(set host vm rocks-33), 'disk=file:/b,vda,virtio file:/a,vdb,ide phy:/c,vdc,virtio');
is(sql($disks), "file|/b|vda|virtio|36\nfile|/a|vdb|ide|36\nphy|/c|vdc|virtio|",
    'another disk of a name has that of a new one; a block device has its own');
prints('', qw(set host vm rocks-33), 'disk=file:/a,vda,virtio file:/b,vdb,virtio', 'disksize=5');
prints('', qw(set host vm rocks-33), "uuid=${UUID}01");
is(sql('SELECT uuid FROM vm'), "${UUID}01", 'uuid=');
prints('', qw(set host vm rocks-33), "uuid=${UUID}01", 'slice=0', 'physnode=vm-container-0-15');

# A host becomes a VM when its container is named.
refused(qr/^rocks: compute-0-0 is not a VM; physnode= makes it one, naming its container$/,
    qw(set host vm compute-0-0 mem=1024));
prints('', qw(set host vm compute-0-0 physnode=vm-container-0-15));
is(sql($vms), "rocks-33|vm-container-0-15|2048|0|hvm\ncompute-0-0|vm-container-0-15|2048|1|hvm",
    'with the next free slice');
is(sql('SELECT count(DISTINCT uuid) FROM vm'), 2, 'and a UUID');
rocks(qw(remove host vm compute-0-0));
prints('', qw(set host vm compute-0-0 physnode=vm-container-0-14 mem=1024 slice=3 virt-type=para),
    "uuid=${UUID}02", 'disk=file:/a,vda,virtio', 'disksize=5');
is(sql("$vms LIMIT 1 OFFSET 1"), 'compute-0-0|vm-container-0-14|1024|3|para',
    'with all that is given');
is(sql("SELECT uuid FROM vm WHERE slice = 3"), "${UUID}02", 'its UUID');

# On several, or none of them.
prints('', qw(set host vm rocks-33 compute-0-0 mem=512));
is(sql('SELECT mem FROM vm'), "512\n512", 'several');
refused(qr/^rocks: vm-container-0-1[45] is not a VM; /, qw(set host vm), @{$_}, 'mem=1024')
    for ['vm-container-0-15'], [qw(% vm-container-0-15)], ['vm-container'];
refused(qr/^rocks: vm-container-0-15 cannot house itself$/,
    qw(set host vm % physnode=vm-container-0-15));
for my $word ('%', 'select name from nodes order by name') {
    prints('', qw(set host vm), $word, 'mem=' . length $word);
    is(sql('SELECT mem FROM vm'), join("\n", (length $word) x 2), "$word: skips hosts that are not VMs");
}
my $before = inventory();
prints('', qw(set host vm), $_, 'mem=1') for 'compute-9-%', 'rack9', 'nas';
ok(inventory() eq $before, 'a pattern and groups of no hosts change nothing');

# Moving: to a slice that is free, not with a card.
prints('', qw(set host vm compute-0-0 slice=0));
prints('', qw(set host vm compute-0-0 physnode=vm-container-0-15));
is(sql("SELECT slice FROM vm JOIN host ON host.id = host WHERE name = 'compute-0-0'"), 1,
    'the next free slice there');
refused(qr/^rocks: slice 0 is taken by rocks-33$/, qw(set host vm compute-0-0 slice=0));
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(add host gpu rocks-33 gpupci2 gpupci2));
refused(
    qr/^rocks: rocks-33 holds gpupci1, gpupci2 of its container; take it from the VM first \(`rocks remove host gpu rocks-33 …`\)$/,
    qw(set host vm rocks-33 physnode=vm-container-0-14));
prints('', qw(set host vm rocks-33 physnode=vm-container-0-15 mem=2048));

# Who houses whom.
rocks(qw(add host compute-0-1));
refused(qr/^rocks: compute-0-1 cannot house itself$/,
    qw(set host vm compute-0-1 physnode=compute-0-1));
my $houses = 'refused: rocks-33 is a VM, and a VM houses no VM: the container of';
refused(qr/^rocks: $houses compute-0-1 is to be a physical host$/,
    qw(set host vm compute-0-1 physnode=rocks-33));
refused(qr/^rocks: $houses compute-0-0 is to be a physical host$/,
    qw(set host vm compute-0-0 physnode=rocks-33));
rocks(qw(add host vm vm-container-0-14 hosted-vm name=rocks-34));
refused(qr/^rocks: refused: vm-container-0-14 houses \S+, so it cannot be a VM itself$/,
    qw(set host vm vm-container-0-14 physnode=compute-0-1));
rocks(qw(add host gpu compute-0-1 gpupci1 02:00.0));
refused(qr/^rocks: compute-0-1 has cards of its own, gpupci1: a VM has none; remove them first$/,
    qw(set host vm compute-0-1 physnode=vm-container-0-14));

# What libvirt calls it.
sub domain_of { return rocks(qw(list host vm showdefinition=yes output-header=no output-col=domain), @_)->{out} =~ s/ *\n//r }
is(domain_of('rocks-33'), 'rocks-33', 'its name');
prints('', qw(set host vm rocks-33), q{domain=Rocks 33's});
is(domain_of('rocks-33'), q{Rocks 33's}, 'another one');
like(rocks(qw(report host vm config rocks-33))->{out}, qr{<name>Rocks 33's</name>}, 'so does its definition');
like(rocks(qw(dump host vm rocks-33))->{out}, qr/ domain=Rocks\\ 33\\'s$/m, 'so does a dump');
my $there = sql("SELECT c.name FROM vm JOIN host c ON c.id = container JOIN host h ON h.id = vm.host WHERE h.name = 'rocks-33'");
refused(qr/^rocks: libvirt has the name «Rocks 33's» for rocks-33 on that container; domain= gives one of them another$/,
    qw(add host vm), $there, qw(hosted-vm name=rocks-35), q{domain=Rocks 33's});
prints("added VM rocks-35 on physical node $there\n", qw(add host vm), $there, qw(hosted-vm name=rocks-35 domain=x));
is(domain_of('rocks-35'), 'x', 'of a new VM');
refused(qr/^rocks: libvirt has the name «x» for rocks-35 /, qw(set host vm rocks-33 domain=x));
refused(qr/^rocks: the name of the domain «a\/b» has a \/, which libvirt does not take$/, qw(set host vm rocks-33 domain=a/b));
refused(qr/^rocks: the name of the domain is empty$/,               qw(set host vm rocks-33 domain=));
refused(qr/^rocks: the name of the domain «\\x1b» has control characters /, qw(set host vm rocks-33), "domain=\e");
prints('', qw(set host vm rocks-33 domain=rocks-33));
unlike(rocks(qw(dump host vm rocks-33))->{out}, qr/domain=/, 'its own name again');
rocks(qw(remove host rocks-35));

# Values.
my @set = qw(set host vm rocks-33 mem=1);
refused(qr/^rocks: the UUID ${UUID}01 is taken by rocks-33$/, qw(set host vm compute-0-0),
    "uuid=${UUID}01");
refused(
    qr/^rocks: «\Q$_\E» is not a UUID: x{8}-x{4}-x{4}-x{4}-x{12} with lower-case hexadecimal digits$/,
    @set, "uuid=$_"
) for '', 'x', "${UUID}0", "${UUID}011", "${UUID}0G", 'A' x 36, uc "${UUID}0a";
refused(qr/^rocks: a disk is TYPE:PATH,DEVICE,BUS /, @set, 'disk=x');
refused(qr/^rocks: two disks of one VM are called vda$/, @set, 'disk=file:/a,vda,x file:/b,vda,x');
refused(qr/^rocks: «x» is not a disk size in GB: 1 to 2147483647, - when unknown$/, @set,
    'disksize=x');
refused(qr/^rocks: there are more sizes than disks$/, @set, 'disksize=1 2 3');
misused(qr{^rocks: virt-type= must be hvm or para, not «vbox»$}m, @set, 'virt-type=vbox');
refused(qr/^rocks: there is no host «vm-container-0-16»; /, @set, 'physnode=vm-container-0-16');
refused(qr/^rocks: «vm-container» names 2 hosts; name one$/, @set, 'physnode=vm-container');
refused(qr/^rocks: there is no host «rocks-99»; /, qw(set host vm rocks-33 rocks-99 mem=1));
misused(qr/^rocks: nothing to set is given$/m, qw(set host vm rocks-33));
misused(qr/^rocks: \{host\} is missing: VMs; % for all$/m, qw(set host vm mem=1));
misused(qr/^rocks: mem= must be a number from 1 to 2147483647, not «0»$/m,
    qw(set host vm rocks-33 mem=0));
misused(qr/^rocks: slice= must be a number from 0 to 2147483647, not «-1»$/m,
    qw(set host vm rocks-33 slice=-1));

# Who has it.
walkthrough_inventory();
rocks(qw(add project hpc-physics));
sub whose { return rocks(qw(list host vm showowner=yes json=yes))->{out} =~ /"owner": (\S+), "project": ([^}]+)/ ? "$1 $2" : '' }
is(whose(), 'null null', 'nobody\'s');
prints('', qw(set host vm rocks-33 owner=user4 project=HPC-physics));
is(whose(), '"user4" "hpc-physics"', 'an owner and a project');
prints('', qw(set host vm rocks-33 mem=4096));
prints('', qw(set host vm rocks-33 owner=Some.One@example.org));
is(whose(), '"Some.One@example.org" "hpc-physics"', 'another owner');
comes_back('an owner and a project');
refused(qr/^rocks: there is no project «x»; see `rocks list project`$/, qw(set host vm rocks-33 owner=user7 project=x));
refused(qr/^rocks: «\Q$_\E» is not a valid owner: /, qw(set host vm rocks-33), "owner=$_") for '<script>', '-x', '0', "a'b";
refused(qr/^rocks: the owner «a\\x0ab» has control characters/, qw(set host vm rocks-33), "owner=a\nb");
prints('', qw(set host vm rocks-33 owner=none));
is(whose(), 'null "hpc-physics"', 'no owner');
prints('', qw(set host vm rocks-33 project=));
is(whose(), 'null null', 'no project');

done_testing;
