#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What names hosts on a command line, and in which order they come.
use strict;
use warnings;

use Inventory;
use POSIX qw(uname);
use Rocks;
use Test::More;

fresh_inventory(
    [qw(add host cluster membership=frontend rack=0 rank=0)],
    map({"add host $_"}
        qw(compute-0-10 compute-0-9 compute-1-0 compute-0-2 vm-container-0-2 login-1-0)),
    [qw(add host zulu membership=compute rack=0 rank=2)],
    [qw(add host alpha10 membership=nas rack=0 rank=2)],
    [qw(add host alpha9 membership=nas rack=0 rank=2)],
    'set attr vm_mac_base_addr 52:54:00:00:00:0a',
    'set attr vm_mac_base_addr_mask ff:ff:ff:ff:ff:ff',
    'add network private',
    'add host vm vm-container-0-2 hosted-vm name=rocks-33 ip=10.1.255.33 subnet=private',
    'add host vm vm-container-0-2 hosted-vm name=rocks-34 num-macs=0',
);

# The hosts that the words name, in order.
sub hosts {
    my (@words) = @_;
    my $got = rocks(qw(list host output-header=no output-col=host), @words);
    is($got->{status}, 0,  "@words: done");
    is($got->{err},    '', "@words: nothing on stderr");
    return join ' ', $got->{out} =~ /^(.*?): *$/mg;
}

# By rack, rank, then name with numbers compared as numbers.
my $all = 'cluster alpha9 alpha10 compute-0-2 rocks-33 rocks-34 vm-container-0-2 zulu compute-0-9 '
    . 'compute-0-10 compute-1-0 login-1-0';
is(hosts(),    $all, 'all');
is(hosts('%'), $all, 'all');
is(hosts(reverse split / /, $all), $all, 'in whatever order they are named');
rocks(qw(set host alpha10 rack=1 rank=0));
is(hosts(qw(login alpha10 compute-1-0 compute-0-9)), 'compute-0-9 alpha10 compute-1-0 login-1-0',
    'the place counts, not when it was made');
rocks(qw(set host alpha10 rack=0 rank=2));

# Names, patterns.
is(hosts('zulu'),               'zulu',                                'a name');
is(hosts(qw(zulu rocks-33)),    'rocks-33 zulu',                       'two names');
is(hosts('compute-0-%'),        'compute-0-2 compute-0-9 compute-0-10', 'a pattern');
is(hosts('%-1-0'),              'compute-1-0 login-1-0',               'in front');
is(hosts('c%0'),                'compute-0-10 compute-1-0',            'in the middle');
is(hosts('compute-0-%', 'zulu'), 'compute-0-2 zulu compute-0-9 compute-0-10', 'with a name');

# Groups: a rack without its frontend, an appliance in any case.
is(hosts('rack1'), 'compute-1-0 login-1-0', 'a rack');
is(hosts('rack0'), 'alpha9 alpha10 compute-0-2 rocks-33 rocks-34 vm-container-0-2 zulu compute-0-9 '
        . 'compute-0-10', 'a rack without the frontend');
is(hosts('compute'),   'compute-0-2 zulu compute-0-9 compute-0-10 compute-1-0', 'an appliance');
is(hosts('frontend'),  'cluster',           'the frontend');
is(hosts('Hosted-VM'), 'rocks-33 rocks-34', 'in any case');
is(hosts(qw(login nas)), 'alpha9 alpha10 login-1-0', 'two groups');

# Selects.
is(hosts('select name from nodes where rack = 1'), 'compute-1-0 login-1-0', 'a select');
is(hosts('SELECT name FROM nodes WHERE rank=9'),   'compute-0-9',           'in any case');
is(hosts("select 'zulu' union select 'nobody' union select 'compute-0-9'"), 'zulu compute-0-9',
    'names that are not hosts are skipped');

# Once each.
is(hosts(qw(zulu zulu)), 'zulu', 'named twice');
is(hosts(qw(rack1 login-1-0 login %-1-0), 'select name from nodes where rack = 1'),
    'compute-1-0 login-1-0', 'named in all ways');

# Addresses and full names.
is(hosts('10.1.255.33'),       'rocks-33', 'an IP address');
is(hosts('52:54:00:00:00:0a'), 'rocks-33', 'a MAC address');
is(hosts('52:54:00:00:00:0A'), 'rocks-33', 'in capitals');
is(hosts(qw(10.1.255.33 52:54:00:00:00:0a rocks-33)), 'rocks-33', 'once');
is(hosts('rocks-33.cluster.example.org'), 'rocks-33', 'a full name where no domain is known');
fails(qr/^rocks: there is no host «\Q$_\E»; see `rocks list host`$/, qw(list host), $_)
    for 'rocks-33.', 'rocks-33.1.2.3', 'rocks-33.a b', 'rocks-3.local';
sql("UPDATE network SET dnszone = 'local' WHERE name = 'private'");
is(hosts('rocks-33.local'), 'rocks-33', 'a full name through the zone of its network');
is(hosts('rocks-34.local'), 'rocks-34', 'a full name of a host in no network with a zone');
fails(qr/^rocks: there is no host «rocks-33.local.net»/,   qw(list host rocks-33.local.net));
rocks(qw(set attr Kickstart_PrivateDNSDomain cluster.net));
is(hosts('rocks-34.cluster.net'), 'rocks-34', 'a full name through the attribute');
rocks(qw(set attr Kickstart_PublicDNSDomain example.org));
is(hosts('rocks-34.example.org'), 'rocks-34', 'of the public domain');

# This machine, else the only frontend there is.
my ($name) = (uname())[1] =~ /^([^.]+)/;
is(hosts('localhost'), 'cluster', 'the only frontend');
rocks(qw(add host second membership=frontend rack=9 rank=9));
fails(qr/^rocks: this machine is not in the inventory: no host «\Q$name\E»$/,
    qw(list host localhost));
is(rocks(qw(add host membership=login rack=9 rank=0), "host=$name")->{status}, 0, 'this machine');
is(hosts('localhost'), $name, 'localhost');
is(hosts('localhost', $name), $name, 'once');
rocks(qw(remove host second));
is(hosts('localhost'), $name, 'before the only frontend');

# None, silently, but for names.
is(hosts($_), '', "$_: none")
    for 'compute-9-%', 'rack7', 'network', "select name from nodes where rack = 77",
    "select 'nobody'";
for my $word (
    'compute-9-9', 'rackX', 'rack', 'Compute-0-9', 'compute-0', '10.1.255.34', '52:54:00:00:00:0b',
    'Ethernet Switch', 'nobody.local', '')
{
    fails(qr/^rocks: there is no host «\Q$word\E»; see `rocks list host`$/, qw(list host), $word);
}
fails(qr/^rocks: there is no host «nobody»/, qw(list host compute-0-9 nobody));
fails(qr/^rocks: the select cannot be parsed: /, qw(list host), 'select nonsense from nodes');

# One host is to be named: the same words, when they name one.
prints('', qw(add host gpu compute-0-9 gpupci1 02:00.0));
prints('', qw(set host gpu), $_, qw(gpupci1 02:00.0))
    for 'compute-0-9', 'compute-%-9', 'select name from nodes where rank = 9';
refused(qr/^rocks: «rack1» names 2 hosts; name one$/,  qw(set host gpu rack1 gpupci1 02:00.0));
refused(qr/^rocks: «rack77» names 0 hosts; name one$/, qw(set host gpu rack77 gpupci1 02:00.0));

done_testing;
