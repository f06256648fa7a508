#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A cloud with flavors, from the cards in its hypervisors to a VM on the right one.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my ($a, $b, $c) = map {"vm-container-0-$_"} 11 .. 13;
my $flavor = 'cloudveneto.15cores90GB20+600GB1T4';

# The cards of two hypervisors with four T4 each, as gpupci finds them, and one with other cards.
fresh_inventory(map {"add host $_"} $a, $b, $c);
for my $pair ([ $a, 't4' ], [ $b, 't4' ], [ $c, 'v100' ]) {
    my ($host, $machine) = @$pair;
    system('tests/data/make-host', $machine, "$FOLDER/$host") == 0 or die;
    spurt("$FOLDER/$host/etc/hostname", "$host\n");
    spurt("$FOLDER/$host.json", run_program('', "$BUILD/gpupci", '--sysroot', "$FOLDER/$host", '-l', '--json')->{out});
    my $got = rocks(qw(sync host gpu), $host, "file=$FOLDER/$host.json");
    is($got->{status}, 0, "the cards of $host") or diag($got->{err});
}
is(rocks(qw(list gpu), 'output-col=model,cards,free')->{out} =~ s/ +/ /gr, "MODEL CARDS FREE\nT4: 8 8 \nV100: 6 6 \n", 'what there is');

prints('', @$_)
    for [ qw(add aggregate host), $a, 't4-15core' ], [ qw(add aggregate host), $b, 't4-8core' ], [qw(add project hpc-physics)],
    [qw(add project user user4 hpc-physics)],
    [ qw(add flavor), $flavor, qw(gpu=T4:1 cpus=15 mem=92160), 'disksize=20 600', 'aggregate=t4-15core' ],
    [ qw(add flavor cloudveneto.30cores180GB20+1200GB2T4 gpu=T4:2 cpus=30 mem=184320), 'disksize=20 1200', 'near=node' ],
    [ qw(add flavor project hpc-physics), $flavor ];
my @add  = (qw(add host vm vm-container hosted-vm), "flavor=$flavor");
my @mine = qw(project=hpc-physics owner=user4);
refused(qr/^rocks: the flavor \Q$flavor\E belongs to projects: hpc-physics; give one of them as project=$/, @add);
my $before = inventory();
prints(<<"END", @add, @mine, 'dryrun=yes');
$a: this one, 3 free cards of its models would be left
$b: no: $b is not in the aggregate t4-15core
$c: no: $c is not in the aggregate t4-15core
END
is(inventory(), $before, 'dryrun changes nothing');
prints(<<"END", @add, @mine, 'name=rocks-33');
added VM rocks-33 on physical node $a
rocks-33: gpupci is gpupci1 of $a (T4, of 2 free on NUMA node 0)
END
is(rocks(qw(dump host vm rocks-33))->{out} =~ s/ uuid=\S+//r, "/opt/rocks/bin/rocks set host vm rocks-33 physnode=$a "
        . 'disk=file:/state/partition1/kvm/disks/rocks-33.vda,vda,virtio\ file:/state/partition1/kvm/disks/rocks-33.vdb,vdb,virtio '
        . "disksize=20\\ 600 mem=92160 slice=0 virt-type=hvm owner=user4 project=hpc-physics\n", 'what it has')
    or diag(rocks(qw(dump host vm rocks-33))->{out});
like(rocks(qw(list gpu card T4 output-header=no))->{out}, qr/^\Q$a\E: gpupci1 +T4 +used +-+ +user4 +rocks-33 /m, 'who has the card');

# Which of several containers: the one with the fewest like cards left, then the first.
my @two = (qw(add host vm), $b, $c, $a, qw(hosted-vm flavor=cloudveneto.30cores180GB20+1200GB2T4));
like(rocks(@two, 'dryrun=yes')->{out}, qr/^\Q$a\E: this one, 1 .*\n\Q$b\E: fits, 2 .*\n\Q$c\E: no: \Q$c\E has 0 of its 0 cards of the model T4 free, and the VM asks for 2; /,
    'the fewest left');
like(rocks(@two, 'name=rocks-34')->{out}, qr/^added VM rocks-34 on physical node \Q$a\E\nrocks-34: gpupci is gpupci3 .*NUMA node 1\)\nrocks-34: gpupci2 is gpupci4 /,
    'on one node');
like(rocks(@two, 'name=rocks-35', 'cpus=2', 'mem=1024', 'disksize=7')->{out}, qr/ on physical node \Q$b\E$/m, 'then another');
is(sql(q{SELECT mem || ' ' || cpus || ' ' || (SELECT group_concat(size) FROM disk WHERE vm = vm.host) FROM vm JOIN host ON host.id = vm.host WHERE name = 'rocks-35'}),
    '1024 2 7', 'what is given comes before the flavor');
rocks(@two, 'name=rocks-36');
my $got = rocks(@two);
is($got->{status}, 1, 'no room');
is($got->{err}, <<"END", 'and why');
rocks: $a has 1 of its 4 cards of the model T4 free, and the VM asks for 2; see `rocks list gpu card T4 host=$a`
rocks: $b has 0 of its 4 cards of the model T4 free, and the VM asks for 2; see `rocks list gpu card T4 host=$b`
rocks: $c has 0 of its 0 cards of the model T4 free, and the VM asks for 2; see `rocks list gpu card T4 host=$c`
rocks: no container has room for a VM of the flavor cloudveneto.30cores180GB20+1200GB2T4
END
is(sql('SELECT count(*) FROM vm'), "4", 'no VM is half added');
refused(qr/^rocks: there is no flavor «x»/, qw(add host vm), $a, qw(hosted-vm flavor=x));
refused(qr/^rocks: dryrun= is for flavor=/, qw(add host vm), $a, qw(hosted-vm dryrun=yes));
refused(qr/^rocks: project «hpc-physics» still has VMs: rocks-33; /, qw(remove project hpc-physics));
rocks(qw(add project others));
refused(qr/^rocks: the flavor \Q$flavor\E belongs to projects: /, @add, 'project=others');
comes_back('all of it');

done_testing;
