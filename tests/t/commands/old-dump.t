#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The dump of an old frontend: a sample of each of its forms, in tests/data/old-dump, loads.
use strict;
use warnings;

use Inventory;
use POSIX qw(uname);
use Rocks;
use Test::More;

my $data = 'tests/data/old-dump';
my ($machine) = (uname())[1] =~ /^([^.]*)/;

# Loads a sample into no inventory: exit status, and what it said.
sub load {
    my ($name, @options) = @_;
    unlink glob "$ENV{ROCKS_DB}*";
    my $got = rocks('--batch', "$data/$name", @options);
    is($got->{out}, '', "$name: nothing on stdout");
    return $got;
}

sub loads {
    my ($name, $said, @options) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = load($name, @options);
    return is($got->{status}, 0, "$name: done") && is($got->{err}, $said, "$name: messages");
}

loads('quoted-words', '');
is(sql('SELECT name, cpus FROM host ORDER BY name'), "compute-0-0|8\nrocks-33|4", 'hosts');
is(sql(q{SELECT name, value FROM attr WHERE name <> 'managed' ORDER BY name}),
    qq{Info_CertificateState|North "Rhine"\nsite|two words}, 'attributes');

# The frontend has no line: this machine is it.
my $passed = "rocks: $data/localhost: passed over: 1 line: set host boot (1)\n";
loads('localhost',
    $passed
        . "rocks: $data/localhost:3: localhost: there was no frontend; added $machine, rack 0, "
            . "rank 0\n"
);
my $frontend =
    q{SELECT host.name, appliance.name, rack, rank, runaction, attr.value, ip, interface.name
    FROM host JOIN appliance ON appliance.id = host.appliance JOIN attr ON attr.host = host.id
    JOIN interface ON interface.host = host.id};
is(sql($frontend), "$machine|frontend|0|0|os|true|10.3.1.1|frontend-0", 'the frontend');
# One that is there, of another name, is it.
fresh_inventory('add host frontend-0 membership=frontend rack=1 rank=2');
is(rocks('--batch', "$data/localhost")->{err}, $passed, 'the lone frontend');
is(sql($frontend), 'frontend-0|frontend|1|2|os|true|10.3.1.1|frontend-0', 'it got all');
# This machine comes before it.
fresh_inventory('add host frontend-0 membership=frontend rack=1 rank=2',
    "add host host=$machine membership=compute rack=0 rank=0");
is(rocks('--batch', "$data/localhost")->{err}, $passed, 'this machine');
is(sql($frontend), "$machine|compute|0|0|os|true|10.3.1.1|frontend-0", 'it got all');
# Of two frontends it is neither.
fresh_inventory(map { "add host frontend-$_ membership=frontend rack=1 rank=$_" } 0, 1);
my $got = rocks('--batch', "$data/localhost");
is($got->{status}, 1, 'two frontends');
is( $got->{err} =~
        s/^rocks: \S+?:(\d+): this machine is not in the inventory: no host «\Q$machine\E»\n/$1 /mgr,
    "3 4 5 6 7 rocks: $data/localhost: nothing was changed\n", 'each line about localhost is named');
# A value localhost means no host.
fresh_inventory();
is(rocks_in("add attr a localhost\nadd attr b value=localhost\n", qw(--batch -))->{err}, '',
    'a value localhost');
is(sql('SELECT count(*) FROM host'), 0, 'adds no host');
rocks_in(
    "add host localhost cpus=3 membership=Frontend rack=4 rank=5\nadd host attr localhost a b\n",
    qw(--batch -));
is( sql('SELECT host.name, cpus, rack, rank, value FROM host JOIN attr ON attr.host = host.id'),
    "$machine|3|4|5|b", 'a line that adds localhost adds this machine');
refused(qr/^rocks: this machine is not in the inventory/, qw(add host attr localhost a b))
    if fresh_inventory('set attr a b') || 1;

loads('actions', "rocks: $data/actions: passed over: 2 lines: set host boot (2)\n");
is(sql('SELECT name, runaction, installaction FROM host ORDER BY name'),
    "compute-0-0|memtest|install headless\ncompute-0-1|os|install", 'actions');

loads('interfaces', '');
is(
    sql('SELECT device, mac, ip, network.name, interface.name, module, vlan, options, channel '
            . 'FROM interface LEFT JOIN network ON network.id = network ORDER BY device'
    ),
    "eth0|00:16:3e:00:00:10|10.1.255.254|private|compute-0-0|e1000|||\neth1||||||7|noreport|bond0",
    'interfaces');
is( sql('SELECT name, subnet, netmask, mtu, dnszone FROM network ORDER BY name'),
    "private|10.1.0.0|255.255.0.0|1500|\npublic|192.0.2.0|255.255.255.0|1500|",
    'networks');

