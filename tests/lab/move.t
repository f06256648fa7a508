#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The cold move of a VM with a card between two VM hosts, with a kernel of their own each, and
# with the power of the one it leaves gone: what that host had written, and no more, is there.
use strict;
use warnings;

use Journey;
use Lab;

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my $vm     = 'rocks-33';
my $folder = '/state/partition1/kvm/disks';
my ($system, $data) = map { "$folder/$vm.$_" } qw(vda vdb);
my $cluster = boot_cluster({
    $first  => 'memory=1536 disk=64M port-1/00.0=video port-1/00.1=sound',
    $second => 'memory=1536 disk=64M port-1/00.0=nic port-2/00.0=video port-2/00.1=sound',
});
my %host    = %{ $cluster->{hosts} };
my $network = join '', "127.0.0.1 localhost\n", map { $host{$_}->cluster_address . " $_\n" } $first,
    $second;
my $journey = Journey->new(vm => $vm, folder => $folder, held => "$vm.vdb");

# What a host needs that has just booted.
sub make_ready {
    my ($name) = @_;
    $host{$name}->put('/usr/local/bin/rsync', $Journey::RSYNC);
    $host{$name}->run('chmod 755 /usr/local/bin/rsync');
    $host{$name}->make_vm_host();
    $host{$name}->run('gpupci --detach gpupci1');
}

# Its card is that of this host: what QEMU holds is a group of the card.
sub has_the_card_of {
    my ($name, $address) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $kernel = $host{$name}->kernel();
    return is($host{$name}->holders(), "$kernel->{$address}{iommu_group} $vm",
        "its QEMU has the card of $name");
}

scenario 'two hosts with a card each, and a VM' => sub {
    reach($cluster);
    make_ready($_) for $first, $second;
    frontend(qw(sync host gpu));
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=64',
        "disk=file:$system,vda,virtio file:$data,vdb,virtio", 'disksize=1 1');
    frontend(qw(add host gpu), $vm, qw(gpupci gpupci1));
    # Something, a hole, and something again.
    Lab::Guest::put_ticking_disk($host{$first}, $vm);
    $host{$first}->run("head -c 3M /dev/urandom > $data && truncate -s 8M $data && "
            . "printf end >> $data");
    $journey->remember_disks($host{$first});
    is(rocks(qw(start host vm), $vm)->{err}, '', 'it runs');
    has_the_card_of($first, '0000:01:00.0');
};

scenario 'it moves with its card' => sub {
    my $got = $journey->moves($second);
    is($got->{err}, '', 'no complaint') || diag($got->{out});
    is($got->{status}, 0, 'moved');
    like($got->{out},
        qr/^card gpupci: gpupci1 at pci_0000_01_00_0 -> gpupci1 at pci_0000_02_00_0$/m,
        'to another card');
    has_the_card_of($second, '0000:02:00.0');
    is($host{$first}->holders(), '', 'nobody has that of the first');
    prints('', qw(stop host vm), $vm);
    $journey->lives_on($host{$second}, $host{$first}, 'shutoff', 'moved');
    cmp_ok($host{$second}->run("stat -c %b $data") * 512, '<', 5_000_000, 'holes stay holes');
    $journey->types_removals($got->{out});
};

scenario 'the container loses its power in the middle' => sub {
    # It would start with that host if that had not forgotten it for good.
    $host{$second}->run("virsh -q autostart $vm; sync");
    my $child = $journey->begin_copy($host{$second}, $host{$first});
    $host{$second}->cut_power();
    my ($status, $said) = $journey->end_of($child);
    is($status, 1, 'it broke off');
    like($said, qr/^rocks: $vm: the move stands at «copy»/m, 'at copy');
    is($host{$first}->run("ls $folder"), '', 'no half of a disk has its name');
    $host{$second}->boot();
    $host{$second}->start_ssh($network);
    $journey->let_go($host{$second});
    make_ready($second);
    $journey->is_nowhere('it comes back without the VM', $host{$second});
    my $got = $journey->moves('resume=yes');
    is($got->{err}, '', 'resume=yes');
    $journey->lives_on($host{$first}, $host{$second}, 'shutoff', 'gone on');
    like($host{$first}->run("virsh dominfo $vm"), qr/^Autostart: +enable$/m,
        'it starts with that container, too');
    is($host{$first}->kernel->{"0000:01:00.$_"}{driver}, 'vfio-pci', "whose card is free: $_")
        for 0, 1;
};

done_testing();
