#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Every limit of db/store/limits.h: one below, at it, and one above, where the error says it. What is
# taken is there whole, and comes back through a dump.
use strict;
use warnings;

use Inventory;
use Rocks;
use Scan;
use Sources;
use Test::More;

# The limits as the header has them.
my %LIMIT = slurp('db/store/limits.h') =~ /^#define DB_(\w+) (\d+)/mg;
my %tested;

sub limit {
    my ($name) = @_;
    $tested{$name} = 1;
    return $LIMIT{$name} // die "db/store/limits.h has no DB_$name";
}

my @INVENTORY = (
    'add host vm-container-0-15', 'add host vm-container-0-16',
    'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33', 'add network private',
    'add host interface vm-container-0-15 br0', 'add host gpu vm-container-0-15 gpupci1 02:00.0',
);

# Both are taken and are there; the third is refused as said. at: what the file has of it.
sub within {
    my ($what, $below, $limit, $above, $words, $refusal, $at) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $value ($below, $limit) {
        fresh_inventory(@INVENTORY);
        my $got = rocks($words->($value));
        is("$got->{status} $got->{err}", '0 ', "$what: within the limit");
        is(sql($at), $value, "$what: is there whole");
        comes_back($what) if $value eq $limit;
    }
    fresh_inventory(@INVENTORY);
    my $before = inventory();
    my $got    = rocks($words->($above));
    isnt($got->{status}, 0, "$what: above the limit");
    like($got->{err}, qr/\Arocks: $refusal\n/, "$what: is refused, and the limit said");
    return ok(inventory() eq $before, "$what: changed nothing");
}

# Bytes, not letters.
sub lengths {
    my ($most) = @_;
    return map { [ $_->($most - 1), $_->($most), $_->($most + 1) ] } sub { 'x' x $_[0] },
        sub { 'y' x ($_[0] % 2) . "\xc3\xb6" x ($_[0] / 2) };
}

sub column {
    my ($table, $column, $where) = @_;
    return
        "SELECT $column FROM $table ORDER BY length(CAST(ifnull($column, '') AS BLOB)) DESC LIMIT 1"
        if !$where;
    return "SELECT $column FROM $table WHERE $where";
}

# Names: the words with %s in one of them, what the error calls it, where it is. Those of hosts
# have ASCII letters alone.
my $VM = "host = (SELECT id FROM host WHERE name = 'rocks-33')";
for my $row (
    [ 'host name', 'host', 'name', 1, [qw(add host host=%s membership=compute rack=0 rank=0)] ],
    [   'host name', 'host', 'name', 1,
        [qw(add host vm vm-container-0-15 hosted-vm name=%s mac=52:54:00:00:00:99)]
    ],
    [ 'appliance name', 'appliance', 'name', 1, [qw(add appliance appliance=%s membership=m)] ],
    [ 'membership', 'appliance', 'membership', 0, [qw(add appliance a membership=%s)] ],
    [ 'attribute', 'attr', 'name', 0, [qw(add attr attr=%s value=x)] ],
    [ 'attribute', 'attr', 'name', 0, [qw(set attr attr=%s value=x)] ],
    [ 'attribute', 'attr', 'name', 0, [qw(add appliance attr compute attr=%s value=x)] ],
    [ 'attribute', 'attr', 'name', 0, [qw(set host attr rocks-33 attr=%s value=x)] ],
    [ 'os', 'host', 'os', 0, [qw(set host rocks-33 os=%s)] ],
    [ 'runaction', 'host', 'runaction', 0, [qw(set host runaction rocks-33 action=%s)] ],
    [   'installaction', 'host', 'installaction', 0, [qw(set host installaction rocks-33 action=%s)]
    ],
    [ 'name of the network', 'network', 'name', 0, [qw(add network network=%s)] ],
    [ 'DNS zone', 'network', 'dnszone', 0, [qw(add network n dnszone=%s)] ],
    [ 'device', 'interface', 'device', 0, [qw(add host interface rocks-33 iface=%s)] ],
    [   'name of the interface', 'interface', 'name', 0,
        [qw(add host interface rocks-33 eth9 name=%s)]
    ],
    [   'name of the interface', 'interface', 'name', 0,
        [qw(set host interface name rocks-33 eth0 name=%s)]
    ],
    [ 'module', 'interface', 'module', 0, [qw(set host interface module rocks-33 eth0 module=%s)] ],
    [ 'options', 'interface', 'options', 0, [qw(set host interface rocks-33 eth0 options=%s)] ],
    [   'channel', 'interface', 'channel', 0,
        [qw(set host interface channel rocks-33 eth0 channel=%s)]
    ],
    [   "disk's device", 'disk', 'device', 0, [ qw(set host vm rocks-33), 'disk=file:/a,%s,virtio' ]
    ],
    [ "disk's bus", 'disk', 'bus', 0, [ qw(set host vm rocks-33), 'disk=file:/a,vda,%s' ] ],
    [   'serial number', 'card', 'serial', 0,
        [qw(add host gpu vm-container-0-15 gpupci2 03:00.0 serial=%s)]
    ],
    [   'serial number', 'card', 'serial', 0, [qw(set host gpu vm-container-0-15 gpupci1 serial=%s)]
    ],
    [ 'PCIe path', 'card', 'path', 0, [qw(set host gpu vm-container-0-15 gpupci1 path=%s)] ],
) {
    my ($what, $table, $column, $is_ascii, $words) = @{$row};
    my $most = limit('NAME_LENGTH');
    for my $values (lengths($most)) {
        within("$what (@{$words})", @{$values}, sub { my ($value) = @_; map { s/%s/$value/r } @{$words} },
            qr/the $what is longer than $most bytes/, column($table, $column));
        last if $is_ascii;
    }
}
is($LIMIT{NAME_LENGTH}, 255, 'a name has 255 bytes, as it ever had');

