#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add appliance: a name, its membership, and what they may be.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = 'SELECT name, membership FROM appliance WHERE id > 8 ORDER BY id';
for my $form (forms(appliance => 'gpu-container')) {
    fresh_inventory();
    prints('', qw(add appliance), @{$form});
    is(sql($rows), 'gpu-container|gpu-container', 'the membership is the name');
    fresh_inventory();
    prints('', qw(add appliance), @{$form}, 'membership=GPU Container');
    is(sql($rows), 'gpu-container|GPU Container', 'in the file');
}
is(sql('SELECT count(*) FROM appliance'), 9, 'eight were there');

my $taken = 'is already there; see `rocks list appliance`';
for my $name ('gpu-container', 'GPU-container', 'compute', 'Frontend') {
    refused(qr/^rocks: appliance «$name» or membership «new» $taken$/,
        'add', 'appliance', $name, 'membership=new');
}
refused(qr/^rocks: appliance «new» or membership «gpu container» $taken$/,
    'add', 'appliance', 'new', 'membership=gpu container');
refused(qr/^rocks: appliance «new» or membership «compute» $taken$/,
    qw(add appliance new membership=compute));

# It is the first part of host names and stands for all its hosts.
refused(
    qr/^rocks: «$_» is not a valid appliance name: letters, digits, - and _ only, no dot, no - in front$/,
    qw(add appliance), $_
) for 'a b', 'a.b', 'a%', '-a', "a\xc3\xb6";
refused(
    qr/^rocks: «rack0» cannot be an appliance name: it means all hosts of that rack$/,
    qw(add appliance rack0));
refused(qr/^rocks: «localhost» cannot be an appliance name: it means this machine$/,
    qw(add appliance localhost));
refused(qr/^rocks: the appliance name is empty$/, qw(add appliance), '');
refused(qr/^rocks: the appliance name is longer than 255 bytes$/, qw(add appliance), 'a' x 256);
refused(qr/^rocks: the membership is empty$/, qw(add appliance new membership=));
refused(qr/^rocks: the membership «a\\x0ab» has control characters or is not UTF-8$/,
    qw(add appliance new), "membership=a\nb");
rocks(qw(add host compute-0-0));
refused(
    qr/^rocks: «compute-0-0» is the name of a host: give the appliance and membership another name$/,
    qw(add appliance), @{$_}
) for ['compute-0-0'], ['Compute-0-0'], [qw(foo membership=COMPUTE-0-0)];

misused(qr/^rocks: \{appliance\} is missing: /, qw(add appliance));
misused(qr/^rocks: one word too many: «a»$/m, qw(add appliance a b));
misused(qr/^rocks: there is no parameter «member»; a value that looks/,
    qw(add appliance a member=b));

# Hosts can be of it.
prints('', qw(add host gpu-container-0-3));
prints("gpu-container\n", qw(report host attr gpu-container-0-3 attr=appliance));

done_testing;
