#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What packages are made from: the roll's graph and nodes fit each other, what make install
# makes is divided among the packages, and both kinds of packages are the same ones.
use strict;
use warnings;

use File::Basename qw(basename);
use Rocks;
use Test::More;

# A file's elements as xmllint finds them: their text, or an attribute's value.
sub find_all {
    my ($file, $expression) = @_;
    my $got = run_program('', 'xmllint', '--xpath', $expression, $file);
    return map { s/^\s*\w+="(.*)"$/$1/r } split /\n/, $got->{out};
}

my ($graph, @nodes) = ('roll/graphs/default/gpupt.xml', glob 'roll/nodes/*.xml');
for my $file ($graph, @nodes) {
    my $got = run_program('', 'xmllint', '--noout', '--nonet', $file);
    is("$got->{status} $got->{err}", '0 ', "$file is well-formed");
}

# Nodes that are not ours: of the base roll, and of the KVM roll.
my %others = map { $_ => 1 } qw(server client kvm-base);
my %ours   = map { basename($_, '.xml') => 1 } @nodes;
my @to     = find_all($graph, '/graph/edge/to/text()');
ok($ours{$_}, "the edge to $_ ends at a node of ours") for @to;
is_deeply([ sort @to ], [ sort keys %ours ], 'each node is reached, once');
for my $end (find_all($graph, '/graph/edge/@from'), find_all($graph, '/graph/order/@head'),
    find_all($graph, '/graph/order/tail/text()')) {
    ok($ours{$end} || $others{$end}, "$end is a node");
}
is_deeply([ find_all($graph, '/graph/edge[to="gpupt-server"]/@from') ], ['server'], 'from the server');
is_deeply([ find_all($graph, '/graph/edge[to="gpupt-client"][@cond="kvm"]/@from') ], ['client'],
    'from the clients that house VMs');

# What the nodes install is what the packages are called, in both kinds.
my $spec    = slurp('roll/gpupt.spec.in');
my $control = slurp('roll/debian/control');
my @split   = do {
    my %seen;
    grep { !$seen{$_}++ } slurp('roll/files') =~ /^([a-z][\w-]*)\s/mg;
};
my @packages = sort @split;
is_deeply([ sort grep { !/^roll-/ } $spec =~ /^%package -n (\S+)/mg ], \@packages, 'the RPM packages');
is_deeply([ sort $control =~ /^Package: (\S+)/mg ], \@packages, 'the Debian packages');
my %of = map { basename($_, '.xml') => [ find_all($_, '/kickstart/package/text()') ] } @nodes;
is_deeply($of{'gpupt-client'}, ['gpupci'], 'what a host of VMs gets');
is_deeply($of{'gpupt-server'}, [qw(rocks-command-gpupt rocks-gpupt-devel)], 'what the frontend gets');

# All that is installed goes into one package; what belongs nowhere is an error.
my $root = "$FOLDER/root";
delete @ENV{qw(MAKEFLAGS MAKELEVEL)};
my $got = run_program('', 'make', '-s', 'BUILD=' . ($ENV{BUILD} // 'build'),
    'SANITIZE=' . ($ENV{SANITIZE} // ''), "DESTDIR=$root", 'prefix=/usr', 'install');
is($got->{status}, 0, 'make install') || diag($got->{err});
my %in;
for my $package (@packages) {
    $got = run_program('', 'roll/split', $root, $package);
    is("$got->{status} $got->{err}", '0 ', "what is in $package");
    push @{ $in{$_} }, $package for split /\n/, $got->{out};
}
my @all = sort split /\n/, run_program('', 'find', $root, '!', '-type', 'd', '-printf', '%P\n')->{out};
is_deeply([ sort keys %in ], \@all, 'each file is in a package');
is_deeply([ grep { @{ $in{$_} } != 1 } sort keys %in ], [], 'in one alone');
my %expected = (
    'usr/bin/rocks'                       => 'rocks-command-gpupt',
    'usr/lib/rocks/plugins/device.so'     => 'rocks-command-gpupt',
    'usr/lib/sysusers.d/rocks-gpupt.conf' => 'rocks-command-gpupt',
    'usr/include/rocks-plugin.h'          => 'rocks-gpupt-devel',
    'usr/sbin/gpupci'                     => 'gpupci',
    'etc/gpupci.conf'                     => 'gpupci',
    'usr/lib/systemd/system-preset/60-gpupci.preset' => 'gpupci',
);
is("@{ $in{$_} }", $expected{$_}, "$_ is in $expected{$_}") for sort keys %expected;

# Files that may come: manual pages and completions.
my %may_come = (
    'usr/share/man/man8/rocks.8'                        => 'rocks-command-gpupt',
    'usr/share/man/man8/rocks-add-host-gpu.8'           => 'rocks-command-gpupt',
    'usr/share/man/man8/gpupci.8'                       => 'gpupci',
    'usr/share/man/man5/gpupci.conf.5'                  => 'gpupci',
    'usr/share/man/man7/rocks-plugin.7'                 => 'rocks-gpupt-devel',
    'usr/share/bash-completion/completions/rocks'       => 'rocks-command-gpupt',
    'usr/share/bash-completion/completions/gpupci'      => 'gpupci',
);
my $empty = "$FOLDER/empty";
for my $path (sort keys %may_come) {
    run_program('', 'mkdir', '-p', "$empty/" . ($path =~ m{(.*)/})[0]);
    spurt("$empty/$path", '');
}
for my $package (@packages) {
    is(run_program('', 'roll/split', $empty, $package)->{out},
        join('', map { "$_\n" } grep { $may_come{$_} eq $package } sort keys %may_come),
        "what would be in $package");
}
spurt("$empty/usr/astray", '');
$got = run_program('', 'roll/split', $empty, 'gpupci');
isnt($got->{status}, 0, 'a file that belongs nowhere');
is($got->{err}, "roll/split: usr/astray belongs to no package; give it one in roll/files\n", 'is named');

done_testing;
