#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Definitions of many systems on a real libvirt: a card is given to each and taken, and every
# other element stays.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;

my $name = 'vm-container-0-0';
my ($host) = fleet($name => 's7150x2');
# Not those that pass devices of another machine.
my @files = grep { !m{/(?:card-of-another|nic-passed|with-card)\.} } sort glob 'tests/data/definitions/*.xml';

# A line for each element and text of the domains, with the elements around it; in order.
sub elements {
    my ($xml) = @_;
    my (@around, @lines);
    while ($xml =~ m{<(/?)([\w:]+)((?:\s+[\w:]+=(?:'[^']*'|"[^"]*"))*)\s*(/?)>|([^<>\s][^<>]*)}g) {
        my ($ends, $element, $attributes, $is_empty, $text) = ($1, $2, $3, $4, $5);
        if    (defined $text) { push @lines, join '/', @around, $text }
        elsif ($ends)         { pop @around }
        else {
            push @around, $element . ($attributes =~ s/\s+/ /gr);
            push @lines, join '/', @around;
            pop @around if $is_empty;
        }
    }
    return @lines;
}

# What the first list lacks of the second.
sub lacking {
    my ($first, $second) = @_;
    my %count;
    $count{$_}++ for @{$first};
    return grep { !$count{$_}-- } @{$second};
}

sub defined_as { return $host->run("virsh dumpxml --inactive --security-info $_[0]") }

is_deeply([ elements("<a b='c'>\n <d/> x <e f=\"g\"><h/></e></a>") ],
    [ "a b='c'", "a b='c'/d", "a b='c'/x ", "a b='c'/e f=\"g\"", "a b='c'/e f=\"g\"/h" ], 'what is compared');

scenario 'definitions of many systems' => sub {
    my $number = 10;
    my %file = map { (m{([^/]+)\.xml$})[0] => slurp($_) } @files;
    cmp_ok(scalar keys %file, '>=', 28, 'twenty-eight of them');
    for my $vm (sort keys %file) {
        # Each as if alone: with a UUID and MAC addresses of its own.
        my $mac = sprintf '52:54:%02x', ++$number;
        $host->put("/root/$vm.xml", $file{$vm} =~ s{52:54:00}{$mac}gr =~ s{(<uuid>.{34})..}{$1$number}r
                =~ s{<name>.*?</name>}{<name>$vm</name>}r);
    }
    $host->run("virsh -q '" . join('; ', map { "define /root/$_.xml" } sort keys %file) . "'");
    frontend(qw(sync host gpu));
    my $got = rocks(qw(sync host vm output-header=no));
    is($got->{status}, 0, 'are recorded') or diag($got->{err});
    frontend(qw(remove host gpu), split /: */)
        for frontend(qw(list host gpu output-header=no)) =~ /^((?!vm-container)\S+: +\S+)/mg;
    my %before = map { $_ => defined_as($_) } sort keys %file;
    # Virtual functions: of the cards 1 and 18.
    my @cards = map {"gpupci$_"} 2 .. 17, 19 .. 34;
    is(rocks_in(join('', map { "add host gpu $_ gpupci " . shift(@cards) . "\n" } sort keys %file), qw(--batch -))->{err}, '',
        'a card for each');
    $got = rocks(qw(check host gpu repair=yes), $name);
    for my $vm (sort keys %file) {
        my @before = elements($before{$vm});
        my @after = elements(defined_as($vm));
        is_deeply([ lacking(\@after, \@before) ], [], "$vm: nothing is gone");
        my @more = lacking(\@before, \@after);
        ok(scalar(grep { m{/hostdev [^/]*/source$} } @more), "$vm: has the card") or diag($got->{err});
        is_deeply([ grep { !m{/devices/(?:hostdev |controller type='pci' )|/maxphysaddr|/pcihole64} } @more ], [],
            "$vm: and nothing else is new");
    }
    frontend(qw(remove host gpu), sort(keys %file), 'gpupci');
    $host->put("/root/$_.xml", frontend(qw(report host vm config), $_)) for sort keys %file;
    $host->run("virsh -q '" . join('; ', map { "define /root/$_.xml" } sort keys %file) . "'");
    my @changed = grep { lacking([ elements(defined_as($_)) ], [ elements($before{$_}) ])
            || lacking([ elements($before{$_}) ], [ elements(defined_as($_)) ]) } sort keys %file;
    is_deeply(\@changed, [], 'without it all are as before');
};

done_testing();