loads('vms', '');
is(
    sql('SELECT host.name, container.name, mem, slice, path FROM vm JOIN host ON host.id = vm.host '
            . 'JOIN host container ON container.id = container JOIN disk ON disk.vm = vm.host '
                . 'ORDER BY 1'
    ),
    "rocks-33|vm-container-0-15|4096|1|/state/partition1/kvm/disks/rocks-33.vda\n"
        . "rocks-34|vm-container-0-15|1024|2|/state/partition1/kvm/disks/rocks-34.vda", 'VMs');

# Attributes become cards; that of the VM comes first, when it is not yet known to be one.
loads('cards', '');
my $cards = 'SELECT host.name, card.name, address, ifnull((SELECT name FROM host WHERE id = '
    . "vm), '-'), ifnull(assignment.name, '-') FROM card JOIN host ON host.id = card.host "
    . 'LEFT JOIN assignment ON assignment.card = card.id ORDER BY 1, 2';
is(sql($cards), "vm-container-0-15|gpupci1|512|rocks-33|gpupci\nvm-container-0-15|gpupci2|768|-|-",
    'cards');
is(sql(q{SELECT name, value FROM attr WHERE name <> 'managed'}), 'site|here', 'other attributes stay what they are');
my $again = rocks('dump')->{out};
unlink glob "$ENV{ROCKS_DB}*";
is(rocks_in($again, qw(--batch -))->{err}, '', 'our dump of it loads');
is(rocks('dump')->{out}, $again, 'and is the same');
refused(qr/^rocks: gpupci1 is a card, not an attribute: `rocks add host gpu` records it$/, @{$_},
    qw(host attr vm-container-0-15 gpupci1 pci_0000_09_00_0)) for ['add'], ['set'];

# Two VMs with one card: named, and nothing is changed; or left out.
my $held =
    'pci_0000_02_00_0 is held by rocks-33 (running or not); see `rocks list host gpu rocks-33`';
$got = load('conflicts');
is($got->{status}, 1, 'conflicts: refused');
is($got->{err}, "rocks: $data/conflicts:6: $held\nrocks: $data/conflicts:7: $held\n"
        . "rocks: $data/conflicts: nothing was changed\n", 'conflicts are named');
is(sql('SELECT count(*) FROM host'), 0, 'nothing was changed');
loads('conflicts',
    "rocks: $data/conflicts:6: skipped: $held\nrocks: $data/conflicts:7: skipped: $held\n",
    'conflicts=skip');
is( sql($cards),
    "vm-container-0-15|gpupci1|512|rocks-33|gpupci\nvm-container-0-15|gpupci2|768|rocks-35|gpupci2",
    'the rest is there');
# Only conflicts are skipped.
fresh_inventory();
$got = rocks_in(
    slurp("$data/conflicts")
        . "add host gpu rocks-33 gpupci3 0000:77:00.0\nadd host compute-0-0\n"
            . "add host compute-0-0\n",
    qw(--batch - conflicts=skip));
is($got->{status}, 1, 'conflicts=skip: other faults stay faults');
is( $got->{err},
    "rocks: -:14: vm-container-0-15, which houses rocks-33, has no card 0000:77:00.0; see "
        . "`rocks list host gpu vm-container-0-15`\n"
            . "rocks: -:16: host «compute-0-0» is already there\n"
        . "rocks: -: nothing was changed\n", 'and are named');
ok(!sql('SELECT count(*) FROM host'), 'nothing was changed');
$got = rocks_in(slurp("$data/conflicts") . "add host attr vm-container-0-15 gpupci7 value=x=y\n",
    qw(--batch - conflicts=skip));
is($got->{status}, 1, 'also one after a conflict, which is not even looked up');
like($got->{err}, qr/\Arocks: -:14: there is no parameter «x»[^\n]*\nrocks: -: nothing was changed\n\z/,
    'is named');
ok(!sql('SELECT count(*) FROM host'), 'nothing was changed');

# What has no meaning here is counted: what dump prints, and what else set up an old frontend.
loads('passed-over',
          "rocks: $data/passed-over: passed over: 13 lines: add appliance, there already (2), "
        . 'add appliance route (1), add bootaction (1), add distribution (1), add firewall (1), '
            . 'add host route (1), add roll (1), add route (1), enable roll (1), open '
            . 'firewall (1), '
        . "run reconfigure (1), set host boot (1)\n"
        . "rocks: $data/passed-over: passed over: 12 parameters: add appliance distribution= (3), "
            . "add appliance graph= (3), add appliance node= (3), add appliance public= (3)\n");
is(sql("SELECT membership FROM appliance WHERE name = 'gpu-container'"), 'GPU Container',
    'what has one is not');
is( sql(q{SELECT attr.name, value FROM attr JOIN appliance ON appliance.id = appliance WHERE appliance.name = 'gpu-container'}),
    'managed|true', 'nor is an attribute');