# A name that is made: rocks-VM-RACK-RANK-SLICE.
{
    my $most = limit('NAME_LENGTH');
    fresh_inventory(@INVENTORY,
        map { [ qw(add appliance), $_ ] } 'a' x ($most - length('-0-15-1')),
        'b' x ($most - length('-0-15-1') + 1));
    is(rocks(qw(add host vm vm-container-0-15), 'a' x ($most - length('-0-15-1')))->{status}, 0,
        'a name that is made, at the limit');
    refused(qr/^rocks: the host name is longer than $most bytes$/,
        qw(add host vm vm-container-0-15), 'b' x ($most - length('-0-15-1') + 1));
}

# Paths.
for my $row (
    [ "disk's path", 'disk', 'path', [ qw(set host vm rocks-33), 'disk=file:%s,vda,virtio' ] ],
    [ 'path of the CD-ROM', 'vm', 'cdrom', [qw(set host vm cdrom rocks-33 cdrom=%s)] ])
{
    my ($what, $table, $column, $words) = @{$row};
    my $most = limit('PATH_LENGTH');
    for my $values (lengths($most - 1)) {
        within($what, (map { "/$_" } @{$values}), sub { my ($value) = @_; map { s/%s/$value/r } @{$words} },
            qr/the $what is longer than $most bytes/, column($table, $column));
    }
}

