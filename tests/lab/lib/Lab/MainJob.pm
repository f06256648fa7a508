# SPDX-License-Identifier: GPL-2.0-or-later
# The main job, whole: cards of a VM host are found there and recorded here, given to VMs,
# and the VMs' own kernels see them.
package Lab::MainJob;
use strict;
use warnings;

use Exporter qw(import);
use Lab;

our @EXPORT = qw(main_job two_guests);

my $CONTAINER = 'vm-container-0-0';
my $CARD      = { 0 => '1234:1111', 1 => '8086:2668' };
my $host;

sub add_vm {
    my ($name, $machine) = @_;
    frontend('add', 'host', 'vm', $CONTAINER, 'hosted-vm', "name=$name", 'mem=256');
    frontend('set', 'host', 'attr', $name, 'kvm_machine', $machine);
}

# Defines exactly what rocks reports, starts it, waits until it has ended; what its kernel saw.
sub run_vms {
    my (@names) = @_;
    my @started;
    for my $name (@names) {
        Lab::Guest::put_disk($host, $name);
        push @started, Lab::Guest::start($host, $name,
            frontend('report', 'host', 'vm', 'config', $name));
    }
    is($host->run('virsh -q list --name | sort'), join("\n", sort @names), "running: @names");
    return map { Lab::Guest::report_of($host, $_) } @started;
}

# By slot, what functions of our cards the VM's kernel saw: [{ 0 => id, 1 => id }].
sub cards_seen {
    my ($report) = @_;
    my %slots;
    for my $address (sort keys %$report) {
        my ($slot, $function) = $address =~ /^(.*)\.(\d)$/;
        my $device = $report->{$address};
        $slots{$slot}{$function} = $device->{id}
            if $device->{class} =~ /^(?:0380|0403)/;
    }
    return [map { $slots{$_} } sort keys %slots];
}

# Where the VM's network card is: what its name in the VM is made of.
sub network_address {
    my ($report) = @_;
    return join ' ', grep { $report->{$_}{class} =~ /^02/ } sort keys %$report;
}

sub found_and_recorded {
    frontend('add', 'host', $CONTAINER);
    spurt("$FOLDER/scan.json", $host->run('gpupci --list --json'));
    frontend('sync', 'host', 'gpu', $CONTAINER, "file=$FOLDER/scan.json");
    is(frontend('list', 'host', 'gpu', $CONTAINER), <<'TEXT', 'both cards are recorded');
HOST              GPU     PCI_BUS         
vm-container-0-0: gpupci1 pci_0000_01_00_0
vm-container-0-0: gpupci2 pci_0000_02_00_0
TEXT
    frontend(qw(set attr kvm_domain_type qemu));
    frontend(qw(set attr cpu_mode maximum));
}

sub taken_from_the_host {
    $host->run('modprobe snd-hda-intel');
    is($host->kernel->{'0000:01:00.1'}{driver}, 'snd_hda_intel', 'the host has a card in use');
    my @functions = map { ("0000:0$_:00.0", "0000:0$_:00.1") } 1, 2;
    $host->run('gpupci --detach all');
    my $kernel = $host->kernel();
    is($kernel->{$_}{driver}, 'vfio-pci', "$_ is bound to vfio-pci") for @functions;
    my @groups = map { $kernel->{"0000:0$_:00.0"}{iommu_group} } 1, 2;
    is($host->run('cd /dev/vfio && ls'), join("\n", sort(@groups), 'vfio'),
        'their groups are there');
}

# A host with two cards that it has given up, and its libvirt.
sub make_host_ready {
    $host = boot($CONTAINER, 'memory=2048 cpus=2 '
            . 'port-1/00.0=video port-1/00.1=sound port-2/00.0=video port-2/00.1=sound');
    scenario 'the cards of the host are recorded on the frontend' => \&found_and_recorded;
    scenario 'the host lets go of them'                           => \&taken_from_the_host;
}

# Two VMs, each with a card of its own.
sub add_two_vms {
    my ($machine, @names) = @_;
    my $bus = 0;
    for my $name (@names) {
        add_vm($name, $machine);
        frontend(qw(add host gpu), $name, 'gpupci', sprintf 'pci_0000_%02d_00_0', ++$bus);
    }
}

sub cards_are_still_the_hosts {
    my $kernel = $host->kernel();
    is($kernel->{$_}{driver}, 'vfio-pci', "$_ is bound to vfio-pci")
        for map { ("0000:0$_:00.0", "0000:0$_:00.1") } 1, 2;
}

sub main_job {
    my ($machine) = @_;
    my $network;
    make_host_ready();
    scenario "$machine: two VMs hold a card each, at once" => sub {
        $host->start_libvirt();
        my @names = qw(rocks-34 rocks-35);
        add_two_vms($machine, @names);
        for my $name (@names) {
            $host->put("/root/$name.xml", frontend('report', 'host', 'vm', 'config', $name));
            Lab::Guest::put_ticking_disk($host, $name);
            $host->run("virsh -q define /root/$name.xml && virsh -q start $name");
        }
        my $kernel = $host->kernel();
        my @groups = map { $kernel->{"0000:0$_:00.0"}{iommu_group} } 1, 2;
        is(join(', ', sort split /\n/, $host->holders()),
            join(', ', sort map {"$groups[$_] $names[$_]"} 0, 1),
            'each QEMU has the group of its card');
        $host->run("virsh -q destroy $_") for @names;
        frontend(qw(remove host gpu), $_, 'gpupci') for @names;
    };
    scenario "$machine: a VM with a card" => sub {
        add_vm('rocks-33', $machine);
        frontend(qw(add host gpu rocks-33 gpupci pci_0000_01_00_0));
        my ($report) = run_vms('rocks-33');
        is_deeply(cards_seen($report), [$CARD], 'its kernel sees all functions, in one slot');
        $network = network_address($report);
        like($network, qr/^0000:/, 'and its network card');
    };
    scenario "$machine: a VM with two cards" => sub {
        frontend(qw(add host gpu rocks-33 gpupci2 pci_0000_02_00_0));
        my ($report) = run_vms('rocks-33');
        is_deeply(cards_seen($report), [$CARD, $CARD], 'both, each in a slot of its own');
        is(network_address($report), $network, 'its network card has not moved');
    };
    scenario "$machine: the cards are still the host's to give" => \&cards_are_still_the_hosts;
    done_testing();
}

# What main_job() leaves out as it takes minutes: two kernels at once.
sub two_guests {
    my ($machine) = @_;
    make_host_ready();
    scenario "$machine: two VMs with a card each, at once" => sub {
        $host->start_libvirt();
        my @names = qw(rocks-33 rocks-34);
        add_two_vms($machine, @names);
        is_deeply(cards_seen($_), [$CARD], 'one card each') for run_vms(@names);
    };
    scenario "$machine: the cards are still the host's to give" => \&cards_are_still_the_hosts;
    done_testing();
}

1;