# By hand these are errors, and what we know is never passed over.
for my $line ('run reconfigure clear=1', 'add roll kvm', 'add bootaction action=os',
    'add os route linux 203.0.113.0 10.1.1.1')
{
    my $by_hand = rocks(split / /, $line);
    isnt($by_hand->{status}, 0, "rocks $line: an error");
}
usage(qr/there is no parameter «graph»/, qw(add appliance x graph=default));
for my $line ('add host interface', 'set host interface ip', 'add host compute-0-0 graph=x',
    'add nothing', 'run', 'add rol x')
{
    is(rocks_in("$line\n", qw(--batch -))->{status}, 1, "$line: an error in a batch, too");
}
# An appliance of that name that is another is a fault.
fresh_inventory();
like(
    rocks_in("add appliance compute membership=Nodes graph=x\n", qw(--batch -))->{err},
    qr/^rocks: -:1: appliance «compute» or membership «Nodes» is already there/,
    'another appliance of a name');

# A whole dump of Rocks 6.2 or 7, from the commands below rocks/commands/dump in rocksclusters/core
# and rocksclusters/kvm: each of their lines, in an order that their plugins allow, blanks at the
# end and the word None included.
loads('rocks-7',
          "rocks: $data/rocks-7: passed over: 22 lines: add appliance, there already (8), add "
        . 'appliance route (1), add firewall (1), add host key (1), add host route (1), add os '
        . 'route (1), add route (2), run reconfigure (1), set host boot (3), set host '
        . "interface options localhost None (1), set host roll (2)\n"
        . "rocks: $data/rocks-7: passed over: 33 parameters: add appliance distribution= (9), add "
        . "appliance graph= (9), add appliance node= (6), add appliance public= (9)\n"
        . "rocks: $data/rocks-7:44: localhost: there was no frontend; added $machine, rack 0, rank 0\n"
);
is( sql(q{SELECT host.name, appliance.name FROM host JOIN appliance ON appliance.id = appliance
        WHERE appliance.name = 'frontend' ORDER BY rank}), "$machine|frontend\nrocks-34|frontend",
    'the frontend of a virtual cluster is not this one');
is( sql('SELECT attr.name FROM attr JOIN host ON host.id = attr.host '
            . "WHERE host.name = '$machine' ORDER BY 1"), "airboss\nkvm",
    'which has the attributes of localhost');
is(sql($cards), "vm-container-0-15|gpupci1|512|rocks-33|gpupci\nvm-container-0-15|gpupci2|768|-|-",
    'its cards');
is( rocks(qw(report host attr rocks-33 attr=HVM_Features))->{out}, "<acpi/><apic/><pae/>\n",
    'a quoted value');
for my $vm (qw(rocks-33 rocks-34)) {
    spurt("$FOLDER/vm.xml", rocks(qw(report host vm config), $vm)->{out});
    my $valid = run_program('', 'virt-xml-validate', "$FOLDER/vm.xml", 'domain');
    is($valid->{status}, 0, "the XML of $vm") || diag($valid->{err});
}
like(slurp("$FOLDER/vm.xml"), qr{<source dev="peth0.3" mode="bridge"/>.*<source bridge="eth1"/>}s,
    'its networks');
like(slurp("$FOLDER/vm.xml"), qr{<target dev="vda" bus="virtio"/>}, 'and the mode of its disk');
is(rocks(qw(report appliance attr frontend attr=managed))->{out}, "false\n",
    'what an inventory begins with is in the way of none');
$again = rocks('dump')->{out};
unlink glob "$ENV{ROCKS_DB}*";
is(rocks_in($again, qw(--batch -))->{err}, '', 'our dump of it loads');
is(rocks('dump')->{out}, $again, 'and is the same');
# Where this machine is not in the inventory, a VM is not taken for the frontend.
fresh_inventory('add host vm-container-0-15', 'add host v0 membership=frontend rack=0 rank=1',
    'set host vm v0 physnode=vm-container-0-15');
refused(qr/^rocks: this machine is not in the inventory/, qw(set host attr localhost a b));

# An attribute that every inventory begins with: the line says what it is to be, once.
fresh_inventory();
is( rocks_in("add appliance attr compute managed false\n", qw(--batch -))->{err}, '',
    'a dump changes what an inventory begins with');
is(rocks(qw(report appliance attr compute attr=managed))->{out}, "false\n", 'and it counts');
like(rocks_in("add appliance attr compute managed true\n", qw(--batch -))->{err},
    qr/«managed» is already there/, 'but not what somebody has set');

# Several in one.
fresh_inventory();
$got = rocks_in(join('', map { slurp("$data/$_") } qw(passed-over localhost cards)), qw(--batch -));
is($got->{status}, 0, 'several in one') || diag($got->{err});

done_testing;