# Numbers: the least, the most, and one beside each.
my $BOX = "FROM host WHERE name = 'box'";
for my $row (
    [ 'rack', 0, 'RACK_MOST', [qw(add host box membership=compute rank=0)], "SELECT rack $BOX" ],
    [ 'rank', 0, 'RANK_MOST', [qw(add host box membership=compute rack=0)], "SELECT rank $BOX" ],
    [   'cpus', 1, 'CPUS_MOST', [qw(add host box membership=compute rack=0 rank=0)],
        "SELECT cpus $BOX"
    ],
    [   'cpus', 1, 'CPUS_MOST', [qw(add host vm vm-container-0-15 hosted-vm name=box)],
        "SELECT cpus $BOX"
    ],
    [   'cpus', 1, 'CPUS_MOST', [qw(set host rocks-33)],
        "SELECT cpus FROM host WHERE name = 'rocks-33'"
    ],
    [   'mem', 1, 'MEMORY_MOST', [qw(add host vm vm-container-0-15 hosted-vm)],
        'SELECT mem FROM vm ORDER BY host DESC LIMIT 1'
    ],
    [ 'mem', 1, 'MEMORY_MOST', [qw(set host vm rocks-33)], 'SELECT mem FROM vm' ],
    [   'slice', 1, 'SLICE_MOST', [qw(add host vm vm-container-0-15 hosted-vm)],
        'SELECT max(slice) FROM vm'
    ],
    [ 'slice', 0, 'SLICE_MOST', [qw(set host vm rocks-33)], 'SELECT slice FROM vm' ],
    [   'mtu', 'MTU_LEAST', 'MTU_MOST', [qw(add network n)],
        "SELECT mtu FROM network WHERE name = 'n'"
    ],
    [   'vlan', 0, 'VLAN_MOST', [qw(add host interface rocks-33 eth9)],
        'SELECT ifnull(max(vlan), 0) FROM interface'
    ],
    [   'vlan', 0, 'VLAN_MOST', [qw(set host interface vlan rocks-33 eth0)],
        'SELECT ifnull(max(vlan), 0) FROM interface'
    ],
    [   'vlan', 0, 'VLAN_MOST', [qw(set host interface rocks-33 eth0)],
        'SELECT ifnull(max(vlan), 0) FROM interface'
    ],
    [   'vlan', 0, 'VLAN_MOST', [qw(add host vm vm-container-0-15 hosted-vm)],
        'SELECT ifnull(max(vlan), 0) FROM interface'
    ],
    [   'num-macs', 1, 'VM_INTERFACES_MOST', [qw(add host vm vm-container-0-15 hosted-vm name=box)],
        "SELECT count(*) FROM interface WHERE host = (SELECT id $BOX)"
    ],
    [   'numa', 0, 'NUMA_MOST', [qw(add host gpu vm-container-0-15 gpupci2 03:00.0)],
        'SELECT max(numa) FROM card'
    ],
    [   'numa', 0, 'NUMA_MOST', [qw(set host gpu vm-container-0-15 gpupci1)],
        'SELECT numa FROM card'
    ],
    )
{
    my ($name, $least, $limit, $words, $at) = @{$row};
    my $most = limit($limit);
    $least = limit($least) if $least =~ /\D/;
    # A slice 0 and no interfaces at all may be asked for, too; in this way.
    my $said = $name eq 'slice' || $name eq 'num-macs' ? 0 : $least;
    # A VM takes one VLAN for each interface.
    my $refusal = $name eq 'vlan' && "@{$words}" =~ /^add host vm /
        ? sub {qr/«$_[0]» is not a VLAN: a number from $said to $most, or none/}
        : sub {qr/$name= must be a number from $said to $most, not «$_[0]»/};
    my $call = sub { (@{$words}, "$name=$_[0]") };
    within("$name (@{$words})", $most - 1, $most, $most + 1, $call, $refusal->($most + 1), $at);
    within("$name (@{$words})", $least + 1, $least, $said - 1, $call, $refusal->($said - 1), $at);
}

# What a name says.
{
    my $most = limit('RANK_MOST');
    limit('RACK_MOST');
    fresh_inventory("add host compute-$most-$most");
    is(sql("SELECT rack || ' ' || rank FROM host"), "$most $most", 'rack and rank of a name');
    my $higher = $most + 1;
    refused(
        qr/^rocks: «\Q$_\E» does not contain its appliance, rack and rank \(up to $most\) as compute-0-0 does: /,
        qw(add host), $_
    ) for "compute-$higher-0", "compute-0-$higher";
}

# Sizes of disks.
{
    my $most = limit('DISK_SIZE_MOST');
    within(
        'disksize', $most - 1, $most, $most + 1,
        sub { (qw(set host vm rocks-33), "disksize=$_[0]") },
        qr/«${\ ($most + 1)}» is not a disk size in GB: 1 to $most, - when unknown/,
        'SELECT size FROM disk');
    within(
        'disksize', 2, 1, -1, sub { (qw(set host vm rocks-33), "disksize=$_[0]") },
        qr/«-1» is not a disk size in GB: 1 to $most, - when unknown/, 'SELECT size FROM disk');
}

