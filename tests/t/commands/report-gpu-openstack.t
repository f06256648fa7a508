#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report gpu openstack: what Nova gets, under which names, and flavors that ask for it.
use strict;
use warnings;

use Inventory;
use JSON::PP;
use Rocks;
use Test::More;

my $HOST = 'vm-container-0-11';

# A T4 that could have virtual functions, a T4 of a VM, a board of two functions, one in a domain
# that Nova does not take, a missing one.
my @T4 = ('id=10de:1eb8:10de:12a2', 'functions=0/030200/10de:1eb8');
fresh_inventory(
    "add host $HOST",
    'set attr vm_mac_base_addr 52:54:00:00:00:00',
    [ qw(add host gpu), $HOST, 'gpupci1', '0000:18:00.0', @T4 ],
    [ qw(add host gpu), $HOST, 'gpupci2', '0000:3b:00.0', @T4 ],
    [ qw(add host gpu), $HOST, 'gpupci3', '0000:86:00.0', 'id=10de:1b02:10de:11df',
        'functions=0/030000/10de:1b02,1/040300/10de:10ef' ],
    [ qw(add host gpu), $HOST, 'gpupci4', '10000:01:00.0', @T4 ],
    [ qw(add host gpu), $HOST, 'gpupci5', '0000:af:00.0', @T4, 'state=quarantined' ],
    "add host vm $HOST hosted-vm name=rocks-33",
    'add host gpu rocks-33 gpupci gpupci2',
);
sql(q{UPDATE card SET vfs_most = CASE name WHEN 'gpupci3' THEN 0 ELSE 16 END});

sub devices {
    my ($text) = @_;
    return map { decode_json($_) } $text =~ /^(?:device_spec|alias) = (.*)$/mg;
}

