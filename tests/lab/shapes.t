#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci and the kernel agree on what is in a host, whatever is in it.
use strict;
use warnings;

use Lab;

# What the kernel says that a card is: all functions of a slot with a display of QEMU's in it.
sub kernel_cards {
    my ($kernel) = @_;
    my %slots;
    push @{ $slots{s/\.\d$//r} }, $_ for sort keys %$kernel;
    return [grep { /\S/ } map {
            my $functions = $slots{$_};
            (grep { $kernel->{$_}{class} =~ /^03/ && $kernel->{$_}{vendor} eq '1234' } @$functions)
                ? "@$functions" : ''
        } sort keys %slots];
}

# What else the kernel has in the IOMMU group of a function, without bridges.
sub kernel_mates {
    my ($kernel, $address) = @_;
    my $group = $kernel->{$address}{iommu_group} // return [];
    my $slot  = $address =~ s/\.\d$//r;
    return [grep {
            ($kernel->{$_}{iommu_group} // '') eq $group && !/^\Q$slot\E\./
                && $kernel->{$_}{class} !~ /^0604/
        } sort keys %$kernel];
}

# Every fact that both report, of every function; and that the cards are those of the kernel, as
# many as they should be.
sub agrees {
    my ($host, @cards) = @_;
    my $kernel = $host->kernel();
    my $found  = cards_of($host);
    my @found  = sort map { join ' ', map { $_->{address} } @$_ } values %$found;
    is_deeply(\@found, \@cards,               'the cards are where they were put');
    is_deeply(\@found, kernel_cards($kernel), 'the kernel has just these');
    for my $function (map { @$_ } values %$found) {
        my $address = $function->{address};
        my $said = { map { $_ => $function->{$_} } qw(class vendor device driver iommu_group) };
        is_deeply($said, $kernel->{$address}, "$address as the kernel has it");
        is_deeply([sort @{ $function->{mates} }], kernel_mates($kernel, $address),
            "the mates of $address");
    }
    return $found;
}

my $host;

scenario 'one function; video and sound in one slot' => sub {
    $host = boot('vm-container-0-0', '05.0=video 06.0=video 06.1=sound');
    my $cards = agrees($host, '0000:00:05.0', '0000:00:06.0 0000:00:06.1');
    is($cards->{gpupci2}[0]{iommu_group},
        $cards->{gpupci2}[1]{iommu_group}, 'the two functions share a group');
    isnt($cards->{gpupci1}[0]{iommu_group},
        $cards->{gpupci2}[0]{iommu_group}, 'the two cards do not');
};

scenario 'a driver is reported as soon as the kernel has one' => sub {
    $host->run('modprobe snd-hda-intel');
    is($host->kernel->{'0000:00:06.1'}{driver}, 'snd_hda_intel', 'the kernel bound the sound');
    agrees($host, '0000:00:05.0', '0000:00:06.0 0000:00:06.1');
};

scenario 'behind root ports, beside the boot display' => sub {
    $host->reboot('04.0=display port-1/00.0=video port-1/00.1=sound port-3/00.0=video');
    my $found = cards_of($host);
    my ($display) = grep { $_->[0]{boot_display} } values %$found;
    is($display->[0]{address}, '0000:00:04.0', 'the boot display is known');
    is($display->[0]{protected}, 'boot display', 'and protected');
    is($host->run('cat /sys/bus/pci/devices/0000:00:04.0/boot_vga'), '1', 'as the kernel says');
    agrees($host, '0000:00:04.0', '0000:01:00.0 0000:01:00.1', '0000:02:00.0');
};

scenario 'two cards in one group; a mate that is not a GPU' => sub {
    $host->reboot('bridge-1/01.0=video bridge-1/02.0=video bridge-2/01.0=video bridge-2/03.0=nic');
    my $cards = agrees($host, '0000:01:01.0', '0000:01:02.0', '0000:02:01.0');
    is_deeply($cards->{gpupci1}[0]{mates}, ['0000:01:02.0'], 'a card is the mate of a card');
    is_deeply($cards->{gpupci3}[0]{mates}, ['0000:02:03.0'], 'a network card is a mate');
};

scenario 'the IOMMU is off, then not there' => sub {
    for my $state (qw(off none)) {
        $host->reboot("iommu=$state 05.0=video 05.1=sound");
        my $cards = agrees($host, '0000:00:05.0 0000:00:05.1');
        is($cards->{gpupci1}[0]{iommu_group}, undef, "$state: a function has no group");
        is($host->run('ls /sys/kernel/iommu_groups | wc -l'), '0', 'nor has the kernel any');
    }
};

scenario 'no card' => sub {
    $host->reboot('port-1/00.0=nic port-2/00.0=nvme 05.0=usb');
    agrees($host);
    is($host->run('gpupci --list'), '', 'nothing is listed');
};

scenario 'sixteen cards' => sub {
    $host->reboot(join ' ', map { "port-$_/00.0=video port-$_/00.1=sound" } 1 .. 16);
    agrees($host, map { my $bus = sprintf '0000:%02x:00', $_; "$bus.0 $bus.1" } 1 .. 16);
};

# A card of the lab that has a serial is a network card: its gpupci.conf makes it one.
sub serial_card {
    my ($host) = @_;
    $host->put('/etc/gpupci.conf', "vendor 8086\nclass 0200\n");
    my $cards = cards_of($host);
    is(scalar keys %$cards, 1, 'one card');
    my $function = $cards->{gpupci1}[0];
    my $kernel   = $host->kernel->{ $function->{address} };
    is_deeply({ map { $_ => $function->{$_} } keys %$kernel }, $kernel, 'as the kernel has it');
    is($function->{serial}, '52-54-00-ff-ff-12-34-56', 'the serial is made of its MAC address');
    return $function;
}

scenario 'a card with a serial, that moves to another port' => sub {
    $host->reboot('port-1/00.0=nic,mac=52:54:00:12:34:56');
    my $before = serial_card($host);
    $host->reboot('port-1/00.0=usb port-4/00.0=nic,mac=52:54:00:12:34:56');
    my $after = serial_card($host);
    is($before->{address}, '0000:01:00.0', 'it was on bus 1');
    is($after->{address},  '0000:02:00.0', 'it is on bus 2');
    isnt($after->{path}, $before->{path}, 'its path is another');
};

scenario 'a card whose bus number changes keeps its path' => sub {
    $host->reboot('port-4/00.0=video');
    my $before = agrees($host, '0000:01:00.0')->{gpupci1}[0];
    $host->reboot('port-1/00.0=nic port-2/00.0=nic port-4/00.0=video');
    my $after = agrees($host, '0000:03:00.0')->{gpupci1}[0];
    is($after->{path}, $before->{path}, 'the path is as it was');
};

done_testing();