# Names of cards; functions and the bytes of their windows; addresses.
{
    my $most = limit('GPU_NUMBER_MOST');
    within('number of a card', map({ "gpupci$_" } $most - 1, $most, $most + 1),
        sub { (qw(add host gpu vm-container-0-15), $_[0], '03:00.0') },
        qr/«gpupci${\ ($most + 1)}» is not a name of a card: gpupci1, gpupci2, … up to gpupci$most/,
        column('card', 'name'));
    within(
        'name of a card that a VM has', map({"gpupci$_"} $most - 1, $most, $most + 1),
        sub { (qw(add host gpu rocks-33), $_[0], 'gpupci1') },
        qr/«gpupci${\ ($most + 1)}» is not a name of a card: .*/, 'SELECT name FROM assignment');
    my $function = limit('FUNCTION_MOST');
    my $bytes = limit('BAR_BYTES_MOST');
    my $refusal =
        qr/ is not a function of a card: .*; N is at most 7, or with an ADDRESS $function, BARBYTES at most $bytes/;
    within(
        'number of a function', $function - 1, $function, $function + 1,
        sub { (qw(set host gpu vm-container-0-15 gpupci1), "functions=0,$_[0]\@03:00.0") },
        qr/«${\ ($function + 1)}»$refusal/, 'SELECT max(number) FROM function');
    within(
        'number of a function in its slot', 6, 7, 8,
        sub { (qw(set host gpu vm-container-0-15 gpupci1), "functions=0,$_[0]") },
        qr/«8»$refusal/, 'SELECT max(number) FROM function');
    within('bytes of windows', $bytes - 1, $bytes, $bytes + 1,
        sub { (qw(set host gpu vm-container-0-15 gpupci1), "functions=0///$_[0]") },
        qr/«${\ ($bytes + 1)}»$refusal/, 'SELECT bar_bytes FROM function');
    for my $pair ([ 'fffffffe:fe:1e.6', (0xfffffffe << 16) + 0xfef6 ],
        [ 'ffffffff:ff:1f.7', (0xffffffff << 16) + 0xffff ])
    {
        fresh_inventory(@INVENTORY);
        prints('', qw(add host gpu vm-container-0-15 gpupci2), $pair->[0]);
        is(sql('SELECT max(address) FROM card'), $pair->[1], "$pair->[0]: is there");
        comes_back('a dump');
    }
    refused(
        qr/^rocks: «\Q$_\E» is not a PCI address; write it as pci_0000_02_00_0, 0000:02:00.0 or 02:00.0$/,
        qw(add host gpu vm-container-0-15 gpupci3), $_
    ) for '100000000:00:00.0', '100:00.0', '00:20.0', '00:00.8';
}

# MAC addresses: 6 bytes, or the 20 of InfiniBand.
for my $bytes (6, 20) {
    my $mac = join ':', ('52') x $bytes;
    fresh_inventory(@INVENTORY);
    prints('', qw(set host interface mac rocks-33 eth0), $mac);
    is(sql('SELECT max(mac) FROM interface'), $mac, "a MAC address of $bytes bytes");
    comes_back('a dump');
    refused(
        qr/^rocks: «\Q$_\E» is not a MAC address; write it as 52:54:00:00:00:01, with 6 bytes, or the 20 of InfiniBand$/,
        qw(set host interface mac rocks-33 eth0), $_
    ) for "$mac:52", "$mac:", "${mac}0", substr($mac, 0, -1), substr($mac, 3);
}
{
    fresh_inventory(@INVENTORY, 'set attr vm_mac_base_addr 52:54:00:3f:ff:ff',
        'set attr vm_mac_base_addr_mask ff:ff:ff:ff:ff:fe');
    prints("52:54:00:3f:ff:fe\n", qw(report vm nextmac));
    rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34 num-macs=2));
    is(sql('SELECT max(mac) FROM interface'), '52:54:00:3f:ff:ff',
        'the last MAC address of a range');
    refused(qr/^rocks: no MAC address is free between 52:54:00:3f:ff:fe and 52:54:00:3f:ff:ff; /,
        qw(add host vm vm-container-0-15 hosted-vm));
}

