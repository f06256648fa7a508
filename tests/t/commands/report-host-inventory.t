#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report host inventory: read as Ansible and pdsh read it.
use strict;
use warnings;

use Inventory;
use JSON::PP;
use Rocks;
use Test::More;

walkthrough_inventory();
for my $line (
    'add host compute-1-2 cpus=8',
    'add host gpu compute-1-2 gpupci1 02:00.0 id=10de:1db6 serial=S-"1',
    'add host gpu rocks-33 gpupci gpupci1', 'set host gpu vm-container-0-15 gpupci2 state=missing')
{
    is(rocks(split / /, $line)->{err}, '', "rocks $line");
}

# Ansible: one tree, all below all, hosts and children being objects, names it takes.
sub check_group {
    my ($name, $group, $hosts) = @_;
    like($name, qr/^[A-Za-z_][A-Za-z0-9_]*$/, "a name of a group: $name");
    is_deeply([ grep { !/^(?:hosts|children|vars)$/ } keys %$group ], [],
        "$name: what a group may have");
    for my $host (sort keys %{ $group->{hosts} // {} }) {
        ok(!$hosts->{$host}, "$host is in one group");
        $hosts->{$host} = $group->{hosts}{$host};
        like($_, qr/^[a-z_][a-z0-9_]*$/, "$host: a variable $_") for sort keys %{ $hosts->{$host} };
    }
    check_group($_, $group->{children}{$_}, $hosts) for sort keys %{ $group->{children} // {} };
    return $hosts;
}

my $tree = decode_json(rocks(qw(report host inventory format=ansible))->{out});
is_deeply([ keys %$tree ], ['all'], 'one tree');
my $hosts = check_group('all', $tree->{all}, {});
is_deeply([ sort keys %{ $tree->{all}{children} } ], [qw(compute hosted_vm vm_container)],
    'a group an appliance');
my $free = { state => 'present', ids => undef, serial => undef, vm => undef };
is_deeply(
    $hosts,
    {
        'vm-container-0-15' => {
            rocks_rack => 0, rocks_rank => 15, rocks_cpus => 16, rocks_appliance => 'vm-container',
            rocks_gpus => [
                { %$free, name => 'gpupci1', address => 'pci_0000_02_00_0', vm => 'rocks-33' },
                { %$free, name => 'gpupci2', address => undef, state => 'missing' }
            ]
        },
        'rocks-33' => {
            rocks_rack => 0, rocks_rank => 15, rocks_cpus => 1, rocks_appliance => 'hosted-vm',
            rocks_container => 'vm-container-0-15',
            rocks_gpus =>
                [ { %$free, name => 'gpupci', address => 'pci_0000_02_00_0', vm => 'rocks-33' } ]
        },
        'compute-1-2' => {
            rocks_rack => 1, rocks_rank => 2, rocks_cpus => 8, rocks_appliance => 'compute',
            rocks_gpus => [ {
                %$free, name => 'gpupci1', address => 'pci_0000_02_00_0',
                ids => { __ansible_unsafe => '10de:1db6' }, serial => { __ansible_unsafe => 'S-"1' }
            } ]
        },
    },
    'hosts and their variables');
is_deeply(
    check_group(
        'all',
        decode_json(rocks(qw(report host inventory compute-1-2 format=ansible))->{out})->{all}, {}
    ),
    { 'compute-1-2' => $hosts->{'compute-1-2'} },
    'just the host that is named');

# Ansible itself: nothing that a host said, or that a damaged file has, is evaluated.
{
    my $template = q({{lookup('pipe','echo evaluated')}});
    my $quoted   = $template =~ s/'/''/gr;
    sql("UPDATE card SET serial = '$quoted', ids = '$quoted', name = '$quoted' "
            . q{WHERE serial = 'S-"1'});
    spurt("$FOLDER/hosts.json",
        rocks(qw(report host inventory compute-1-2 vm-container-0-15 format=ansible))->{out});
    spurt("$FOLDER/play.yml", <<'END');
- hosts: all
  gather_facts: false
  tasks:
    - debug:
        msg: "<{{ rocks_appliance }} {{ rocks_gpus | map(attribute='name') | join(',') }}
          {{ rocks_gpus[0].ids }} {{ rocks_gpus | map(attribute='serial') | join }}
          {{ rocks_gpus[0].address }} {{ rocks_cpus + 1 }}>"
    - debug:
        var: rocks_gpus
END
    local @ENV{qw(HOME ANSIBLE_HOME ANSIBLE_LOCAL_TEMP)} = ($FOLDER) x 3;
    local $ENV{ANSIBLE_CONFIG} = "$FOLDER/ansible.cfg";
    spurt($ENV{ANSIBLE_CONFIG}, '');
    my $got = run_program('', 'ansible-playbook', '-i', "$FOLDER/hosts.json", "$FOLDER/play.yml");
    is($got->{status}, 0, 'ansible-playbook reads it') or diag $got->{out}, $got->{err};
    unlike($got->{out}, qr/^(?!.*echo).*evaluated/m, 'and evaluates nothing of it');
    like($got->{out}, qr/"<compute \Q$template $template $template\E pci_0000_02_00_0 9>"/,
        'variables hold what the inventory has');
    is(() = $got->{out} =~ /"(?:ids|serial)": null/g, 4, 'also what is not known');
    is(() = $got->{out} =~ /"(?:name|ids|serial)": "\Q$template\E"/g, 3,
        'as plain strings');
    sql("UPDATE card SET serial = NULL, ids = NULL, name = 'gpupci1' WHERE serial = '$quoted'");
}

# Names that older versions took, and no other program should be handed.
for my $name (q({{7*7}}), 'a"b', 'x[1:9]') {
    sql("UPDATE host SET name = '$name' WHERE name = 'compute-1-2'");
    for my $format (qw(ansible pdsh)) {
        fails(qr/^rocks: host «\Q$name\E» of appliance «compute»: other programs cannot read /,
            'report', 'host', 'inventory', "format=$format");
        is(rocks(qw(report host inventory vm-container), "format=$format")->{status}, 0,
            'others are printed');
    }
    sql("UPDATE host SET name = 'compute-1-2' WHERE name = '$name'");
}

# Two appliances with one name for Ansible do not become one group.
# A file of an older version may have such a name.
sql(q{INSERT INTO appliance (name, membership) VALUES ('hosted_vm', 'hosted_vm')});
rocks(qw(add host other membership=hosted_vm rack=0 rank=0));
fails(qr/hosted_vm and hosted-vm are one group to Ansible/,
    qw(report host inventory format=ansible));
rocks(qw(remove host other));

# pdsh reads it itself.
spurt("$FOLDER/genders", rocks(qw(report host inventory format=pdsh))->{out});
sub members { return join ' ', sort map { /^(\S+): (\S+)$/ && $1 eq $2 ? $1 : die } split /\n/,
    run_program('', qw(pdsh -R exec -F), "$FOLDER/genders", '-g', $_[0], qw(echo %h))->{out} }
is(members('vm-container'), 'vm-container-0-15', 'pdsh -g vm-container');
is(members('rack0'), 'rocks-33 vm-container-0-15', 'pdsh -g rack0');
is(members('rack=1'), 'compute-1-2', 'pdsh -g rack=1');
is(members('gpu'), 'compute-1-2 rocks-33 vm-container-0-15', 'pdsh -g gpu');
is(members('cpus=16'), 'vm-container-0-15', 'pdsh -g cpus=16');
is(rocks(qw(report host inventory vm-container format=pdsh))->{out},
    "vm-container-0-15 vm-container,rack0,rack=0,rank=15,cpus=16,gpu=1\n", 'a line a host');

# An appliance named as an attribute of the file would be that attribute twice.
rocks(qw(add appliance), $_), rocks('add', 'host', "$_-3-0") for qw(gpu rank rack cpus gpu0 racks);
sql(q{INSERT INTO appliance (name, membership) VALUES ('rack3', 'rack3')});
rocks(qw(add host other membership=rack3 rack=3 rank=0));
fails(qr/the appliance \Q$_\E has the name of an attribute .* `rocks set host \Q$_\E membership=/,
    qw(report host inventory format=pdsh), $_ eq 'rack3' ? 'other' : ($_, 'compute'))
    for qw(gpu rank rack cpus rack3);
fails(qr/the appliance cpus has the name/, qw(report host inventory format=pdsh));
spurt("$FOLDER/genders", rocks(qw(report host inventory format=pdsh gpu0 racks))->{out});
is(members('rack3'), 'gpu0-3-0 racks-3-0', 'a similar name is not a rack');

usage(qr/format= must be ansible or pdsh, not «yaml»/, qw(report host inventory format=yaml));
usage(qr/^rocks: there is no parameter «json»$/m, qw(report host inventory format=ansible json=yes));
usage(qr/format= is missing/, qw(report host inventory));
fails(qr/there is no host/, qw(report host inventory format=pdsh x));

done_testing;
