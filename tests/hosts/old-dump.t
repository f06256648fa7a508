#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The VMs of an old frontend's dump: the real libvirt of a container defines what rocks makes of them.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;

my ($host) = fleet('vm-container-0-0' => undef);
unlink glob "$ENV{ROCKS_DB}*";
is(rocks('--batch', 'tests/data/old-dump/rocks-7')->{status}, 0, 'the dump loads');
rocks(qw(set attr kvm_domain_type qemu)); # no KVM here

# Files, devices and bridges that a definition names, whatever libvirt adds to it.
sub names_of {
    my ($xml) = @_;
    return [ sort $xml =~ /<(?:source|target|mac) (?:[^>]* )?(?:dev|file|bridge|address)=['"]([^'"]+)/g ];
}

for my $vm (qw(rocks-33 rocks-34)) {
    my $ours = rocks(qw(report host vm config), $vm);
    is("$ours->{status} $ours->{err}", '0 ', "rocks makes the XML of $vm");
    $host->put("/root/$vm.xml", $ours->{out});
    my $got = $host->try("virsh -q define /root/$vm.xml");
    is($got->{err}, '', "libvirt defines $vm");
    my $theirs = $host->run("virsh dumpxml --inactive $vm");
    like($theirs, qr{<name>$vm</name>}, 'under its name');
    is_deeply(names_of($theirs), names_of($ours->{out}), 'with its disks, networks and addresses');
}
like($host->run('virsh dumpxml --inactive rocks-33'),
    qr{<hostdev .*?<address domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>}s, 'and its card');

done_testing;