# What a scan says.
sub scan_of { my (%is) = @_; return document([ card('gpupci1', '0000:02:00', functions => 1, %is) ]) }
for my $row (
    [ 'numa_node', 'NUMA_MOST', 'numa' ], [ 'iommu_group', 'IOMMU_GROUP_MOST', 'iommu_group' ],
    [ 'vfs_most', 'VFS_MOST', 'vfs_most' ],
) {
    my ($key, $limit, $column) = @{$row};
    my $most = limit($limit);
    for my $value ($most - 1, $most) {
        begin();
        is(sync_text(scan_of($key => $value))->{err}, '', "$key $value: taken");
        is(sql("SELECT $column FROM card"), $value, "$key $value: is there");
    }
    begin();
    my $got = sync_text(scan_of($key => $most + 1));
    is($got->{status}, 1, "$key above the limit");
    like($got->{err}, qr/^rocks: the scan has a number above $most; nothing was changed\./,
        "$key above the limit: said");
}
for my $row ([ 'serial', 'serial number' ], [ 'path', 'PCIe path' ]) {
    my ($key, $what) = @{$row};
    my $most = limit('NAME_LENGTH');
    for my $length ($most - 1, $most) {
        begin();
        is(sync_text(scan_of($key => 'x' x $length))->{err}, '', "$key of $length bytes: taken");
        is(sql("SELECT length($key) FROM card"), $length, "$key of $length bytes: is there");
    }
    like(
        sync_text(scan_of($key => 'x' x ($most + 1)))->{err},
        qr/^rocks: the scan has a $what that is longer than $most bytes; nothing was changed\./,
        "$key above the limit: said");
}
{
    my $most  = limit('BAR_BYTES_MOST');
    my $scan  = sub { scan_of(bars => [ map { { index => 0, size => $_, prefetchable => JSON::PP::true(), bits => 64 } } @_ ]) };
    my $one = $most / 16;
    for my $bars ([ ($one) x 15, $one - 1 ], [ ($one) x 16 ]) {
        begin();
        is(sync_text($scan->(@{$bars}))->{err}, '', 'windows within the limit: taken');
        is(sql('SELECT bar_bytes FROM function'), $most - ($bars->[15] < $one), 'are there');
    }
    like(sync_text($scan->(@{$_}))->{err}, qr/^rocks: the scan has a malformed function; /,
        'windows above the limit: said')
        for [ $one + 1 ], [ ($one) x 17 ];

    my $functions = limit('SCAN_FUNCTIONS_MOST');
    my $cards     = limit('SCAN_CARDS_MOST');
    # So many functions, on cards of so many.
    my $many = sub {
        my ($count, $each) = @_;
        return [ map { my $i = int(($_ - 1) / $each);
            { card => 'gpupci' . ($i + 1), kind => 'pci', vendor => '10de', device => '1db6',
                function => ($_ - 1) % $each, address => sprintf '%04x:%02x:%02x.%d', $i >> 13,
                $i >> 5 & 255, $i & 31, ($_ - 1) % $each } } 1 .. $count ];
    };
    for my $row ([ $functions - 1, 4 ], [ $functions, 4 ], [ $cards - 1, 1 ], [ $cards, 1 ]) {
        begin();
        is(sync_text(document($many->(@{$row})))->{err}, '', "@{$row} functions of a card: taken");
        is(sql('SELECT count(*) FROM function'), $row->[0], "@{$row} functions: are there");
    }
    comes_back('a dump');
    my $before = inventory();
    for my $row ([ $functions + 1, 4, "$functions functions" ],
        [ $functions + 1, 1, "$functions functions" ], [ $cards + 1, 1, "$cards cards" ]) {
        like(sync_text(document($many->(@{$row}[ 0, 1 ])))->{err},
            qr/^rocks: the scan has more than $row->[2]; nothing was changed\./, "above $row->[2]: said");
    }

    # Cards that are missing and that no VM has: as many as may be, then one more.
    my $missing = limit('MISSING_CARDS_MOST');
    my $keep = { card => 'gpupci1', kind => 'pci', vendor => '10de', device => '20b0', function => 0,
        address => '0000:fe:00.0', serial => 'K' };
    begin();
    is(sync_text(document($_))->{err}, '', 'as many missing as may be') for $many->($missing, 1), [$keep];
    is(sql('SELECT count(*) FROM card WHERE address IS NULL'), $missing, 'are kept');
    $before = inventory();
    my $got = sync_text(document([]));
    is("$got->{status}$got->{out}", '1', 'one more');
    like($got->{err}, qr/^rocks: @{[ $missing + 1 ]} cards of \Q$host\E that no VM has would be missing, and at most $missing are kept; nothing was changed\. Remove .*`rocks remove host gpu \Q$host\E GPU`/,
        'is refused, with what to do');
    ok(inventory() eq $before, 'nothing changed');
    # One that a VM has is kept besides, and one that is removed makes room.
    ok_rocks(qw(add host gpu rocks-33 gpupci), "gpupci@{[ $missing + 1 ]}");
    is(sync_text(document([]), 'dryrun=yes')->{err}, '', 'a card of a VM is not counted');
    ok_rocks(qw(remove host gpu rocks-33 gpupci));
    ok_rocks(qw(remove host gpu), $host, 'gpupci7');
    is(sync_text(document([]))->{err}, '', 'a card that is removed makes room');
    # More than that, of an older version: as long as no more is added.
    sql(q{INSERT INTO card (host, name, state, last_address, uuid) SELECT host, 'gpupci' || (id + 9000),
        'missing', last_address, uuid || 'x' FROM card});
    is(sync_text(document([$keep]))->{err}, '', 'more are kept');
    like(sync_text(document([]))->{err}, qr/^rocks: @{[ 2 * $missing ]} cards of /, 'but none is added');

    # Blanks after the document count; a file is read no further.
    my $mib   = limit('SCAN_MIB_MOST');
    $before = inventory();
    my $scan2 = scan_of();
    $scan2 .= ' ' x (($mib << 20) - length $scan2);
    is(sync_text($scan2, 'dryrun=yes')->{err}, '', "$mib MiB: taken");
    like(sync_text("$scan2 ")->{err},
        qr/^rocks: file=-: it is larger than $mib MiB, the limit; /, 'above: said');
    ok(inventory() eq $before, 'nothing changed');
}

