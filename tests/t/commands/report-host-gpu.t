#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report host gpu: names and addresses without padding.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
my @report = qw(report host gpu);
my $both   = "gpupci1:pci_0000_02_00_0\ngpupci2:pci_0000_03_00_0\n";
prints($both, @report, @{$_}) for [], ['vm-container-0-15'], ['host=vm-container-0-15'], ['%'];
prints('',    @report, 'rocks-33');
prints("{}\n", @report, 'rocks-33', 'pydict=true');
prints("pci_0000_02_00_0\n", @report, 'vm-container-0-15', 'gpu=gpupci1');
prints("{'gpupci1': 'pci_0000_02_00_0', 'gpupci2': 'pci_0000_03_00_0'}\n",
    @report, 'vm-container-0-15', 'pydict=true');
prints("{'gpupci2': 'pci_0000_03_00_0'}\n", @report, 'gpu=gpupci2', 'pydict=true');

# HOST: in front when at least two hosts have rows.
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(add host gpu rocks-33 gpupci2 gpupci2));
prints(<<'END', @report);
rocks-33: gpupci:pci_0000_02_00_0
rocks-33: gpupci2:pci_0000_03_00_0
vm-container-0-15: gpupci1:pci_0000_02_00_0
vm-container-0-15: gpupci2:pci_0000_03_00_0
END
prints(<<'END', @report, 'gpu=gpupci2');
rocks-33: pci_0000_03_00_0
vm-container-0-15: pci_0000_03_00_0
END
prints("pci_0000_02_00_0\n", @report, "gpu=$_") for qw(gpupci gpupci1);
prints('', @report, 'gpu=gpupci9');
prints(<<'END', @report, 'pydict=yes');
rocks-33: {'gpupci': 'pci_0000_02_00_0', 'gpupci2': 'pci_0000_03_00_0'}
vm-container-0-15: {'gpupci1': 'pci_0000_02_00_0', 'gpupci2': 'pci_0000_03_00_0'}
END
prints($both, @report, 'vm-container-0-15', 'pydict=no');

# A missing card has no address.
rocks(qw(set host gpu vm-container-0-15 gpupci2 state=missing));
prints("gpupci:pci_0000_02_00_0\ngpupci2:\n", @report, 'rocks-33');
prints('', @report, 'rocks-33', 'gpu=gpupci2');
prints("{'gpupci': 'pci_0000_02_00_0', 'gpupci2': None}\n", @report, 'rocks-33', 'pydict=1');
json_is([ { host => 'rocks-33', gpu => [ { gpu => 'gpupci', pci_bus => 'pci_0000_02_00_0' },
                { gpu => 'gpupci2', pci_bus => undef } ] },
        { host => 'vm-container-0-15', gpu => [ { gpu => 'gpupci1', pci_bus => 'pci_0000_02_00_0' },
                { gpu => 'gpupci2', pci_bus => undef } ] } ], @report, 'json=yes');
json_is([ { host => 'rocks-33', gpu => [ { gpu => 'gpupci', pci_bus => 'pci_0000_02_00_0' } ] } ],
    @report, 'rocks-33', 'gpu=gpupci', 'json=yes');
prints("[]\n", @report, 'gpu=gpupci9', 'json=yes');
prints('',     @report, $_) for 'compute-9-%', 'rack9', 'nas';

refused(qr/^rocks: there is no host «rocks-99»; see `rocks list host`$/, @report, 'rocks-99');
misused(qr/^rocks: there is no parameter «output-col»$/m, @report, 'output-col=gpu');

# format= prints all cards in another form.
for my $format ('prometheus', 'slurm') {
    misused(qr/^rocks: format=$format and \Q$_->[0]\E= do not go together: give one of them$/m,
        @report, "format=$format", "$_->[0]=$_->[1]")
        for [ 'gpu', 'gpupci1' ], [ 'json', 'yes' ], [ 'pydict', 'true' ];
    is(rocks(@report, "format=$format", 'json=no')->{status}, 0, "format=$format json=no");
}

