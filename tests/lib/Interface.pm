# SPDX-License-Identifier: GPL-2.0-or-later
# The old forms `rocks set host interface WHAT` whose values are any text.
package Interface;

use strict;
use warnings;

use Exporter qw(import);
use Inventory;
use Rocks;
use Test::More;

our @EXPORT = qw(test_label);

# Set, cleared in every way, refused.
sub test_label {
    my ($what) = @_;
    my $row = 'SELECT mac, ip, network, name, module, vlan, options, channel FROM interface';
    my $value = "SELECT $what FROM interface";
    my $empty = "|||||||";
    my @given =
        ('add network private', 'add host compute-0-0', 'add host interface compute-0-0 eth0');
    my @verb = (qw(set host interface), $what);
    my @set = (@verb, qw(compute-0-0 eth0));

    for my $form (forms(host => 'compute-0-0', iface => 'eth0', $what => 'e1000e')) {
        fresh_inventory(@given);
        prints('', @verb, @{$form});
        is(sql($value), 'e1000e', $what);
        isnt(sql($row), $empty, 'there');
    }
    for my $none ('', 'none', 'NULL', 'None') {
        prints('', @set, 'e1000e');
        prints('', @set, $none);
        is(sql($row), $empty, "«$none» clears it, and nothing else was set");
    }
    prints('', qw(set host interface mac compute-0-0 eth0 52:54:00:00:00:01));
    prints('', @verb, qw(compute-0-0 52:54:00:00:00:01 e1000e));
    is(sql($value), 'e1000e', 'by MAC address');

    refused(qr/^rocks: the $what «\\x01» has control characters or is not UTF-8$/, @set, "\x01");
    refused(
        qr/^rocks: compute-0-0 has no interface «eth9»; see `rocks list host interface compute-0-0`$/,
        @verb, qw(compute-0-0 eth9 e1000e));
    refused(qr/^rocks: there is no host «compute-0-9»; /, @verb, qw(compute-0-9 eth0 e1000e));
    misused(qr/^rocks: \{host\} is missing: /m, @verb, qw(eth0 e1000e));
    return;
}

1;
