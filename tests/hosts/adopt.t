#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Twenty VMs that virt-install made, on the real libvirt of two hosts: four commands record them
# with their cards, and neither host notices.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my %host;
@host{ $first, $second } = fleet($first => 't4', $second => 'v100');

# The cards that VMs have, by the number of the VM on its host. The first two and the last two
# of the second host share a group.
my %cards = (
    $first  => { 0 => ['18'], 1 => ['3b'], 2 => ['86'], 3 => ['af'] },
    $second => { 0 => [qw(27 28)], 1 => ['44'], 2 => ['a3'], 3 => [qw(c3 c4)] },
);
my @kinds = qw(ubuntu2204 alma9 win10 win11 linux);

sub name_of { my ($host, $i) = @_; return "$kinds[ $i % @kinds ]-" . ($host eq $first ? 'a' : 'b') . $i }

# Two that virt-manager would call so.
my %domain = ('ubuntu2204-b5' => 'ubuntu22.04 B5', 'win10-a7' => 'Windows 10 (A7)');
my %label  = ('ubuntu2204-b5' => 'ubuntu22-04-b5', 'win10-a7' => 'windows-10-a7');

# As the inventory has it; and as libvirt has it.
sub recorded { my $name = name_of(@_); return $label{$name} // $name }

sub domain_of {
    my ($vm) = @_;
    my ($name) = grep { $label{$_} eq $vm } keys %label;
    return $name ? $domain{$name} : $vm;
}

sub hostdev {
    my ($bus) = @_;
    return "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' "
        . "bus='0x$bus' slot='0' function='0'/></source></hostdev>";
}

# A definition of that kind, with what only one VM has.
sub definition {
    my ($host, $i) = @_;
    my $xml     = slurp('tests/data/virt-install/' . $kinds[ $i % @kinds ] . '.xml');
    my $name    = name_of($host, $i);
    my $number  = sprintf '%02x', 16 * ($host eq $second) + $i;
    my $devices = join '', map { hostdev($_) } @{ $cards{$host}{$i} // [] };
    $xml =~ s{/state/partition1/kvm/disks/\w+}{$DISKS/$name}g;
    my $domain = $domain{$name} // $name;
    $xml =~ s{<name>.*</name>}{<name>$domain</name>};
    $xml =~ s{(<uuid>.{34})..}{$1$number};
    $xml =~ s{52:54:00:aa:(..):}{52:54:$number:aa:$1:}g;
    $xml =~ s{</devices>}{$devices</devices>};
    return $xml;
}

# All that libvirt of both hosts says of its domains.
sub defined_as {
    return join '', map {
        $_->run('virsh -q list --all --uuid | sort | sed "s/.*/domstate &; dumpxml --inactive &/" '
                . '| virsh -q')
    } @host{ $first, $second };
}

my $runs = name_of($first, 4);

scenario 'twenty VMs that somebody made' => sub {
    for my $name ($first, $second) {
        $host{$name}->put("/root/$_.xml", definition($name, $_)) for 0 .. 9;
        $host{$name}->run("virsh -q '" . join('; ', map { "define /root/$_.xml" } 0 .. 9) . "'");
        $host{$name}->run("touch $_") for map { definition($name, $_) =~ /<source file=["']([^"']+)/g } 0 .. 9;
    }
    # The same without what this machine's QEMU may lack, to run.
    my $xml = $host{$first}->run("virsh dumpxml --inactive $runs");
    $xml =~ s{<(graphics|video|audio|sound|channel|redirdev)\b.*?</\1>|<(?:sound|audio|redirdev)[^>]*/>}{}gs;
    $host{$first}->put('/root/runs.xml', $xml);
    $host{$first}->run("virsh -q define /root/runs.xml && qemu-img create -q -f qcow2 "
            . "$DISKS/$runs.qcow2 1M && virsh -q start $runs");
    my $before = defined_as();
    # add host was the first.
    frontend(qw(sync host gpu));
    my $got = rocks(qw(sync host vm output-header=no));
    is($got->{status}, 0, 'sync host vm') or diag($got->{err});
    like($got->{out}, qr/: \Q$label{$_}\E +new +-+ +called \Q$domain{$_}\E there *$/m, "$domain{$_}") for sort keys %domain;
    is(scalar(() = $got->{out} =~ /^\S+: \S+ +new /mg), 20, 'twenty new ones') or diag($got->{out});
    finds('all agree');
    is(defined_as(), $before, 'the hosts are as they were');
    is(status_of($runs), 'active', 'it runs');
    is(frontend(qw(list host gpu output-header=no)) =~ s/ +/ /gr =~ s/^vm-container.*\n//gmr, <<'END', 'the cards');
alma9-a1: gpupci pci_0000_3b_00_0
ubuntu2204-a0: gpupci pci_0000_18_00_0
win10-a2: gpupci pci_0000_86_00_0
win11-a3: gpupci pci_0000_af_00_0
alma9-b1: gpupci pci_0000_44_00_0
ubuntu2204-b0: gpupci pci_0000_27_00_0
ubuntu2204-b0: gpupci2 pci_0000_28_00_0
win10-b2: gpupci pci_0000_a3_00_0
win11-b3: gpupci pci_0000_c3_00_0
win11-b3: gpupci2 pci_0000_c4_00_0
END
    is(scalar(() = rocks(qw(sync host vm output-header=no))->{out} =~ /^\S+: \S+ +same /mg), 20,
        'once more: all the same');
};

scenario 'a VM of virt-install, as it is recorded' => sub {
    my $vm = name_of($second, 6);
    my $disks = "file:$DISKS/$vm.img,vda,virtio\\ qcow2:$DISKS/$vm-data.qcow2,sda,scsi";
    like(frontend(qw(dump host vm), $vm),
        qr/ physnode=$second disk=\Q$disks\E disksize=-\\ - mem=64 .* uuid=[0-9a-f-]{34}16 definition=libvirt$/, 'dump');
    is(frontend(qw(list host interface output-header=no output-col=iface,mac), $vm) =~ s/ +/ /gr,
        "eth0 52:54:16:aa:bb:11\n", 'its interface');
};

# What libvirt has defined on a host, without hostdevs.
sub own {
    my ($host) = @_;
    my $xml = $host{$host}->run('virsh -q list --all --uuid | sort | sed "s/^/dumpxml --inactive --security-info /" | virsh -q');
    return $xml =~ s{\s*<hostdev\b.*?</hostdev>}{}gsr;
}

sub dumped { return $host{$first}->run("virsh dumpxml --inactive --security-info $_[0]") }

scenario 'a definition that somebody changes' => sub {
    $host{$first}->run("virsh -q destroy $runs");
    my $xml = dumped($runs) =~ s{</devices>}{<graphics type='vnc' port='-1' passwd='secret'/></devices>}r;
    $host{$first}->put('/root/own.xml', $xml);
    $host{$first}->run('virsh -q define /root/own.xml');
    complains(1, qr/^rocks: $runs: its definition on $first has changed since the inventory kept it; `rocks sync host vm $first` /m,
        qw(start host vm), $runs);
    like(frontend(qw(sync host vm output-header=no), $first), qr/: $runs +changed .* the new one is kept$/m, 'is kept');
    unlike(frontend(qw(report host vm config), $runs), qr/secret/, 'without its password');
};

# The VM, and its name for the card, of each card that one has.
sub had {
    return map { [ split /: */ ] } frontend(qw(list host gpu output-header=no)) =~ /^((?!vm-container)\S+: +\S+)/mg;
}

# The name on its host of the card of a bus.
sub card {
    my ($host, $bus) = @_;
    return frontend(qw(list host gpu output-header=no), $host) =~ /^(?:\S+: *)?(gpupci\d+) +pci_0000_${bus}_/m ? $1 : die "no $bus on $host\n";
}

# Each card goes to a VM, to another, …: all VMs have had one in the end.
scenario 'twenty VMs get a card and give it back, and nothing else changes' => sub {
    # A start takes out what a VM no longer has, and a repair does not; most cannot run here.
    my $start = sub {
        rocks(qw(start host vm), @_);
        $host{$_}->run('virsh -q list --uuid | sed "s/^/destroy /" | virsh -q') for $first, $second;
    };
    my %before = map { $_ => own($_) } $first, $second;
    my %free   = ($first => [qw(18 3b 86 af)], $second => [qw(44 a3)]);
    my @had = had();
    frontend(qw(remove host gpu), @$_) for @had;
    $start->(map { $_->[0] } @had);
    my %todo = map { my $host = $_; $host => [ map { recorded($host, $_) } 0 .. 9 ] } $first, $second;
    my %had;
    while (grep { @$_ } values %todo) {
        my %has;
        for my $host ($first, $second) {
            for my $bus (@{ $free{$host} }) {
                my $vm = shift @{ $todo{$host} } // last;
                frontend(qw(add host gpu), $vm, 'gpupci', card($host, $bus));
                $has{$vm} = [ $host, $bus ];
            }
        }
        my $got = rocks(qw(check host gpu repair=yes), $first, $second);
        for my $vm (sort keys %has) {
            my ($host, $bus) = @{ $has{$vm} };
            like($host{$host}->run("virsh dumpxml --inactive '@{[ domain_of($vm) ]}'"),
                qr{<hostdev (?:(?!</hostdev>).)*bus='0x$bus}s, "$vm: has it") or diag($got->{err});
            $had{$vm} = $bus;
        }
        # The window above 4 GiB that the cards of the second host need.
        my $window = qr{\s*<maxphysaddr [^>]*/>|(>)\s*<pcihole64 [^<]*</pcihole64>\s*</controller>};
        is(own($first), $before{$first}, "$first: nothing else has changed");
        is(own($second) =~ s{$window}{$1 ? '/>' : ''}ger, $before{$second}, "$second: nothing but the window has");
        frontend(qw(remove host gpu), $_, 'gpupci') for sort keys %has;
        $start->(sort keys %has);
        is(own($_), $before{$_}, "$_: nor when they are taken") for $first, $second;
    }
    is(scalar keys %had, 20, 'each has had one');
    unlike(defined_as(), qr/<hostdev/, 'none has one');
};

scenario 'a start without cards, and another libvirtd' => sub {
    my $before = dumped($runs);
    frontend(qw(start host vm), $runs);
    is(status_of($runs), 'active', 'it runs');
    is(dumped($runs), $before, 'and is defined as before');
    $host{$first}->restart_libvirt();
    is(dumped($runs), $before, 'also for another libvirtd');
    $host{$second}->restart_libvirt();
    finds('all agree');
};

done_testing();
