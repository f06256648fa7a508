#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Two VM hosts and a frontend: reached by name with ssh, pdsh and libvirt, and from each other.
use strict;
use warnings;

use Lab;

my @names = qw(vm-container-0-0 vm-container-0-1);
my $cluster =
    boot_cluster({ map { $_ => 'memory=1024 port-1/00.0=video port-1/00.1=sound' } @names });

sub succeeds {
    my ($got, $output, $what) = @_;
    is($got->{out}, $output, $what) or diag($got->{err});
    is($got->{status}, 0, "$what: success");
}

scenario 'each is reached by its name' => sub {
    for my $name (@names) {
        succeeds(run_program('', 'ssh', '-F', $cluster->{ssh_config}, $name, 'hostname'),
            "$name\n", "ssh $name");
    }
};

scenario 'pdsh reaches both at once' => sub {
    local $ENV{PDSH_SSH_ARGS_APPEND} = "-F $cluster->{ssh_config}";
    my $got = run_program('', qw(pdsh -R ssh -w), join(',', @names), "$BUILD/gpupci --list");
    is_deeply([sort split /\n/, $got->{out}], [map { "$_: gpupci1 pci_0000_01_00_0" } @names],
        'the cards of both') or diag($got->{err});
};

scenario 'libvirt of each is reached' => sub {
    for my $name (@names) {
        $cluster->{hosts}{$name}->start_libvirt();
        my $uri = "qemu+ssh://$name/system?command=" . ssh_program($cluster);
        succeeds(run_program('', 'virsh', '-q', '-c', $uri, 'hostname'), "$name\n",
            "virsh -c qemu+ssh://$name");
    }
};

scenario 'they reach each other by name' => sub {
    is($cluster->{hosts}{ $names[0] }->run("ssh $names[1] hostname"), $names[1], 'there');
    is($cluster->{hosts}{ $names[1] }->run("ssh $names[0] hostname"), $names[0], 'and back');
};

done_testing();
