#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules that the database itself keeps, whoever writes: tried through the sqlite3 shell.
use strict;
use warnings;

use Inventory qw(inventory);
use Rocks;
use Test::More;

# Statements that go through, in one transaction that is rolled back; what a query then says.
sub run_sql {
    my ($statements) = @_;
    return run_program('', 'sqlite3', '-batch', '-bail', $ENV{ROCKS_DB},
        "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; BEGIN; $statements; COMMIT;");
}

my $good;

sub restore { unlink glob "$ENV{ROCKS_DB}*"; spurt($ENV{ROCKS_DB}, $good); return }

sub allowed {
    my ($what, $statements) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    restore();
    return is(run_sql($statements)->{err}, '', "allowed: $what");
}

# The last of the statements is refused for that reason; those before it went through.
sub refused {
    my ($pattern, $what, @statements) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $last = pop @statements;
    if (@statements) {
        restore();
        is(run_sql(join '; ', @statements)->{err}, '', "$what: so far") or return;
    }
    restore();
    my $before = inventory();
    my $got = run_sql(join '; ', @statements, $last);
    like($got->{err}, $pattern, "refused: $what");
    return ok(inventory() eq $before, "$what: nothing changed");
}

# Two containers with three cards each, and two VMs on the first.
for my $line (
    'add host vm-container-0-15', 'add host vm-container-0-16', 'add host compute-0-0',
    'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33',
    'add host vm vm-container-0-15 hosted-vm name=rocks-34',
    (
        map { ("add host gpu vm-container-0-15 gpupci$_ 0$_:00.0",
            "add host gpu vm-container-0-16 gpupci$_ 0$_:00.0") } 1 .. 3
    ),
    'add host gpu vm-container-0-15 gpupci4 10000:04:00.0',
) {
    my $got = rocks(split / /, $line);
    die "rocks $line: $got->{err}" if $got->{status};
}
sql('PRAGMA wal_checkpoint(TRUNCATE)');
$good = slurp($ENV{ROCKS_DB});

