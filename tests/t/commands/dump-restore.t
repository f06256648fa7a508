#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Random inventories: what rocks dump prints makes the same inventory, through a shell and
# through rocks --batch, and its dump is the same to the byte. SEED= repeats one.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $seed = $ENV{SEED} // time ^ $$;
diag("SEED=$seed");

my @MEANT = split //, qq{'"\\\$`&;|<>#=- \n\t\r};
my @OF_WORDS = ('a' .. 'z', 'A' .. 'Z', 0 .. 9, "\xc3\xb6", split //, q{_-+.:;&|<>()'"$\\#*?!~});

sub pick   { return $_[ rand @_ ] }
sub chance { return rand() < $_[0] }
sub quoted { return join ' ', map { my $w = $_; $w =~ s/'/'\\''/g; "'$w'" } @_ }

# Any bytes but NUL, with those that mean something to somebody often among them.
sub any_text {
    return pick('', 'a=b', 'value=a=b', 'help', '--help', '-', '=', "\n", ' ', "'", '"', '\\', '#',
        'x' x 300_000, 'select name from nodes', '%', 'localhost', join('', map { chr } 1 .. 255))
        if chance(0.4);
    return join '', map { chance(0.5) ? chr 1 + int rand 255 : pick(@MEANT) }
        1 .. 1 + rand 40;
}
sub any_word { return join '', map { pick(@OF_WORDS) } 1 .. 1 + rand 12 }
sub any_label { return 'L' . any_word() . ' ' . any_word() }

# A line a fact, in an order in which they succeed.
sub random_lines {
    my (@lines, %mac);
    my $add = sub { push @lines, quoted(@_) };
    my @appliances = ('compute', 'vm-container', 'nas');
    for my $i (1 .. rand 4) {
        $add->(qw(add appliance), "app$i", chance(0.5) ? 'membership=' . any_label() . $i : ());
        push @appliances, "app$i";
    }
    $add->(qw(add appliance), 'appliance=attr') if chance(0.2);
    $add->(qw(remove appliance), pick(qw(login network power))) if chance(0.3);
    my %removed = map { $_ => 1 } grep {/^'remove'/} @lines;
    $add->(qw(add appliance power), 'membership=' . any_label())
        if $removed{ quoted(qw(remove appliance power)) } && chance(0.5);
    $add->(qw(add appliance attr), pick(@appliances), "attr=a$_", 'value=' . any_text())
        for 1 .. rand 4;
    $add->(qw(add attr), 'attr=' . any_word() . $_, 'value=' . any_text()) for 1 .. rand 6;
    my @networks;
    for my $i (1 .. rand 3) {
        $add->(
            qw(add network), "net$i",
            chance(0.5) ? ("subnet=10.$i.0.0", 'netmask=255.255.0.0') : (),
            chance(0.5) ? 'mtu=9000' : (), chance(0.5) ? 'dnszone=x.example.org' : ());
        push @networks, "net$i";
    }

    my (@containers, @vms, $next);
    for my $i (0 .. 1 + rand 6) {
        my $name = pick('vm-container-' . int(rand 9) . "-$i", "host_$i", "n$i",
            $i ? () : qw(vm gpu interface cdrom));
        $add->(
            qw(add host), "host=$name", 'membership=' . pick(@appliances), 'rack=' . int rand 3,
            "rank=$i",
            chance(0.5) ? 'cpus=' . (1 + int rand 64) : (), chance(0.3) ? 'os=' . any_word() : (),
            chance(0.3) ? 'runaction=' . any_label() : (),
            chance(0.3) ? 'installaction=' . any_label() : ());
        push @containers, $name;
    }
    for my $i (1 .. rand 6) {
        $add->(qw(add host), "vm$i", 'membership=' . pick('Hosted VM', @appliances), "rack=$i",
            'rank=0');
        push @vms, "vm$i";
    }
    for my $host (@containers, @vms) {
        $add->(qw(add host attr), "host=$host", "attr=" . any_word() . $_, 'value=' . any_text())
            for 1 .. rand 4;
        for my $i (0 .. rand(3) - 1) {
            $next++;
            $add->(
                qw(add host interface), $host, "eth$i",
                chance(0.8) ? sprintf('mac=52:54:00:00:00:%02x', $next) : (),
                chance(0.5) ? "ip=10.1.0.$next" : (),
                @networks && chance(0.5) ? 'subnet=' . pick(@networks) : (),
                chance(0.3) ? 'vlan=' . int rand 4096 : (), chance(0.3) ? "name=x$next" : (),
                chance(0.2) ? 'module=e1000' : (), chance(0.2) ? 'options=' . any_label() : ());
        }
    }
    my %container;
    for my $vm (@vms) {
        next if chance(0.2);
        $container{$vm} = pick(@containers);
        my $disks = int rand 3;
        my @names =
            map { pick(qw(file qcow2 qed)) . ":/disks/$vm-$_,vd" . chr(96 + $_) . ',virtio' }
            1 .. $disks;
        $add->(
            qw(set host vm), $vm, "physnode=$container{$vm}", 'mem=' . (1 + int rand 9999),
            $disks
            ? ( 'disk=' . join(' ', @names), 'disksize=' . join(' ', map { 1 + int rand 99 } @names)
                )
            : ());
        $add->(qw(set host vm cdrom), $vm, 'cdrom=/iso/' . $vm . '.iso') if chance(0.3);
    }
    push @lines, random_cards(\@containers, \%container), random_sharing(\@containers, sort keys %container);
    return @lines;
}

# Projects, owners, aggregates, flavors.
sub random_sharing {
    my ($containers, @vms) = @_;
    my @projects   = map {"project$_"} 1 .. rand 4;
    my @aggregates = map { pick('t4-', 'T4_') . $_ } 1 .. rand 3;
    my @flavors    = map {"f.$_+GB"} 1 .. rand 4;
    my $user       = sub { return pick('user', 'Some.One@example.org', '_', 'list') . int rand 9 };
    my @calls      = map { [ qw(add project), $_, chance(0.5) ? 'group=' . $user->() : () ] } @projects;
    for my $project (@projects) {
        my %users = map { $user->() => 1 } 1 .. rand 4;
        push @calls, [ qw(add project user), sort(keys %users), $project ] if %users;
    }
    for my $vm (@vms) {
        push @calls, [ qw(set host vm), $vm, 'owner=' . $user->() ]    if chance(0.4);
        push @calls, [ qw(set host vm), $vm, 'project=' . pick(@projects) ] if @projects && chance(0.4);
    }
    push @calls, [ qw(add aggregate host), (map {"host=$_"} $containers->[0]), $_ ] for @aggregates;
    for my $flavor (@flavors) {
        push @calls, [
            qw(add flavor), $flavor, chance(0.7) ? 'gpu=' . pick('T4', 'TitanXp:2,Quadro6000', '10de:1eb8:3') : (),
            chance(0.5) ? 'cpus=' . (1 + int rand 64) : (), chance(0.5) ? 'disksize=20 600' : (), chance(0.5) ? 'mem=2048' : (),
            'near=' . pick(qw(no node switch)), @aggregates && chance(0.5) ? 'aggregate=' . pick(@aggregates) : () ];
        my @some = grep { chance(0.5) } @projects;
        push @calls, [ qw(add flavor project), @some, $flavor ] if @some;
    }
    return map { quoted(@{$_}) } @calls;
}

sub random_cards {
    my ($containers, $container_of) = @_;
    my (@lines, %cards, %whole);
    for my $host (@{$containers}) {
        my $count = int rand 5;
        for my $i (1 .. $count) {
            my $state = pick(('present') x 6, 'missing', 'quarantined', 'quarantined,missing');
            my $slot  = sprintf '%02x', 16 * (1 + int rand 3) + $i;
            push @lines, quoted(qw(add host gpu), $host, "gpupci$i", "0000:$slot:00.0",
                $state eq 'present' ? () : "state=$state",
                chance(0.5)
                ? pick(
                    'functions=0/030000/10de:1db6,1/040300', 'functions=0,1,2',
                    'functions=0/030000/10de:1db6/16777216,1//10de:1aef', 'functions=0/030200',
                    "functions=0,8\@0000:$slot:01.0"
                    )
                : (),
                chance(0.5) ? "serial=S-$host-$i" : (),
                chance(0.3) ? 'path=0000:00/' . any_word() : (),
                chance(0.3) ? 'id=10de:1db6:10de:1214' : (),
                chance(0.3) ? 'numa=' . int rand 4 : (),
                chance(0.3) ? 'seen=2026-11-20T12:00:0' . int(rand 10) . 'Z' : (),
                chance(0.2) ? sprintf('uuid=0d3c0a4e-6a54-4b5b-9a36-%012x', rand 1 << 40) : ());
            push @{ $cards{$host} }, [ "gpupci$i", undef ];
            next if $state ne 'present' || chance(0.7);
            my $number = $i + 20;
            push @lines, quoted(
                qw(add host gpu), $host, "gpupci$number", "0000:$slot:00.4", 'kind=vf',
                "parent=gpupci$i",
                chance(0.2) ? 'state=missing' : ());
            push @{ $cards{$host} }, [ "gpupci$number", "gpupci$i" ];
        }
    }
    my (%held, %of);
    for my $vm (sort keys %{$container_of}) {
        my $host = $container_of->{$vm};
        for my $card (@{ $cards{$host} // [] }) {
            my ($name, $parent) = @{$card};
            next if chance(0.5) || $held{"$host $name"}++;
            next
                if $parent ? $held{"$host $parent"} : grep { $held{"$host $_->[0]"} }
                grep { ($_->[1] // '') eq $name } @{ $cards{$host} };
            push @lines,
                quoted(qw(add host gpu), $vm, 'gpupci' . ($of{$vm}++ ? $of{$vm} : ''), $name);
        }
    }
    # As a scan finds them: also what two VMs have and cannot be kept apart.
    for my $host (sort keys %cards) {
        push @lines,
            map { quoted(qw(set host gpu), $host, $_->[0], 'group=' . int rand 4) }
            grep { chance(0.4) } @{ $cards{$host} };
        for my $card (@{ $cards{$host} }) {
            next if $card->[1] || chance(0.9);
            push @lines, quoted(qw(set host gpu), $host, $card->[0], 'kind=vf');
        }
        push @lines, later_facts($host, @{ $cards{$host} });
    }
    return (@lines, random_retired());
}

# What would keep a card from a VM comes after the assignment. The line may fail: it is as good as
# not there then.
sub later_facts {
    my ($host, @cards) = @_;
    my @whole = grep { !$_->[1] } @cards;
    my (@lines, %part);
    for my $card (@whole) {
        my $name   = $card->[0];
        my $parent = pick(@whole)->[0];
        $part{$name}++, push @lines,
            [ quoted(qw(set host gpu), $host, $name, 'kind=vf', "parent=$parent") ]
            if chance(0.1) && !$part{$parent};
        push @lines,
            map { [ quoted(qw(set host gpu), $host, $name, $_) ] } (
                chance(0.1) ? sprintf('value=10000:%02x:00.0', 1 + int rand 200) : (),
                chance(0.1) ? 'state=' . pick(qw(missing quarantined present)) : (),
                chance(0.1) ? 'kind=' . pick(qw(fabric mdev pci)) : (),
                chance(0.1) ? 'vgpu=' . pick(qw(ready none no)) : (),
                chance(0.1) ? sprintf('functions=0,8@0000:%02x:00.1', 1 + int rand 200) : ());
    }
    return @lines;
}

# Cards of hosts that are gone.
sub random_retired {
    my @lines;
    for my $i (0 .. rand(3) - 1) {
        push @lines, quoted(qw(add host), "gone-$i", 'membership=nas', 'rack=9', "rank=$i");
        push @lines, map {
            quoted(
                qw(add host gpu), "gone-$i", "gpupci$_", "0000:0$_:00.0",
                chance(0.8) ? 'serial=G' . int rand 3 : (),
                pick(
                    'functions=0', 'functions=0,1,2', 'functions=0/030000/10de:1db6/16777216',
                    'path=a/b', 'numa=3', 'id=10de:1db6'
                ),
                pick(
                    'state=present', 'state=missing', 'state=quarantined',
                    'state=quarantined,missing'
                ),
                chance(0.3) ? 'group=3' : ())
        } 1 .. 1 + rand 4;
        push @lines, quoted(qw(remove host), "gone-$i");
    }
    return @lines;
}

# What there is, in names: rows and their order are the same, ids and times are not.
sub rows {
    return join "\n", map { sql($_) } (
        'SELECT name, membership FROM appliance ORDER BY name',
        'SELECT name, (SELECT name FROM appliance WHERE id = appliance), rack, rank, cpus, os, '
            . 'runaction, installaction FROM host ORDER BY name',
        'SELECT name, subnet, netmask, mtu, dnszone FROM network ORDER BY name',
        'SELECT (SELECT name FROM host WHERE id = host), device, mac, ip, (SELECT name FROM network WHERE id = network), name, module, vlan, options, channel FROM interface ORDER BY 1, 2',
        'SELECT (SELECT name FROM host WHERE id = host), (SELECT name FROM host WHERE id = '
            . 'container), uuid, mem, slice, virt_type, cdrom FROM vm ORDER BY 1',
        'SELECT (SELECT name FROM host WHERE id = vm), position, type, path, device, bus, size '
            . 'FROM disk ORDER BY 1, 2',
        'SELECT (SELECT name FROM host WHERE id = host), (SELECT name FROM appliance WHERE id = '
            . 'appliance), name, hex(value) FROM attr ORDER BY 1, 2, 3',
        'SELECT (SELECT name FROM host WHERE id = card.host), name, kind, (SELECT name FROM card p WHERE p.id = card.parent), address, last_address, ids, serial, path, numa, state, uuid, iommu_group, last_seen FROM card ORDER BY uuid',
        'SELECT (SELECT name FROM host WHERE id = card.host), card.name, number, function.address, class, function.ids, bar_bytes, uuid FROM function JOIN card ON card.id = function.card ORDER BY uuid, number',
        'SELECT (SELECT name FROM host WHERE id = vm), (SELECT name FROM card WHERE id = card), (SELECT name FROM host WHERE id = host), name, role, asked FROM assignment ORDER BY 1, 4',
        'SELECT name, unix_group FROM project ORDER BY 1',
        'SELECT project.name, user FROM member JOIN project ON project.id = project ORDER BY 1, 2',
        'SELECT host.name, owner, project.name FROM vm JOIN host ON host.id = host LEFT JOIN project ON project.id = project ORDER BY 1',
        'SELECT aggregate.name, host.name FROM aggregate_host JOIN aggregate ON aggregate.id = aggregate JOIN host ON host.id = host ORDER BY 1, 2',
        'SELECT flavor.name, cpus, mem, disk_sizes, near, aggregate.name FROM flavor LEFT JOIN aggregate ON aggregate.id = aggregate ORDER BY 1',
        'SELECT name, position, model, count FROM flavor_card JOIN flavor ON flavor.id = flavor ORDER BY 1, 2',
        'SELECT flavor.name, project.name FROM flavor_project JOIN flavor ON flavor.id = flavor JOIN project ON project.id = project ORDER BY 1, 2',
    );
}

sub in_other {
    my ($what, $dump, $rows, $restore) = @_;
    local $ENV{ROCKS_DB} = "$FOLDER/restored.db";
    unlink glob "$ENV{ROCKS_DB}*";
    my $got = $restore->();
    (my $out = $got->{out}) =~
        s/^gpupci\d+ of \S+ cannot be kept apart from a card that \S+ has .*\n//mg;
    is("$got->{status} $got->{err}$out", '0 ', "$what: done, in silence") || return 0;
    my $again = rocks('dump');
    ok($again->{out} eq $dump, "$what: the dump of what it made is the same") || return 0;
    return is(rows(), $rows, "$what: and so are the rows");
}

for my $round (1 .. ($ENV{ROUNDS} // 24)) {
    srand($seed + $round);
    unlink glob "$ENV{ROCKS_DB}*";
    my @lines = random_lines();
    my $made  = rocks_in(join('', map { "$_\n" } grep { !ref } @lines), qw(--batch -));
    is("$made->{status} $made->{err}", '0 ', "round $round: made") || last;
    rocks_in("$_->[0]\n", qw(--batch -)) for grep {ref} @lines;
    my $dump = rocks('dump');
    is("$dump->{status} $dump->{err}", '0 ', "round $round: dumped");
    unlike($dump->{out}, qr/[\x01-\x09\x0b-\x1f]/, 'control bytes of no kind but within quotes')
        if $dump->{out} !~ /'/;
    my $rows = rows();
    my $good = in_other("round $round, --batch", $dump->{out}, $rows,
        sub { rocks_in($dump->{out}, qw(--batch -)) });
    if ($round % 6 == 1) {
        # An argument of exec may have 128 KiB.
        srand($seed + $round);
        (my $script = $dump->{out}) =~ s{^/opt/rocks/bin/rocks }{'$BUILD/rocks' }mg;
        spurt("$FOLDER/script", $script);
        if (index($script, 'x' x 60_000) < 0) {
            $good &&= in_other("round $round, a shell", $dump->{out}, $rows,
                sub { run_program('', 'sh', '-e', "$FOLDER/script") });
        }
    }
    last if !$good;
}

done_testing;