# The step between addresses that report nextip tries.
{
    my $most = limit('NEXTIP_STEP_MOST');
    fresh_inventory('add network wide subnet=10.0.0.0 netmask=255.0.0.0');
    prints("10.3.0.5\n", qw(report nextip wide baseip=10.2.0.5), "increment=$most");
    prints("10.1.0.5\n", qw(report nextip wide baseip=10.2.0.5), "increment=-$most");
    misused(qr/^rocks: increment= must be a number from -$most to $most, not «$_»$/m,
        qw(report nextip wide), "increment=$_")
        for $most + 1, -$most - 1;
}

# What a hypervisor says of its VMs: how many, and in how many bytes, here to a hundredth of them.
{
    my ($vms, $mib) = map { limit($_) } qw(SEEN_VMS_MOST SEEN_MIB_MOST);
    my $described = "$FOLDER/described";
    mkdir $_ or die for $described, "$FOLDER/plugins";
    system('cp', "$BUILD/tests/plugins/hypervisor-described.so", "$FOLDER/plugins") == 0 or die;
    chmod 0755, "$FOLDER/plugins";
    local @ENV{qw(ROCKS_PLUGINS DESCRIBED)} = ("$FOLDER/plugins", $described);
    my $says = sub {
        my ($count, $name) = @_;
        fresh_inventory('add host vm-container-0-15');
        spurt("$described/vm-container-0-15", join '', map {
            my $uuid = sprintf '0d3c0a4e-6a54-4b5b-9a36-%012x', $_;
            "vm-$_$name\t$uuid\tshutoff\t1\t64\t\t\t\t\n"
        } 1 .. $count);
        return rocks(qw(sync host vm dryrun=yes))->{err};
    };
    is($says->($_, ''), '', "$_ VMs: taken") for $vms - 1, $vms;
    like($says->($vms + 1, ''), qr/has more than $vms VMs; nothing of it was recorded$/m, 'above: said');
    my $name = ($mib << 20) / 1000;
    is($says->(1000, 'x' x ($name * 0.98 - 300)), '', "$mib MiB: taken");
    like($says->(1000, 'x' x ($name * 1.01)), qr/ with more than $mib MiB; nothing of it was recorded$/m, 'above: said');

    my $of_one = limit('SEEN_XML_MIB_MOST');
    for my $bytes (-1, 0, 1) {
        spurt("$described/0d3c0a4e-6a54-4b5b-9a36-000000000001.xml",
            'x' x (($of_one << 20) + $bytes));
        $says->(1, '');
        my $got = rocks(qw(sync host vm dryrun=yes))->{out};
        if   ($bytes <= 0) { like($got, qr/ vm-1 new /, 'a definition within the limit') }
        else               { like($got, qr/ definition has more than $of_one MiB; /, 'above: said') }
    }
}