my $expected = <<"END";
# nova.conf of $HOST (nova-compute)
[pci]
device_spec = {"vendor_id": "10de", "product_id": "1eb8", "address": "0000:18:00.0", "managed": "no"}
# gpupci2: rocks-33 has it
device_spec = {"vendor_id": "10de", "product_id": "1b02", "address": "0000:86:00.0", "managed": "no"}
device_spec = {"vendor_id": "10de", "product_id": "10ef", "address": "0000:86:00.1", "managed": "no"}
# gpupci4: its PCI domain is above ffff, which Nova cannot pass on
# gpupci5: quarantined
alias = {"name": "T4", "vendor_id": "10de", "product_id": "1eb8", "device_type": "type-PF", "numa_policy": "preferred"}
# TitanXp: each function has an alias; if a VM gets several such cards, Nova may give it functions of different ones
alias = {"name": "TitanXp_0", "vendor_id": "10de", "product_id": "1b02", "device_type": "type-PCI", "numa_policy": "preferred"}
alias = {"name": "TitanXp_1", "vendor_id": "10de", "product_id": "10ef", "device_type": "type-PCI", "numa_policy": "preferred"}
END
my $got = rocks(qw(report gpu openstack), $HOST, 'format=nova');
is($got->{err}, '', 'format=nova: nothing on stderr');
my ($head, $host, $controllers) = split /^(?=# nova\.conf of )/m, $got->{out};
like($head, qr/\A# "managed" needs Nova 2025\.1 or later/, 'what an older Nova does not know');
is($host, $expected, 'the host');
is_deeply([ devices($controllers) ], [ grep { $_->{name} } devices($host) ], 'the controllers get the same aliases');
like($controllers, qr/PciPassthroughFilter/, 'and are told of the filter');

# What is not known is said, not guessed.
sql(q{UPDATE card SET vfs_most = NULL WHERE name = 'gpupci1'; DELETE FROM function WHERE number = 1;
    UPDATE function SET ids = NULL WHERE card = (SELECT id FROM card WHERE name = 'gpupci3');
    UPDATE card SET ids = NULL WHERE name = 'gpupci3'});
$got = rocks(qw(report gpu openstack), $HOST, 'format=nova')->{out};
like($got, qr/^# gpupci1: not known whether it can have virtual functions,.*`rocks sync host gpu \Q$HOST\E`$/m, 'vfs_most');
like($got, qr/^# gpupci3: what its functions are is not known; /m, 'no ids');
is_deeply([ map { $_->{device_type} } grep { $_->{name} } devices($got) ], [ 'type-PCI', 'type-PCI' ],
    'no alias of what is not known');

# Two types of one model need two names: Nova refuses one name for both.
sql(q{UPDATE card SET vfs_most = 16 WHERE name = 'gpupci1'});
rocks(qw(remove host gpu rocks-33 gpupci));
sql(q{UPDATE card SET vfs_most = 0 WHERE name = 'gpupci2'});
$got = rocks(qw(report gpu openstack format=nova))->{out};
my %named = map { $_->{name} => $_->{device_type} } grep { $_->{name} } devices($got);
is_deeply(\%named, { 'T4_PF' => 'type-PF', 'T4_PCI' => 'type-PCI' }, 'a name for each type');
sql(q{UPDATE card SET vfs_most = 16 WHERE name = 'gpupci2'});

# Flavors, whose words a shell reads.
sql(<<'END');
INSERT INTO project (id, name) VALUES (1, 'hpc-physics'), (2, 'a''$(id)');
INSERT INTO aggregate (id, name) VALUES (1, 't4-15core');
INSERT INTO flavor (id, name, cpus, mem, disk_sizes, near, aggregate) VALUES
    (1, 'cloudveneto.15cores90GB20+600GB1T4', 15, 92160, '20 600', 'no', NULL),
    (2, 'two of $(reboot)', NULL, NULL, NULL, 'node', 1), (3, 'plain', 1, NULL, '10 20 30', 'no', NULL);
INSERT INTO flavor_card (flavor, position, model, count) VALUES (1, 0, 'T4', 1), (2, 0, 't4', 2),
    (2, 1, 'H100', 1);
INSERT INTO flavor_project (flavor, project) VALUES (1, 1), (2, 1), (2, 2);
END
prints(<<'END', qw(report gpu openstack format=flavor));
openstack flavor create --private --vcpus 15 --ram 92160 --disk 20 --ephemeral 600 --property pci_passthrough:alias=T4:1 cloudveneto.15cores90GB20+600GB1T4
openstack flavor set --project hpc-physics cloudveneto.15cores90GB20+600GB1T4
openstack flavor create --public --vcpus 1 --disk 10 --ephemeral 50 plain
# two of $(reboot) is for the aggregate t4-15core: make one of that name, and give both the same property
# two of $(reboot): near=node, cards near one another, is nothing that Nova can be asked for
# no card of model H100 is recorded: what its functions are is not known
openstack flavor create --private --property pci_passthrough:alias=T4:2,H100:1 two\ of\ \$\(reboot\)
openstack flavor set --project a\'\$\(id\) two\ of\ \$\(reboot\)
openstack flavor set --project hpc-physics two\ of\ \$\(reboot\)
END
# As a shell reads them: one word each.
spurt("$FOLDER/openstack", "#!/bin/sh\nprintf '<%s>' \"\$@\"\necho\n");
chmod 0755, "$FOLDER/openstack";
local $ENV{PATH} = "$FOLDER:$ENV{PATH}";
my @lines = split /\n/, run_program(rocks(qw(report gpu openstack format=flavor))->{out}, 'sh')->{out};
is($lines[3], '<flavor><create><--private><--property><pci_passthrough:alias=T4:2,H100:1><two of $(reboot)>',
    'the shell runs nothing');
is($lines[4], q{<flavor><set><--project><a'$(id)><two of $(reboot)>}, 'of no name');

# A board of two functions asks for both.
sql(q{UPDATE card SET ids = '10de:1b02:10de:11df' WHERE name = 'gpupci3';
    INSERT INTO function (card, number, address, host, ids) SELECT id, 1, address + 1, host, '10de:10ef' FROM card
    WHERE name = 'gpupci3'; UPDATE flavor_card SET model = 'titanxp' WHERE flavor = 1});
like(rocks(qw(report gpu openstack format=flavor))->{out}, qr/alias=TitanXp_0:1,TitanXp_1:1 /, 'two functions, two aliases');

# A model without a name has one without a colon, which would begin a count.
sql(q{UPDATE card SET ids = '10de:1e30:10de:129e' WHERE name = 'gpupci3'});
like(rocks(qw(report gpu openstack format=nova))->{out}, qr/^alias = \{"name": "10de_1e30_0", /m, 'no colon');

# Nothing to say.
usage(qr/format= must be nova or flavor, not «x»/, qw(report gpu openstack format=x));
usage(qr/format= is missing/, qw(report gpu openstack));
fresh_inventory('add host compute-0-0');
unlike(rocks(qw(report gpu openstack format=nova))->{out}, qr/compute-0-0|device_spec|alias/, 'a host without cards');
prints('', qw(report gpu openstack format=flavor));

done_testing;
