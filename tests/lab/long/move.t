#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A VM that was moved, up to what its kernel sees: the card of the other host.
use strict;
use warnings;

use Lab;

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my $vm      = 'rocks-33';
my $cluster = boot_cluster({
    $first  => 'memory=1536 port-1/00.0=video port-1/00.1=sound',
    $second => 'memory=1536 port-1/00.0=nic port-2/00.0=video port-2/00.1=sound',
});
my %host = %{ $cluster->{hosts} };

scenario 'two hosts with a card each, and a VM' => sub {
    reach($cluster);
    for my $name ($first, $second) {
        $host{$name}->make_vm_host();
        $host{$name}->run('gpupci --detach gpupci1');
    }
    frontend(qw(sync host gpu));
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=256');
    is(rocks(qw(add host gpu), $vm, qw(gpupci gpupci1))->{err}, '', 'the VM has a card');
    Lab::Guest::put_disk($host{$first}, $vm);
};

scenario 'its kernel sees the card of the host that it moved to' => sub {
    is(rocks(qw(move host vm), $vm, $second)->{err}, '', 'moved');
    is(rocks(qw(start host vm), $vm)->{err}, '', 'started');
    my $console = $host{$second}->begin("cat \"\$(virsh ttyconsole $vm)\" > /lab/$vm.console; "
            . "cat /lab/$vm.console");
    my $seen = Lab::Guest::report_of($host{$second}, $console);
    is(join(' ', sort map { $_->{id} } grep { $_->{class} =~ /^(?:0380|0403)/ } values %$seen),
        '1234:1111 8086:2668', 'video and sound');
};

done_testing();