# Prometheus: the text format, version 0.0.4, every line of it.
sub read_metrics {
    my ($text) = @_;
    my (%type, @samples);
    like($text, qr/\n\z/, 'the last line ends');
    for my $line (split /\n/, $text) {
        if ($line =~ /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\[\\n])*$/) { next }
        if ($line =~ /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:counter|gauge|untyped)$/) {
            ok(!$type{$1}++ && !grep({ $_->{name} eq $1 } @samples),
                "one type for $1, before its samples");
            next;
        }
        my ($name, $labels, $value) = $line =~ /^([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} ([0-9]+)$/
            or fail("no line of the format: $line"), next;
        my %label;
        while ($labels =~ /\G([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|\z)/gc) {
            my ($key, $raw) = ($1, $2);
            ok(!exists $label{$key}, "a label once: $key");
            $label{$key} = $raw =~ s/\\(.)/$1 eq 'n' ? "\n" : $1/ger;
        }
        is(pos($labels) // 0, length $labels, "labels: $labels");
        push @samples, { name => $name, label => \%label, value => $value };
    }
    my %seen;
    for my $sample (@samples) {
        my $label = $sample->{label};
        ok(!$seen{ join "\0", $sample->{name}, map { ($_, $label->{$_}) } sort keys %$label }++,
            'a sample once');
    }
    return \@samples;
}
walkthrough_inventory();
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(set host gpu vm-container-0-15 gpupci1 id=10de:1db6:10de:1214));
rocks(qw(set host gpu vm-container-0-15 gpupci2 state=missing));
my %base = (host => 'vm-container-0-15');
is_deeply(
    read_metrics(rocks(qw(report host gpu format=prometheus))->{out}),
    [
        {   name => 'rocks_gpu',
            value => 1,
            label => {
                %base, gpu => 'gpupci1', model => '10de:1db6', state => 'present', vm => 'rocks-33'
            }
        },
        {   name => 'rocks_gpu', value => 1,
            label => { %base, gpu => 'gpupci2', model => '', state => 'missing', vm => '' }
        },
    ],
    'format=prometheus: a sample a card');

# Slurm: lines of KEY=VALUE with the keys of gres.conf(5) and slurm.conf(5).
sub read_slurm {
    my ($text) = @_;
    my (%file, $now);
    for my $line (split /\n/, $text) {
        if ($line =~ /^# ((?:gres|slurm)\.conf)$/) { $now = $file{$1} = []; next }
        my %line;
        for my $pair (split / /, $line) {
            my ($key, $value) =
                $pair =~ /^(NodeName|Name|Type|Count|Gres|GresTypes)=([A-Za-z0-9:,_-]+)$/
                or fail("no pair: $pair"), next;
            ok(!exists $line{$key}, "a key once: $key");
            $line{$key} = $value;
        }
        push @$now, \%line;
    }
    return \%file;
}
for my $line (
    'add host compute-0-0', 'add host compute-0-1', 'add host compute-0-2',
    (map {"add host gpu compute-0-0 gpupci$_ 0$_:00.0 id=10de:1db6"} 1 .. 3),
    'add host gpu compute-0-0 gpupci4 04:00.0 id=1002:740f',
    'set host gpu compute-0-0 gpupci3 state=missing', 'add host gpu compute-0-1 gpupci1 01:00.0',
    'add host gpu compute-0-2 gpupci1 01:00.0',
    'add host vm compute-0-2 hosted-vm name=rocks-34')
{
    is(rocks(split / /, $line)->{err}, '', $line);
}
is_deeply(
    read_slurm(rocks(qw(report host gpu format=slurm))->{out}),
    {
        'gres.conf' => [
            { NodeName => 'compute-0-0', Name => 'gpu', Type => '10de-1db6', Count => 2 },
            { NodeName => 'compute-0-0', Name => 'gpu', Type => '1002-740f', Count => 1 },
            { NodeName => 'compute-0-1', Name => 'gpu', Type => 'unknown', Count => 1 },
        ],
        'slurm.conf' => [
            { GresTypes => 'gpu' },
            { NodeName => 'compute-0-0', Gres => 'gpu:10de-1db6:2,gpu:1002-740f:1' },
            { NodeName => 'compute-0-1', Gres => 'gpu:unknown:1' }
        ],
    },
    'format=slurm: cards that a host keeps, none of VM hosts');
usage(qr/format= must be prometheus or slurm, not «csv»/, qw(report host gpu format=csv));

done_testing;
