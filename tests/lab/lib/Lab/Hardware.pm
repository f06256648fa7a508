# SPDX-License-Identifier: GPL-2.0-or-later
# What a VM host is made of, in one line:
#
#   05.0=video 05.1=sound        a card of two functions in slot 05 of the root bus; 05 to 07
#                                are free for cards
#   port-1/00.0=video            the same behind a root port: ports are named port-1 … port-18
#   bridge-1/01.0=nic            behind a bridge whose devices are all in one IOMMU group: bridge-1
#                                … bridge-4
#   port-2/00.0=nic,mac=…        a device with a serial: it is made of its MAC address
#   iommu=off iommu=none         the kernel does not use the IOMMU; there is none
#   init=systemd                 systemd is the first process; else a shell
#   bridge-1/02.0=nvme,drive=spare spare=32M    an NVMe disk with a file system on it
#                                … or nvme,drive=spare,subsys=NAME: with native multipath
#   disk=64M                     what the host writes is on a disk and survives a reboot
#   memory=1536 cpus=2           in MiB; 512 and 1
#   ssh=yes                      its port 22 can be reached, and it is in a network with others
#   time=counted                 its clock counts instructions, whatever else this machine does:
#                                for measuring; not with KVM
package Lab::Hardware;
use strict;
use warnings;

# What a card or its neighbour can be: QEMU devices that have the class they are named for.
my %MODELS = (
    video   => 'secondary-vga',
    display => 'VGA',
    sound   => 'intel-hda',
    usb     => 'qemu-xhci',
    nic     => 'e1000e',
    nvme    => 'nvme,serial=lab',
    serial  => 'pci-serial',
);

my %SETTINGS = (
    iommu  => qr/^(?:on|off|none)$/,
    init   => qr/^(?:shell|systemd)$/,
    disk   => qr/^\d+M$/,
    spare  => qr/^\d+M$/,
    memory => qr/^\d+$/,
    cpus   => qr/^\d+$/,
    ssh    => qr/^yes$/,
    time   => qr/^counted$/,
);

# { memory, cpus, iommu, init, disk, ssh, devices: [{ bus, slot, function, model, options }] }
sub parse {
    my ($line) = @_;
    my %hardware = (memory => 512, cpus => 1, iommu => 'on', init => 'shell', devices => []);
    for my $word (split ' ', $line) {
        my ($name, $value) = split /=/, $word, 2;
        die "hardware: '$word' is not word=value\n" if !defined $value;
        if (my $pattern = $SETTINGS{$name}) {
            die "hardware: $name cannot be '$value'\n" if $value !~ $pattern;
            $hardware{$name} = $value;
            next;
        }
        my ($bus, $slot, $function) = $name =~ m{^(?:((?:port|bridge)-\d+)/)?([0-9a-f]{2})\.([0-7])$}
            or die "hardware: '$name' is neither an address nor a setting\n";
        my ($model, $options) = split /,/, $value, 2;
        die "hardware: there is no device '$model'\n" if !$MODELS{$model};
        push @{ $hardware{devices} },
            { bus => $bus, slot => $slot, function => $function, model => $model, options => $options };
    }
    return \%hardware;
}

# A port or bridge sits in a slot of its own, whatever else there is: a card that stays in its
# port keeps its path.
sub _bus {
    my ($name) = @_;
    my ($kind, $number) = split /-/, $name;
    die "hardware: there is no $name\n" if $number < 1 || $number > ($kind eq 'port' ? 18 : 4);
    return ('-device', sprintf 'pcie-root-port,id=%s,chassis=%d,addr=%02x.0', $name, $number, 7 + $number)
        if $kind eq 'port';
    return ('-device', sprintf 'pcie-pci-bridge,id=%s,addr=%02x.0', $name, $number);
}

# The words of QEMU's command line for the devices.
sub device_words {
    my ($hardware) = @_;
    my (@words, %bus, %functions);
    $functions{ ($_->{bus} // '') . "/$_->{slot}" }++ for @{ $hardware->{devices} };
    for my $device (@{ $hardware->{devices} }) {
        my $bus = $device->{bus};
        # QEMU wants the disk of a subsystem as a device of its own, on the controller's bus.
        my ($drive, $subsystem) = ($device->{options} // '') =~ /^(drive=\w+),subsys=(\w+)$/;
        push @words, _bus($bus) if $bus && !$bus{$bus}++;
        my $text = $MODELS{ $device->{model} } . ",addr=$device->{slot}.$device->{function}";
        $text .= ",bus=$bus"              if $bus;
        $text .= ",$device->{options}"    if $device->{options} && !$subsystem;
        $text .= ",subsys=$subsystem,id=$subsystem-path" if $subsystem;
        $text .= ',romfile='              if $device->{model} eq 'nic';
        $text .= ',multifunction=on'
            if $device->{function} eq '0' && $functions{ ($bus // '') . "/$device->{slot}" } > 1;
        push @words, '-device', "nvme-subsys,id=$subsystem" if $subsystem;
        push @words, '-device', $text;
        push @words, '-device', "nvme-ns,$drive,bus=$subsystem-path" if $subsystem;
    }
    return @words;
}

1;
