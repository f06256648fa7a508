# SPDX-License-Identifier: GPL-2.0-or-later
# Scans for tests: made-up documents, and the result of a sync.
package Scan;

use strict;
use warnings;

use Exporter qw(import);
use Inventory;
use JSON::PP;
use Rocks;
use Test::More;

our @EXPORT = qw($host $json card virtual document sync_text syncs begin ok_rocks last_event);

our $host = 'vm-container-0-15';
our $json = JSON::PP->new->canonical->utf8;
# The functions of a card: its name and address, then what is known of it.
sub card {
    my ($name, $address, %is) = @_;
    my ($vendor, $device, $subvendor, $subdevice) =
        split /:/, delete $is{ids} // '10de:1db6:10de:1214';
    my $functions = delete $is{functions} // 2;
    my %common = (
        card => $name, kind => 'pci', parent => undef, vendor => $vendor,
        subvendor => $subvendor, subdevice => $subdevice, iommu_group => undef,
        numa_node => 0, path => undef, serial => undef, holders => [], %is,
    );
    return map { {
        %common,
        function => $_,
        address  => "$address.$_",
        device   => $_ ? '10ef' : $device,
        class    => $_ ? '040300' : '030000',
    } } 0 .. $functions - 1;
}

# A virtual function: a separate card in its parent's slot.
sub virtual {
    my ($name, $address, $parent, %is) = @_;
    my ($function) = card($name, 'x', functions => 1, kind => 'vf', parent => $parent, %is);
    return { %$function, address => $address };
}

# What a host of 256 GiB says of its memory, as its gpupci does.
my $GIB = 1 << 30;
my %memory = (total => 256 * $GIB, huge_page => 2 << 20, processes => [], complete => JSON::PP::true,
    huge_pages => [ { node => 0, size => 2 << 20, total => 0, free => 0 } ]);

sub document {
    my ($functions, %over) = @_;
    my %header = (schema => 'gpupci-scan', version => 1, host => $host, end => scalar @$functions,
        memory => {%memory}, %over);
    delete $header{memory} if !defined $header{memory};
    my $end = delete $header{end};
    my $lines = join ",\n", map { $json->encode($_) } @$functions;
    my $head = $json->encode(\%header);
    chop $head;
    return qq($head, "functions": [\n$lines\n], "end": $end}\n);
}

sub sync_text { my ($text, @more) = @_; return rocks_in($text, qw(sync host gpu), $host, 'file=-', @more) }

# What sync prints, a line a card: name, address, state, was, VM.
sub syncs {
    my ($expected, $what, @functions) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $text   = document(\@functions);
    my $before = inventory();
    my $dry    = sync_text($text, 'dryrun=yes', 'output-header=no');
    ok(inventory() eq $before, "$what: dryrun=yes changes nothing");
    my $got = sync_text($text, 'output-header=no');
    is($got->{status}, 0, "$what: done");
    is($dry->{out}, $got->{out}, "$what: dryrun=yes prints the same");
    is($dry->{err}, $got->{err}, "$what: and complains of the same");
    my $lines = join "\n", map { s/^\Q$host\E: //r =~ s/ +/ /gr =~ s/ $//r } split /\n/,
        $got->{out};
    # An empty cell has as many dashes as its column is wide.
    s/ -+(?= |\n|\z)/ -/g for $lines, $expected;
    is($lines, $expected, $what);
    is(sql('PRAGMA foreign_key_check; PRAGMA integrity_check'), 'ok', "$what: the file is whole");
    return $got;
}

# An inventory of the host alone, or with a scan applied.
sub begin {
    my (@functions) = @_;
    make_inventory("add host $host", 'add host vm-container-0-16',
        'set attr vm_mac_base_addr 52:54:00:00:00:00',
        "add host vm $host hosted-vm name=rocks-33", "add host vm $host hosted-vm name=rocks-34");
    if (@functions) {
        my $got = sync_text(document(\@functions));
        die $got->{err} if $got->{status};
    }
    return;
}

sub ok_rocks {
    my (@words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(@words);
    is($got->{err}, '', "rocks @words");
    return $got;
}

sub last_event { return sql('SELECT verb FROM history ORDER BY id DESC LIMIT 1') }

1;