sub host { return "(SELECT id FROM host WHERE name = '$_[0]')" }
my ($c15, $c16) = (host('vm-container-0-15'), host('vm-container-0-16'));
sub card { return "(SELECT id FROM card WHERE name = 'gpupci$_[0]' AND host "
    . "= " . ($_[1] // $c15) . ')' }

sub assign {
    my ($vm, $card, $name, %is) = @_;
    my $host = $is{host} // $c15;
    my $role = $is{role} // 'active';
    return
          'INSERT INTO assignment (vm, card, host, name, role) VALUES ('
        . host($vm)
        . ", $card, $host, '$name', '$role')";
}

# A card is in at most one assignment.
my $first = assign('rocks-33', card(1), 'gpupci');
allowed('a card for a VM', $first);
allowed('two cards for a VM', "$first; " . assign('rocks-33', card(2), 'gpupci2'));
my $once = qr/UNIQUE constraint failed: assignment\.card/;
refused($once, 'a card for two VMs', $first, assign('rocks-34', card(1), 'gpupci'));
refused($once, 'a card twice for a VM', $first, assign('rocks-33', card(1), 'gpupci2'));
refused($once, 'a card that is reserved', assign('rocks-33', card(1), 'gpupci', role => 'reserved'),
    assign('rocks-34', card(1), 'gpupci'));
refused($once, 'a card by an update', $first, assign('rocks-34', card(2), 'gpupci'),
    'UPDATE assignment SET card = ' . card(1) . ' WHERE vm = ' . host('rocks-34'));
refused(qr/UNIQUE constraint failed: assignment\.vm, assignment\.name/, 'a name twice in a VM',
    $first, assign('rocks-33', card(2), 'gpupci'));

# The card is of the container that houses the VM.
refused(qr/not on the container that houses the VM/, 'a card of another container',
    assign('rocks-33', card(1, $c16), 'gpupci', host => $c16));
refused(qr/FOREIGN KEY constraint failed/, 'a host that the card is not on',
    assign('rocks-33', card(1, $c16), 'gpupci'));
refused(qr/FOREIGN KEY constraint failed/, 'a card that does not exist',
    assign('rocks-33', 4711, 'gpupci'));
refused(qr/FOREIGN KEY constraint failed|not on the container/, 'a host that is not a VM',
    assign('compute-0-0', card(1), 'gpupci'));
refused(
    qr/the VM holds a card of its container/, 'a VM that moves away from its card', $first,
    "UPDATE vm SET container = $c16, slice = 9 WHERE host = " . host('rocks-33'));
refused(qr/not on the container that houses the VM/, 'an assignment that moves away', $first,
    "UPDATE assignment SET host = $c16, card = " . card(1, $c16));
allowed('a VM without cards moves',
    "UPDATE vm SET container = $c16 WHERE host = " . host('rocks-33'));
allowed('a card of another container is reserved',
    assign('rocks-33', card(1, $c16), 'gpupci', host => $c16, role => 'reserved'));
refused(
    qr/FOREIGN KEY constraint failed/, 'a card that leaves its assignment', $first,
    'DELETE FROM function WHERE card = ' . card(1) . "; UPDATE card SET host = $c16, name = 'gpupci9', address = 999 WHERE id = " . card(1));
# The whole move in one transaction: card and assignment are checked at its end.
allowed('a card and its VM move at once',
          "$first; "
        . "UPDATE assignment SET role = 'reserved'; UPDATE vm SET container = $c16, slice = 9 "
            . "WHERE host = "
        . host('rocks-33') . '; '
        . 'DELETE FROM function WHERE card = '
        . card(1) . '; '
        . "UPDATE card SET host = $c16, name = 'gpupci9', address = 999 WHERE id = "
        . card(1) . '; '
        . "UPDATE assignment SET host = $c16, role = 'active'");

# Cards: names and addresses of a host, states, kinds.
sub insert_card {
    my ($host, $name, $address, %is) = @_;
    my %all = (uuid => "'" . ($is{uuid} // "u-$name-$address") . "'", %is);
    return
        "INSERT INTO card (host, name, address, last_address, uuid, state, kind) VALUES ($host, "
            . "'$name', $address, "
        . "0, $all{uuid}, '"
        . ($is{state} // 'present') . "', '"
        . ($is{kind} // 'pci') . "')";
}
allowed('a card', insert_card($c15, 'gpupci9', 99));
refused(qr/UNIQUE constraint failed: card\.host, card\.name/, 'a name twice on a host',
    insert_card($c15, 'gpupci1', 99));
refused(qr/UNIQUE constraint failed: card\.host, card\.address/, 'an address twice on a host',
    insert_card($c15, 'gpupci9', 256));
refused(
    qr/UNIQUE constraint failed: card\.host, card\.address/, 'an address twice by an update',
    'UPDATE card SET address = 256 WHERE id = ' . card(2));
refused(
    qr/UNIQUE constraint failed: card\.uuid/, 'a UUID twice',
    "UPDATE card SET uuid = 'x' WHERE id = " . card(1),
    "UPDATE card SET uuid = 'x' WHERE id = " . card(2));
allowed('missing cards have no address', "UPDATE card SET state = 'missing', address = NULL");
allowed('a missing card leaves its address to others',
          "UPDATE card SET state = 'missing', last_address = address, address = NULL WHERE id = "
        . card(1) . '; '
        . insert_card($c15, 'gpupci9', 256));
my $check = qr/CHECK constraint failed/;
refused($check, 'a missing card with an address',
    "UPDATE card SET state = 'missing' WHERE id = " . card(1));
refused($check, 'a present card without one',
    'UPDATE card SET address = NULL WHERE id = ' . card(1));
refused($check, 'an address below 0', 'UPDATE card SET address = -1 WHERE id = ' . card(1));
refused($check, 'an unknown state', insert_card($c15, 'gpupci9', 99, state => 'broken'));
refused($check, 'an unknown kind', insert_card($c15, 'gpupci9', 99, kind => 'disk'));
refused($check, 'a card without a name', insert_card($c15, '', 99));
refused($check, 'a card without a host that is not missing', insert_card('NULL', 'gpupci9', 99));
refused(qr/FOREIGN KEY constraint failed/, 'a host that does not exist',
    insert_card(4711, 'gpupci9', 99));
refused(qr/FOREIGN KEY constraint failed/, 'a card that goes while a VM has it', $first,
    'DELETE FROM card WHERE id = ' . card(1));

# One slot is one card with its virtual functions; a missing card is in nobody's way.
{
    my $slot = qr/another card is in that slot: one slot is one card with its virtual functions/;
    my $add = sub { my ($card, $number, $address, $host) = @_;
        'INSERT INTO function (card, number, address, host) VALUES (' . card($card) . ", $number, "
            . "$address, " . ($host // $c15) . ')' };
    my $is = sub { my ($card, $what) = @_; "UPDATE card SET $what WHERE id = " . card($card) };
    my $move = sub { my ($card, $address) = @_;
        "UPDATE function SET address = $address WHERE card = " . card($card) };
    my $missing = q{state = 'missing', address = NULL};
    allowed('a second slot', $add->(1, 1, 2048));
    refused($slot, 'a function in the slot of another', $add->(1, 1, 513));
    refused($slot, 'a function at the place of another', $add->(1, 1, 512));
    refused($slot, 'a function that moves there', $move->(1, 513));
    allowed('a virtual function in the slot', $is->(2, "kind = 'vf'") . '; ' . $add->(1, 1, 513));
    refused($slot, 'but not at the same place', $is->(2, "kind = 'vf'"), $add->(1, 1, 512));
    refused($slot, 'which is a card from then on', $is->(2, "kind = 'vf'") . '; ' . $add->(1, 1, 513),
        $is->(2, "kind = 'pci'"));
    allowed('a slot of a missing card', $is->(2, $missing) . '; ' . $add->(1, 1, 512));
    refused($slot, 'a missing card that is back', $is->(2, $missing) . '; ' . $add->(1, 1, 513),
        $is->(2, "state = 'present', address = 512"));
    allowed('the same place of another host', $add->(1, 1, 513) =~ s/513/1027/r);
    refused($slot, 'a card that goes to a host where its place is taken',
        "UPDATE card SET host = $c16, name = 'x', address = 999 WHERE id = " . card(1));

    my $part = qr/a part belongs to a card of its host that is whole, and has no parts itself/;
    allowed('a part', $is->(2, 'parent = ' . card(1)));
    refused($part, 'a part of itself', $is->(1, 'parent = ' . card(1)));
    refused($part, 'a loop of two', $is->(2, 'parent = ' . card(1)), $is->(1, 'parent = ' . card(2)));
    refused($part, 'a loop of two at once', 'UPDATE card SET parent = CASE id WHEN ' . card(1) . ' THEN '
        . card(2) . ' ELSE ' . card(1) . ' END WHERE id IN (' . card(1) . ', ' . card(2) . ')');
    refused($part, 'a part of a part', $is->(2, 'parent = ' . card(1)), $is->(3, 'parent = ' . card(2)));
    refused($part, 'a whole that becomes a part', $is->(2, 'parent = ' . card(1)),
        $is->(1, 'parent = ' . card(3)));
    refused($part, 'a part of a card of another host', $is->(1, 'parent = ' . card(1, $c16)));
    refused($part, 'a new part of a part', $is->(2, 'parent = ' . card(1)),
        'INSERT INTO card (host, name, address, uuid, kind, parent) '
            . "SELECT host, 'gpupci9', 4096, 'u9', 'vf', id FROM card WHERE id = " . card(2));
    allowed('a new part', 'INSERT INTO card (host, name, address, uuid, kind, parent) '
            . "SELECT host, 'gpupci9', 4096, 'u9', 'vf', id FROM card WHERE id = " . card(2));
}

# A virtual function and its parent are never both held.
my $both = qr/a virtual function and its parent are never both held/;
my $family =
      "UPDATE card SET kind = 'vf', parent = "
    . card(1)
    . ' WHERE id IN ('
    . card(2) . ', '
    . card(3) . ')';
allowed('two virtual functions of one parent',
          "$family; "
        . assign('rocks-33', card(2), 'gpupci') . '; '
        . assign('rocks-34', card(3), 'gpupci'));
refused($both, 'the parent of a held function', $family, assign('rocks-33', card(2), 'gpupci'),
    assign('rocks-34', card(1), 'gpupci'));
refused($both, 'also in the same VM', $family, assign('rocks-33', card(2), 'gpupci'),
    assign('rocks-33', card(1), 'gpupci2'));
refused($both, 'a function of a held parent', $family, $first,
    assign('rocks-34', card(2), 'gpupci'));
refused(
    $both, 'by an update',
    $family . "; UPDATE card SET parent = NULL, kind = 'pci' WHERE id = " . card(3), $first,
    assign('rocks-34', card(3), 'gpupci'),
    'UPDATE assignment SET card = ' . card(2) . ' WHERE vm = ' . host('rocks-34'));

# Cards of one IOMMU group belong to one VM.
my $group = qr/another VM holds a card of the same IOMMU group/;
my $mates =
      'UPDATE card SET iommu_group = 7 WHERE id IN ('
    . card(1) . ', '
    . card(2) . ', '
    . card(1, $c16) . ')';
allowed('both for one VM', "$mates; $first; " . assign('rocks-33', card(2), 'gpupci2'));
allowed('of two hosts',
          "$mates; $first; UPDATE vm SET container = $c16 WHERE host = "
        . host('rocks-34') . '; '
        . assign('rocks-34', card(1, $c16), 'gpupci', host => $c16));
refused($group, 'one each for two VMs', $mates, $first, assign('rocks-34', card(2), 'gpupci'));
refused($group, 'by an update', $mates, $first, assign('rocks-34', card(3), 'gpupci'),
    'UPDATE assignment SET card = ' . card(2) . ' WHERE vm = ' . host('rocks-34'));

# Domains above ffff, and switches.
refused(qr/PCI domain above ffff: QEMU cannot start/, 'a card of a high domain',
    assign('rocks-33', card(4), 'gpupci'));
refused(qr/PCI domain above ffff/, 'by an update', $first,
    'UPDATE assignment SET card = ' . card(4));
refused(qr/a fabric switch is no card/, 'a switch',
    "UPDATE card SET kind = 'fabric' WHERE id = " . card(1), $first);

# Claims: a device is passed by its address to one VM, which no other VM has as a card.
sub claim {
    my ($vm, $address, $host) = @_;
    return 'INSERT INTO claim (host, address, vm) VALUES ('
        . ($host // $c15) . ", $address, " . host($vm) . ')';
}
my ($claim, $taken) = (claim('rocks-33', 999), qr/UNIQUE constraint failed: claim/);
allowed('claims', join '; ', $claim, claim('rocks-33', 998), claim('rocks-34', 997),
    claim('rocks-34', 999, $c16));
refused($taken, 'a device for two VMs', $claim, claim('rocks-34', 999));
refused($taken, 'a device twice for a VM', $claim, claim('rocks-33', 999));
refused(qr/a claim does not change/, 'another VM in a claim', $claim,
    'UPDATE claim SET vm = ' . host('rocks-34'));
refused($check, 'a claim to nothing', claim('rocks-33', -1));
refused(qr/FOREIGN KEY constraint failed/, 'a claim of a host that is not a VM',
    claim('compute-0-0', 999));
for my $address (256, 263) {
    my $card = qr/another VM holds a card at the address that is claimed/;
    refused($card, "a function of another VM's card: $address", $first,
        claim('rocks-34', $address));
    refused($card, "... that is reserved: $address",
        assign('rocks-33', card(1), 'gpupci', role => 'reserved'), claim('rocks-34', $address));
    allowed("... of its own: $address", "$first; " . claim('rocks-33', $address));
    my $claimed = qr/another VM holds a claim to a function of the card/;
    refused($claimed, "a card that another VM claims: $address", claim('rocks-34', $address),
        $first);
    refused($claimed, "by an update: $address", claim('rocks-34', $address),
        assign('rocks-33', card(2), 'gpupci'), 'UPDATE assignment SET card = ' . card(1));
}
allowed('the slots beside it', join '; ', $first, claim('rocks-34', 255), claim('rocks-34', 264));
allowed('the same address of another host', "$first; " . claim('rocks-34', 256, $c16));
allowed('where a card is missing',
    "UPDATE card SET state = 'missing', address = NULL WHERE id = " . card(1) . "; $first; "
        . claim('rocks-34', 256));
restore();
is(
    run_sql(join '; ', $claim, claim('rocks-34', 999, $c16), 'DELETE FROM vm WHERE host = '
            . host('rocks-33'), 'SELECT count(*) FROM claim')->{out},
    "1\n", 'a VM that goes leaves no claim');
restore();
is(
    run_sql(join '; ', claim('rocks-34', 999, $c16), "DELETE FROM card WHERE host = $c16",
        "DELETE FROM host WHERE id = $c16", 'SELECT count(*) FROM claim')->{out},
    "0\n", 'nor does a host');

# VMs.
refused(qr/a VM houses no VM/, 'a VM in a VM',
          'UPDATE vm SET container = '
        . host('rocks-34')
        . ', slice = 9 WHERE host = '
        . host('rocks-33'));
refused(
    qr/a VM houses no VM/, 'a container becomes a VM',
    "INSERT INTO vm (host, container, uuid, mem, slice) VALUES ($c15, $c16, 'u', 1, 0)");
refused(qr/$check|a VM houses no VM/, 'a VM in itself',
    'UPDATE vm SET container = host WHERE host = ' . host('rocks-33'));
refused(qr/UNIQUE constraint failed: vm\.container, vm\.slice/, 'a slice twice',
    'UPDATE vm SET slice = 3');
refused(qr/UNIQUE constraint failed: vm\.uuid/, 'a UUID twice', q{UPDATE vm SET uuid = 'u'});
refused($check, 'no memory', 'UPDATE vm SET mem = 0');
refused(qr/FOREIGN KEY constraint failed/, 'a container that goes',
    "DELETE FROM card WHERE host = $c15", "DELETE FROM host WHERE id = $c15");
refused(qr/FOREIGN KEY constraint failed/, 'a VM that goes with its card', $first,
    'DELETE FROM vm WHERE host = ' . host('rocks-33'));
refused(qr/FOREIGN KEY constraint failed/, 'its host too', $first,
    'DELETE FROM host WHERE id = ' . host('rocks-33'));
allowed('a VM that goes without', 'DELETE FROM host WHERE id = ' . host('rocks-33'));

# Hosts, interfaces, attributes, disks.
my $add = 'INSERT INTO host (name, appliance, rack, rank) VALUES';
refused(qr/UNIQUE constraint failed: host\.name/, 'a host twice', "$add ('compute-0-0', 1, 0, 0)");
refused($check, 'a host without a name', "$add ('', 1, 0, 0)");
refused(qr/FOREIGN KEY constraint failed/, 'an appliance that does not exist',
    "$add ('x', 4711, 0, 0)");
refused(qr/FOREIGN KEY constraint failed/, 'an appliance that goes',
    q{DELETE FROM appliance WHERE name = 'hosted-vm'});
refused($check, 'rack -1', 'UPDATE host SET rack = -1');
refused($check, 'no CPUs', 'UPDATE host SET cpus = 0');
refused(qr/UNIQUE constraint failed: interface\.mac/, 'a MAC address twice',
    q{UPDATE interface SET mac = '52:54:00:00:00:09'});
refused(
    qr/UNIQUE constraint failed: interface\.host, interface\.device/, 'an interface twice',
    'INSERT INTO interface (host, device) SELECT host, device FROM interface');
refused($check, 'VLAN 4096', 'UPDATE interface SET vlan = 4096');
my $attr = 'INSERT INTO attr (host, appliance, name, value) VALUES';
allowed('one name on each level',
    "$attr (NULL, NULL, 'a', '1'), (NULL, 2, 'a', '1'), (NULL, 3, 'a', '1'), ($c15, NULL, 'a', "
        . "'1'), ($c16, NULL, 'a', '1')"
);
refused(qr/UNIQUE constraint failed: .*attr_owner/, 'a name twice on a level', "$attr $_",
    "$attr $_")
    for q{(NULL, NULL, 'a', '1')}, q{(NULL, 2, 'a', '1')}, "($c15, NULL, 'a', '1')";
refused($check, 'two levels at once', "$attr ($c15, 2, 'a', '1')");
refused($check, 'an attribute without a name', "$attr (NULL, NULL, '', '1')");
refused(qr/NOT NULL constraint failed/, 'an attribute without a value',
    "$attr (NULL, NULL, 'a', NULL)");
refused($check, 'a disk of an unknown type', q{UPDATE disk SET type = 'tape'});
refused($check, 'a function with a number below 0', 'UPDATE function SET number = -1');

# A function is of its card's host, wherever that goes.
my $astray = qr/a function is of the host that its card is of/;
my $insert = 'INSERT INTO function (card, number, address, host) VALUES (' . card(1);
allowed('a function of a card', "$insert, 1, 257, $c15)");
refused($astray, 'a function of another host', "$insert, 1, 257, $c16)");
refused($astray, 'a function of no host', "$insert, 1, 257, NULL)");
refused($astray, 'a function that goes to another host', "UPDATE function SET host = $c16");
for my $to ($c16, 'NULL') {
    restore();
    my $got =
        run_sql("UPDATE card SET host = $to, name = 'x' || id, state = 'missing', address = NULL; "
            . 'SELECT count(*) FROM function JOIN card ON card.id = card WHERE function.host IS '
                . 'NOT card.host'
        );
    is($got->{out}, "0\n", 'a function goes where its card goes') || diag($got->{err});
}
restore();
is(
    run_sql(
        'DELETE FROM vm; UPDATE card SET state = \'missing\', address = NULL; DELETE FROM host; '
            . 'SELECT count(*) FROM card '
            . 'JOIN function ON card.id = card WHERE function.host IS NULL AND card.host IS NULL'
    )->{out},
    "7\n",
    'also when the host goes');

# Two names of a kind of hosts, each once, in any case.
refused(qr/UNIQUE constraint failed: appliance\.name/, 'an appliance twice',
    q{INSERT INTO appliance (name, membership) VALUES ('COMPUTE', 'x')});
refused(qr/UNIQUE constraint failed: appliance\.membership/, 'a membership twice',
    q{INSERT INTO appliance (name, membership) VALUES ('x', 'vm container')});

# The views are there, with the columns that a select may use.
restore();
my %views = (
    appliances => 'id,name', memberships => 'id,name,appliance',
    nodes => 'id,name,membership,cpus,rack,rank,os,runaction,installaction',
    subnets => 'id,name,dnszone,subnet,netmask,mtu',
    networks => 'id,node,mac,ip,device,subnet,name,vlanid',
    vm_nodes => 'id,node,physnode,slice,mem,uuid,virt_type', global_attributes => 'attr,value',
    appliance_attributes => 'appliance,attr,value', node_attributes => 'node,attr,value',
    cards => 'id,node,name,kind,pci_bus,ids,serial,path,numa,iommu_group,state',
    assignments => 'id,node,name,card,physnode,role',
);
like(sql("SELECT group_concat(name) FROM pragma_table_info('$_')"), qr/^\Q$views{$_}\E(,|$)/,
    "the view $_")
    for sort keys %views;

# A rule that an INSERT and an UPDATE both keep: one case each, refused with the same words.
{
    my $bad = sub {
        my ($card, %is) = @_;
        my $host = $is{host} // $c15;
        return [ assign('rocks-34', $card, 'gpupci', %is) ],
            [ assign('rocks-34', card(3), 'gpupci'),
                "UPDATE assignment SET card = $card, host = $host WHERE vm = " . host('rocks-34') ];
    };
    my $function = 'INSERT INTO function (card, number, address, host) VALUES (' . card(1) . ', 1,';
    my @both = (
        [ 'the card is not on the container that houses the VM', [], $bad->(card(1, $c16), host => $c16) ],
        [ 'a fabric switch is no card that a VM can have',
            [ "UPDATE card SET kind = 'fabric' WHERE id = " . card(2) ], $bad->(card(2)) ],
        [ 'the card is in a PCI domain above ffff: QEMU cannot start a VM with it', [], $bad->(card(4)) ],
        [ 'a virtual function and its parent are never both held',
            [ "UPDATE card SET kind = 'vf', parent = " . card(1) . ' WHERE id = ' . card(2), $first ],
            $bad->(card(2)) ],
        [ 'another VM holds a card of the same IOMMU group', [ $mates, $first ], $bad->(card(2)) ],
        [ 'another VM holds a claim to a function of the card', [ claim('rocks-33', 512) ], $bad->(card(2)) ],
        [ 'a VM houses no VM: the container is to be a physical host', [],
            [ 'INSERT INTO vm (host, container, uuid, mem, slice) VALUES (' . host('compute-0-0') . ', '
                . host('rocks-34') . ", 'u', 1, 0)" ],
            [ 'UPDATE vm SET container = ' . host('rocks-34') . ', slice = 9 WHERE host = ' . host('rocks-33') ] ],
        [ 'a function is of the host that its card is of', [], ["$function 257, $c16)"],
            [ "UPDATE function SET host = $c16 WHERE card = " . card(1) ] ],
        [ 'another card is in that slot: one slot is one card with its virtual functions', [],
            ["$function 513, $c15)"], [ 'UPDATE function SET address = 513 WHERE card = ' . card(1) ] ],
        [ 'a part belongs to a card of its host that is whole, and has no parts itself', [],
            [ 'INSERT INTO card (host, name, address, uuid, kind, parent) '
                . "VALUES ($c15, 'gpupci9', 4096, 'u9', 'vf', " . card(1, $c16) . ')' ],
            [ 'UPDATE card SET parent = ' . card(1, $c16) . ' WHERE id = ' . card(1) ] ],
    );
    for (@both) {
        my ($words, $before, $insert, $update) = @$_;
        refused(qr/[:,] \Q$words\E(?: \(19\))?$/m, "$words: inserted", @$before, @$insert);
        refused(qr/[:,] \Q$words\E(?: \(19\))?$/m, "$words: updated",  @$before, @$update);
    }

    # Of the rest of their triggers each says another condition, or what a view says.
    my (%said, %expected);
    restore();
    $said{$_}++ for sql('SELECT sql FROM sqlite_master WHERE type = \'trigger\'')
        =~ /RAISE\(ABORT, '([^']+)'\)/g;
    $expected{$_} = 1 for keys %said, map { $_->[0] } @both;
    $expected{'another VM holds a claim to a function of the card'} = 2;
    $expected{'another card is in that slot: one slot is one card with its virtual functions'} = 3;
    $expected{'a part belongs to a card of its host that is whole, and has no parts itself'} = 2;
    $expected{'history is append-only: its rows do not change'} = 2;
    $expected{'the VM is being moved; see `rocks list move`'} = 4;
    is_deeply(\%said, \%expected, 'no other rule is said twice');
}

done_testing;
