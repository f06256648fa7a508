#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add host: what the name says, what is given, invalid names.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT host.name, appliance.name, rack, rank, cpus, os, runaction, installaction '
    . 'FROM host JOIN appliance ON appliance.id = host.appliance ORDER BY host.id';

# The last two dashes count.
for my $row (
    [ 'compute-0-0',       'compute|0|0' ],
    [ 'vm-container-0-15', 'vm-container|0|15' ],
    [ 'hosted-vm-12-345',  'hosted-vm|12|345' ],
    [ 'Compute-1-2',       'compute|1|2' ],
) {
    my ($name, $place) = @{$row};
    for my $form (forms(host => $name)) {
        fresh_inventory();
        prints('', qw(add host), @{$form});
        is(sql($rows), "$name|$place|1|linux|os|install", 'in the file');
    }
}

# What is given wins over what the name says.
for my $row (
    [ 'membership=Hosted VM',    'hosted-vm|1|2|1|linux|os|install' ],
    [ 'membership=VM-CONTAINER', 'vm-container|1|2|1|linux|os|install' ],
    [ 'rack=0',                  'compute|0|2|1|linux|os|install' ],
    [ 'rank=2147483647',         'compute|1|2147483647|1|linux|os|install' ],
    [ 'cpus=65535',              'compute|1|2|65535|linux|os|install' ],
    [ 'os=sunos',                'compute|1|2|1|sunos|os|install' ],
    [ 'runaction=a b',           'compute|1|2|1|linux|a b|install' ],
    [ 'installaction=rescue',    'compute|1|2|1|linux|os|rescue' ],
) {
    my ($given, $row) = @{$row};
    fresh_inventory();
    prints('', qw(add host), $given, 'compute-1-2');
    is(sql($rows), "compute-1-2|$row", "$given wins");
}

# Any other name needs all three.
fresh_inventory('set attr a b');
for my $name (qw(rocks-33 unknown-0-1 compute-0 compute-0-x compute--0 0-1 compute-0-4294967296)) {
    my $sentence =
        "«$name» does not contain its appliance, rack and rank (up to 2147483647) as compute-0-0 "
            . "does: "
        . 'give membership=, rack= and rank=';
    refused(qr/^rocks: \Q$sentence\E$/, qw(add host), $name, @{$_})
        for [], [ 'membership=compute', 'rack=0' ], [ 'rack=0', 'rank=0' ],
        [ 'membership=compute', 'rank=0' ];
}
prints('', qw(add host rocks-33 rack=0 rank=15 cpus=4), 'membership=hosted vm');
is(sql($rows), 'rocks-33|hosted-vm|0|15|4|linux|os|install', 'with all three');

# Names.
for my $name ('a.b', 'a b', 'a%', "a\xc3\xb6", '-a', 'a/b', 'compute-0-0.local',
    'a;b', '$(id)', "a'b", 'a[0-9]', '^/etc/passwd', 'a,b', 'a:b', 'a@b', '-oProxyCommand=x')
{
    my $sentence =
        "«$name» is not a valid host name: letters, digits, - and _ only, no dot, no - in front";
    refused(qr/^rocks: \Q$sentence\E$/, qw(add host rack=0 rank=0 membership=compute),
        "host=$name");
}
my $cannot = 'cannot be a host name: it means';
refused(qr/^rocks: «rack0» $cannot all hosts of that rack$/,
    qw(add host rack0 rack=0 rank=0 membership=compute));
refused(qr/^rocks: «localhost» $cannot this machine$/,
    qw(add host localhost rack=0 rank=0 membership=compute));
refused(qr/^rocks: «$_» $cannot all hosts of that appliance$/,
    qw(add host), $_, qw(rack=0 rank=0 membership=compute)) for qw(compute hosted-vm Frontend);
refused(qr/^rocks: host «rocks-33» is already there$/,
    qw(add host rocks-33 rack=7 rank=7 membership=compute));
refused(qr/^rocks: the host name is empty$/, qw(add host), '');
refused(qr/^rocks: the host name is longer than 255 bytes$/, qw(add host), 'a' x 256);
prints('', qw(add host rack=0 rank=0 membership=compute), 'a' x 255);
prints('', qw(add host rack=0 rank=0 membership=compute), 'rackX_0');

# Values.
for my $row (
    [ 'rack', '0 to 2147483647', 'x', '-1', '2147483648', '', '1x', '0x1', ' 1' ],
    [ 'rank', '0 to 2147483647', 'x', '-1' ],
    [ 'cpus', '1 to 65535',      '0', '65536' ],
) {
    my ($name, $range, @values) = @{$row};
    my ($least, $most) = split / to /, $range;
    misused(qr/^rocks: $name= must be a number from $least to $most, not «\Q$_\E»$/m,
        qw(add host compute-0-1), "$name=$_") for @values;
}
refused(qr/^rocks: there is no appliance «gpu»; see `rocks list appliance`$/,
    qw(add host compute-0-1 membership=gpu));
refused(qr/^rocks: the os is empty$/,                qw(add host compute-0-1 os=));
refused(qr/^rocks: the os «a b» must not have a blank/, qw(add host compute-0-1), 'os=a b');
refused(qr/^rocks: the installaction «\\x09» has control/,
    qw(add host compute-0-1), "installaction=\t");
misused(qr/^rocks: \{host\} is missing: /, qw(add host));
misused(qr/^rocks: one word too many: «compute-0-1»$/m, qw(add host compute-0-1 compute-0-2));
misused(qr/^rocks: there is no parameter «cpu»; did you mean cpus=\?$/m,
    qw(add host compute-0-1 cpu=2));

done_testing;
