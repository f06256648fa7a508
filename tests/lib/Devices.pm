# SPDX-License-Identifier: GPL-2.0-or-later
# Devices that are passed by their address: in XML, as a host's gpupci says what uses them, and
# as they are claimed.
package Devices;

use strict;
use warnings;

use Exporter qw(import);
use Fleet;
use JSON::PP;
use Rocks;
use Scan;

our @EXPORT = qw(hostdev device missing status tells_status claims);

sub hostdev {
    my ($address, $managed) = @_;
    my ($domain, $bus, $slot, $function) = split /[:.]/, $address;
    return "<hostdev mode='subsystem' type='pci' managed='@{[ $managed // 'yes' ]}'><source>"
        . "<address domain='0x$domain' bus='0x$bus' slot='0x$slot' function='0x$function'/>"
        . '</source></hostdev>';
}

# What gpupci says of a device: a free NVMe disk, but for what is given.
sub device {
    my ($address, %is) = @_;
    return {
        address => $address, class => '010802', vendor => '144d', device => 'a808',
        iommu_group => 42, driver => 'nvme', card => undef, boot_display => JSON::PP::false,
        used => JSON::PP::false, uses => [], holders => [], %is
    };
}

# The same where the host has none.
sub missing {
    my ($address) = @_;
    return {
        (map { $_ => undef } keys %{ device($address) }), address => $address,
        missing => JSON::PP::true
    };
}

# What `gpupci --status --json` prints.
sub status {
    my ($of, @devices) = @_;
    return document(\@devices, schema => 'gpupci-status', host => $of, memory => undef);
}

# From now on the host's gpupci prints that of devices, then runs a script if one is given; of
# cards it prints a file.
sub tells_status {
    my ($of, $cards, $text, $end) = @_;
    spurt("$FOLDER/$of.status", $text);
    return on_host($of, 'gpupci',
        "echo \"\$*\" >> $FOLDER/asked\ncase \"\$*\" in *--status*) cat '$FOLDER/$of.status'; "
            . ($end // '')
            . " ;; *) cat '$cards' ;; esac\n");
}

# A word for each claim: VM:ADDRESS, of a host or of all.
sub claims {
    my ($of) = @_;
    my $where = $of ? "WHERE container.name = '$of'" : '';
    return sql(q{SELECT group_concat(name || ':' || printf('%x', address), ' ') FROM (SELECT }
            . 'vm.name, address FROM claim JOIN host vm ON vm.id = claim.vm '
            . "JOIN host container ON container.id = claim.host $where ORDER BY vm.name, address)");
}

1;