# Who has what: names of ASCII letters alone.
for my $row (
    [ 'owner', 'USER_LENGTH', 'vm', 'owner', qw(set host vm rocks-33 owner=%s) ],
    [ 'group', 'USER_LENGTH', 'project', 'unix_group', qw(add project hpc group=%s) ],
    [ 'project name', 'NAME_LENGTH', 'project', 'name', qw(add project %s) ],
    [ 'flavor name', 'NAME_LENGTH', 'flavor', 'name', qw(add flavor %s) ],
    [ 'aggregate name', 'NAME_LENGTH', 'aggregate', 'name', qw(add aggregate host vm-container-0-15 %s) ],
) {
    my ($what, $limit, $table, $column, @words) = @{$row};
    my $most = limit($limit);
    within($what, (map { 'x' x $_ } $most - 1 .. $most + 1), sub { my ($value) = @_; map { s/%s/$value/r } @words },
        "the $what is longer than $most bytes", column($table, $column));
}

# The copies that stay in a folder.
{
    my $most   = limit('COPIES_MOST');
    my $folder = "$FOLDER/copies";
    mkdir $folder or die;
    fresh_inventory(@INVENTORY);
    prints('', 'dump', 'database', $folder, "keep=$_") for $most - 1, $most;
    misused(qr/^rocks: keep= must be a number from 1 to $most, not «@{[ $most + 1 ]}»$/m,
        'dump', 'database', $folder, 'keep=' . ($most + 1));
}

# The file itself is as strict.
fresh_inventory(@INVENTORY);
isnt(
    run_program(
        '', 'sqlite3', '-batch', $ENV{ROCKS_DB},
        'UPDATE interface SET vlan = ' . ($LIMIT{VLAN_MOST} + 1)
    )->{err},
    '',
    'the file has the limit of a VLAN');
is(sql("UPDATE interface SET vlan = $LIMIT{VLAN_MOST}; SELECT max(vlan) FROM interface"),
    $LIMIT{VLAN_MOST}, 'and takes what is within it');

is(join(' ', sort grep { !$tested{$_} } keys %LIMIT), '', 'each limit was tested');
my $large = qr/INT32_MAX|\b[1-9]\d{3,}\b/;
my $row   = qr/\bARGUMENT_INTEGER\(\s*"[^"]*",\s*(?:"[^"]*"\s*)+,[^")]*?/;
my @stray = grep { slurp($_) =~ /_integer\([^;]*?$large|$row$large/ }
    grep { !m{^src/gpupci/} } sources(qw(commands db src));
is(join(' ', @stray), '', 'and none is anywhere else');

done_testing;
