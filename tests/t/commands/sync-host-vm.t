#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks sync host vm: what hypervisors have is recorded as it is, and what is odd there is said.
use strict;
use warnings;

use Inventory;
use JSON::PP;
use Rocks;
use Test::More;
use Time::HiRes qw(time);

my ($first, $second) = qw(vm-container-0-15 vm-container-0-16);

mkdir $_ or die for map { "$FOLDER/$_" } qw(plugins described);
system('cp', "$BUILD/tests/plugins/hypervisor-described.so", "$FOLDER/plugins") == 0 or die;
chmod 0755, "$FOLDER/plugins";
$ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";
$ENV{DESCRIBED}     = "$FOLDER/described";

sub begin {
    fresh_inventory("add host $first", "add host $second", 'add network private',
        "add host interface $first br1 subnet=private",
        "add host interface $first br3 subnet=private vlan=3",
        map { ("add host gpu $first gpupci$_ 0$_:00.0") } 1 .. 3);
    unlink glob "$FOLDER/described/*";
    return;
}

sub uuid { return sprintf '0d3c0a4e-6a54-4b5b-9a36-%012x', $_[0] }

# A domain; number makes what is to be unique.
sub domain {
    my ($number, %is) = @_;
    my $disk = "disk:file:qcow2:/export/vm-$number.qcow2:vda:virtio";
    my $mac = sprintf '52:54:00:00:01:%02x', $number;
    return join "\t", $is{name} // "vm-$number", $is{uuid} // uuid($number), $is{state} // 'shutoff',
        $is{cpus} // 4, $is{mem} // 8192, $is{disks} // $disk, $is{interfaces} // "bridge;$mac;br1;",
        map { join ' ', map { "0000:$_" } @{ $is{$_} // [] } } qw(now next);
}

sub describes {
    my ($host, @lines) = @_;
    spurt("$FOLDER/described/$host", join '', map { "$_\n" } @lines);
    return;
}

# The rows of a sync, as STATE VM GPU WHAT; its status and standard error are as given.
sub syncs {
    my ($what, $status, $err, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(qw(sync host vm json=yes), @words);
    is($got->{status}, $status, "$what: status");
    like($got->{err}, $err, "$what: standard error");
    my %rows;
    for my $host (@{ decode_json($got->{out} || '[]') }) {
        push @{ $rows{ $host->{host} } },
            join ' ', map { $_ // '-' } @{$_}{qw(state vm gpu what)} for @{ $host->{vm} };
    }
    return \%rows;
}

# The only row of the first host.
sub row { my $rows = syncs(@_); return join "\n", @{ $rows->{$first} // [] } }

sub listed { my ($command, @words) = @_; return rocks(split(' ', $command), @words)->{out} =~ s/ +/ /gr }

# A VM with everything that the inventory has a word for, and its twin with nothing.
{
    begin();
    describes($first,
        domain(1, name => 'rocks-33', state => 'active', cpus => 6, mem => 12289,
            disks => 'disk:file:qcow2:/export/a.qcow2:vda:virtio disk:block:raw:/dev/vg/b:sda:scsi '
                . 'disk:file::/export/c.img:vdb:virtio cdrom:file:raw::sdb:sata '
                . 'cdrom:file:raw:/export/debian.iso:sdc:sata',
            interfaces => 'bridge;52:54:00:AA:00:01;br1; bridge;52:54:00:aa:00:02;br3; '
                . 'bridge;52:54:00:aa:00:03;virbr0; hostdev;52:54:00:aa:00:04;; other;;;',
            now => [qw(01:00.0 02:00.0)], next => [qw(01:00.0 02:00.0)]),
        domain(2, disks => '', interfaces => ''));
    my $before = inventory();
    is_deeply(syncs('dryrun', 0, qr/\A\z/, 'dryrun=yes'),
        { $first => [ 'new rocks-33 gpupci1,gpupci2 -', 'new vm-2 - -' ] }, 'what would be new');
    ok(inventory() eq $before, 'dryrun records nothing');
    is_deeply(syncs('all', 0, qr/\A\z/),
        { $first => [ 'new rocks-33 gpupci1,gpupci2 -', 'new vm-2 - -' ] }, 'two new VMs');
    is(rocks(qw(dump host vm))->{out} =~ s{^\S+ }{}gmr, <<"END", 'all of it');
set host vm rocks-33 physnode=$first disk=qcow2:/export/a.qcow2,vda,virtio\\ phy:/dev/vg/b,sda,scsi\\ file:/export/c.img,vdb,virtio disksize=-\\ -\\ - mem=12289 slice=0 virt-type=hvm uuid=${\uuid(1)} definition=libvirt
set host vm cdrom rocks-33 cdrom=/export/debian.iso
set host vm vm-2 physnode=$first mem=8192 slice=1 virt-type=hvm uuid=${\uuid(2)} definition=libvirt
END
    is(rocks(qw(dump host interface rocks-33))->{out} =~ s{^\S+ }{}gmr, <<'END', 'its interfaces');
add host interface rocks-33 eth0 subnet=private mac=52:54:00:aa:00:01
add host interface rocks-33 eth1 subnet=private mac=52:54:00:aa:00:02 vlan=3
add host interface rocks-33 eth2 mac=52:54:00:aa:00:03
add host interface rocks-33 eth3 mac=52:54:00:aa:00:04 options=nokvm
END
    is(rocks(qw(list host vm rocks-33 output-header=no output-col=cpus))->{out} =~ s/\D//gr, 6, 'its CPUs');
    is(rocks(qw(list host gpu rocks-33 output-header=no))->{out} =~ s/ +/ /gr,
        "rocks-33: gpupci pci_0000_01_00_0\nrocks-33: gpupci2 pci_0000_02_00_0\n", 'its cards');
    my $kept = inventory();
    is_deeply(syncs('again', 0, qr/\A\z/), { $first => [ 'same rocks-33 - -', 'same vm-2 - -' ] },
        'the same from now on');
    is(inventory(), $kept, '... and nothing is written');
}

# A VM that was changed there stays as recorded; one that is gone stays, too.
{
    begin();
    describes($first, domain(1), domain(2));
    syncs('two', 0, qr/\A\z/);
    my $before = rocks('dump')->{out};
    describes($first, domain(1, name => 'other', cpus => 2, mem => 4096, interfaces => 'bridge;52:54:00:00:02:01;br1;',
            disks => 'disk:file:raw:/export/new.img:vda:virtio'));
    is(row('changed', 0, qr/\A\z/), <<'END' =~ s/\n\z//r =~ s/\n {4}/ /gr, 'what differs');
changed vm-1 - called other there now; mem 4096, recorded 8192; cpus 2, recorded 4;
    lacks the disk /export/vm-1.qcow2; has a disk that is not recorded: /export/new.img;
    lacks the MAC address 52:54:00:00:01:01; has a MAC address that is not recorded: 52:54:00:00:02:01
gone vm-2 - not defined there; `rocks start host vm` defines it, `rocks remove host` forgets it
END
    is(rocks('dump')->{out} =~ s/ domain=other$//mr, $before, 'only the name of it is recorded');
    rocks('set', 'host', 'attr', 'vm-1', 'kvm_device_0', "<disk><source file='/export/new.img'/></disk>");
    unlike(row('an attribute', 0, qr/\A\z/), qr/not recorded: \/export/, 'a disk of an attribute is recorded');
}

# One card in several definitions.
{
    begin();
    describes($first, domain(1, next => ['01:00.0']),
        domain(2, state => 'active', now => ['01:00.0'], next => ['01:00.0']),
        domain(3, next => ['02:00.0']), domain(4, next => ['02:00.0']),
        domain(5, next => [qw(03:00.0 5e:00.0)]), domain(6, state => 'active', next => ['03:00.0']));
    is(row('in turn', 0, qr/\A\z/), <<'END' =~ s/\n\z//r, 'who gets it');
new vm-1 - gpupci1 is given to vm-2, which runs
new vm-2 gpupci1 -
new vm-3 - gpupci2, which other VMs have, too, is given to none: `rocks add host gpu vm-3 gpupci gpupci2` gives it to this one
new vm-4 - gpupci2, which other VMs have, too, is given to none: `rocks add host gpu vm-4 gpupci gpupci2` gives it to this one
new vm-5 - gpupci3, which other VMs have, too, is given to none: `rocks add host gpu vm-5 gpupci gpupci3` gives it to this one; has 0000:5e:00.0, which is not a recorded card
new vm-6 - gpupci3, which other VMs have, too, is given to none: `rocks add host gpu vm-6 gpupci gpupci3` gives it to this one
END
    is(sql(q{SELECT count(*) FROM assignment}), "1", 'one assignment');
    # A card that a recorded VM has.
    begin();
    rocks(qw(add host vm), $first, qw(hosted-vm name=rocks-33));
    rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    describes($first, domain(1, next => [qw(01:00.0 02:00.0)]));
    like(row('recorded', 0, qr/\A\z/),
        qr/^new vm-1 gpupci2 does not get gpupci1: gpupci1 is held by rocks-33 [^\n]*\ngone rocks-33 /, 'stays with it');
    # Two cards of a group.
    begin();
    sql('UPDATE card SET iommu_group = 7');
    describes($first, domain(1, next => ['01:00.0']), domain(2, next => ['02:00.0']));
    like(row('a group', 0, qr/\A\z/), qr/^new vm-1 gpupci1 -\nnew vm-2 - does not get gpupci2: /, 'is of one VM');
}

# What hypervisors have that no inventory can take: said, and all else is recorded.
{
    begin();
    my %odd = ('ubuntu22.04' => 'ubuntu22.04', 'my VM' => 'my VM', q{a'b"c} => q{a'b"c}, 'a%0ab' => "a\nb",
        '..' => '..', '-rf' => '-rf', $second => $second, rack0 => 'rack0', compute => 'compute',
        'x' x 300 => 'x' x 300, "\xff" => "\x{fffd}");
    my $number = 10;
    describes($first, (map { domain($number++, name => $_) } sort keys %odd), domain(1));
    my @rows = split /\n(?=refused|new)/, row('names', 1, qr/\A\z/);
    my %refused = map { /^refused (.*?) - (.*)\z/s } grep { /^refused/ } @rows;
    is_deeply(\%refused, {
            "a\nb"      => "the name of the domain \x{ab}a\nb\x{bb} has control characters or is not UTF-8",
            'x' x 300 => 'the host name is longer than 255 bytes',
        }, 'names that nothing takes');
    is_deeply([ sort grep { /^new/ } @rows ], [
            'new a-b-c - called a\'b"c there',
            'new compute-vm-container-0-15 - called compute there',
            'new guest - called .. there',
            "new guest-vm-container-0-15 - called \x{fffd} there",
            'new my-vm - called my VM there',
            'new rack0-vm-container-0-15 - called rack0 there',
            'new rf - called -rf there',
            'new ubuntu22-04 - called ubuntu22.04 there',
            'new vm-1 - -',
            'new vm-container-0-16-vm-container-0-15 - called vm-container-0-16 there',
        ], 'those that are no names of hosts');
    is(sql('SELECT count(*) FROM vm'),   "10", 'all others are recorded');
    is(sql('SELECT count(*) FROM host'), "12", 'and no host is left of those two');
    is(scalar(grep { /^same \S+ - -\z/ } split /\n/, row('names again', 1, qr/\A\z/)), 10, 'the same from now on');
    is(listed('list host vm ubuntu22-04 showdefinition=yes output-header=no output-col=domain,definition') =~ s/ +$//mr,
        "ubuntu22.04 libvirt\n", 'its own name is listed');
    like(rocks('dump')->{out}, qr/^\S*rocks set host vm my-vm .* domain=my\\ VM$/m, 'a dump has it');
    comes_back('names');
}

# Two VMs of a name on two hosts, and one that was renamed to a name that another has.
{
    begin();
    describes($first, domain(1, name => 'test'), domain(2, name => 'two'));
    describes($second, domain(3, name => 'test'));
    is_deeply(syncs('a name on two hosts', 0, qr/\A\z/), {
            $first  => [ 'new test - -', 'new two - -' ],
            $second => ["new test-$second - called test there"],
        }, 'both are recorded');
    rocks(qw(set host vm two definition=rocks yes=yes));
    describes($first, domain(1, name => 'TEST'), domain(2, name => 'three'));
    is_deeply(syncs('renamed', 0, qr/\A\z/)->{$first}, [
            'changed test - called TEST there now',
            "changed two - called three there, recorded two; `rocks set host vm two domain=\x{2026}` records another",
        ], 'libvirt\'s own is followed');
    describes($first, domain(1, name => 'two'), domain(2, name => 'TEST'));
    like(syncs('swapped', 0, qr/\A\z/)->{$first}[0],
        qr/^changed two - called TEST|^changed test - called two there now: libvirt has the name «two» for two on /, 'not to a taken one');
}
for my $case (
    [ 'no memory',   qr/^refused vm-1 - its definition has no memory or CPUs that /, mem => 0 ],
    [ 'much memory', qr/^refused vm-1 - its definition has no memory /, mem => '9999999999' ],
    [ 'no CPUs',     qr/^refused vm-1 - its definition has no memory /, cpus => 0 ],
    [ 'many CPUs',   qr/^refused vm-1 - its definition has no memory /, cpus => 70000 ],
    [ 'a bad UUID',  qr/^refused vm-1 - \S+ is not a UUID: [^;]*\z/, uuid => '..' ],
    [ 'no UUID',     qr/^refused vm-1 - \S+ is not a UUID: /, uuid => '' ],
) {
    my ($what, $row, @is) = @{$case};
    begin();
    describes($first, domain(1, @is));
    like(row($what, 1, qr/\A\z/), $row, $what);
    is(sql('SELECT count(*) FROM vm'), "0", "$what: not recorded");
}

# Devices for which there is no word: named, and left to libvirt.
for my $case (
    [ 'disk:network:raw::vda:virtio',                          'vda' ],
    [ 'disk:file:vmdk:/export/a.vmdk:vda:virtio',              'vda' ],
    [ 'disk:block:qcow2:/dev/vg/a:vda:virtio',                 'vda' ],
    [ 'lun:block:raw:/dev/sdb:sda:scsi',                       'sda' ],
    [ 'disk:file:raw:../a:vda:virtio',                         'vda' ],
    [ 'disk:file:raw:/export/a:v,d:virtio',                    'v,d' ],
    [ 'disk:file:raw:/export/a:vda:',                          'vda' ],
    [ 'floppy:file:raw:/export/a:fda:fdc',                     'fda' ],
    [ 'cdrom:file:raw:/a.iso:sda:sata cdrom:file:raw:/b.iso:sdb:sata', 'sdb' ],
) {
    my ($disks, $left) = @{$case};
    begin();
    describes($first, domain(1, disks => $disks));
    is(row($disks, 0, qr/\A\z/), "new vm-1 - only libvirt knows the disk $left", $disks);
    is(sql('SELECT count(*) FROM disk'), "0", "$disks: not recorded");
}
{
    begin();
    describes($first, domain(1, disks => join(' ', ('disk:file:raw:/export/a:vda:virtio') x 2),
            interfaces => 'bridge;52:54:00:aa:00:01;br1; bridge;52:54:00:aa:00:01;br1; '
                . 'bridge;53:54:00:aa:00:01;br1; bridge;junk;br1; bridge;52:54:00:aa:00:02;br1;5000'),
        domain(2, interfaces => 'bridge;52:54:00:aa:00:01;br1;'), domain(3, state => 'transient'));
    like(row('twins', 0, qr/\A\z/), qr/^new vm-1 - -
new vm-2 - its MAC address is recorded as 52:54:00:aa:00:01 of vm-1
new vm-3 - it runs, but is not defined: it is gone once it is off\z/, 'two devices at one address');
    is(sql(q{SELECT device || ' ' || mac || ' ' || ifnull(vlan, '-') FROM interface WHERE host IN
        (SELECT host FROM vm)}) , "eth0 52:54:00:aa:00:01 -\neth2 52:54:00:aa:00:02 -\neth0 52:54:00:00:01:03 -",
        'each MAC address once');
    is(sql('SELECT count(*) FROM disk'), "3", 'each disk once');
}

# A UUID that is somewhere else, or in two places; a VM that is moved meanwhile.
{
    begin();
    describes($first, domain(1));
    syncs('first', 0, qr/\A\z/);
    my $before = rocks('dump')->{out};
    describes($first);
    describes($second, domain(1, state => 'active'));
    my $moved = "elsewhere vm-1 - recorded on $first; if it was moved here, `rocks set host vm vm-1 physnode=$second`";
    is_deeply(syncs('moved', 1, qr/\A\z/), { $first => [ 'gone vm-1 - not defined there; `rocks start host vm` '
        . 'defines it, `rocks remove host` forgets it' ], $second => [$moved] }, 'moved without rocks');
    is(rocks('dump')->{out}, $before, 'nothing is recorded of it');
    describes($first, domain(1));
    is_deeply(syncs('both', 1, qr/\A\z/), { $first => ['same vm-1 - -'], $second => [$moved] }, 'on both');
    describes($_, domain(2, name => 'win11'), domain($_ eq $first ? 3 : 4)) for $first, $second;
    my $twice = 'has it, too; undefine it on one of them';
    is_deeply(syncs('two places', 1, qr/\A\z/), {
            $first  => [ 'new vm-3 - -', "refused win11 - $second $twice", 'gone vm-1 - not defined there; `rocks start '
                . 'host vm` defines it, `rocks remove host` forgets it' ],
            $second => [ 'new vm-4 - -', "refused win11 - $first $twice" ] }, 'in two places, not recorded');
    sql("INSERT INTO move (vm, source, target, step, token, slice, shared, ran, autostart, action, patience, who) "
        . "SELECT vm.host, container, target.id, 'copy', 'x', 0, 0, 0, 0, 'shutdown', 60, 'root' FROM vm JOIN host "
        . "ON host.id = vm.host JOIN host target WHERE host.name = 'vm-1' AND target.name = '$second'");
    describes($first);
    describes($second, domain(1, mem => 1));
    my $moving = 'moving vm-1 - see `rocks list move`';
    my $rows = syncs('a move', 0, qr/\A\z/);
    is($rows->{$second}[0], $moving, 'under way: the target');
    is((grep { /vm-1 / } @{ $rows->{$first} })[0], $moving, 'and the source');
}

# A hypervisor that fails, dies, or says too much: its host stays as it is, others are recorded.
for my $case (
    [ 'fails',     qr/^rocks: $first: it cannot be reached$/m,                         domain(1), 'fail' ],
    [ 'dies',      qr/^rocks: $first: the plugin died while it asked the hypervisor$/m, domain(1), 'die' ],
    [ 'many VMs',  qr/^rocks: $first: its hypervisor has more than 4096 VMs; /m, map { domain($_) } 1 .. 10000 ],
    [ 'much text', qr/^rocks: $first: its hypervisor describes its VMs with more than 48 MiB; /m,
        map { domain($_, name => 'x' x 13_000) } 1 .. 4000 ],
) {
    my ($what, $why, @lines) = @{$case};
    begin();
    describes($first, @lines);
    describes($second, domain(2));
    is_deeply(syncs($what, 1, $why), { $second => ['new vm-2 - -'] }, "$what: the other host");
    is(sql('SELECT count(*) FROM vm'), "1", "$what: nothing of the first");
}
{
    begin();
    describes($first, domain(1));
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/old";
    mkdir $ENV{ROCKS_PLUGINS};
    chmod 0755, $ENV{ROCKS_PLUGINS};
    system('cp', "$BUILD/tests/plugins/hypervisor-told.so", $ENV{ROCKS_PLUGINS}) == 0 or die;
    refused(qr/^rocks: the plugin for the hypervisors cannot describe VMs: it was built for an older rocks/,
        qw(sync host vm));
}
refused(qr/rocks-33/, qw(sync host vm rocks-33));

# Twenty cards to a host would hide what costs.
{
    begin();
    describes($first,  map { domain($_, interfaces => sprintf('bridge;52:54:00:10:%02x:%02x;br1;', $_ >> 8, $_ & 255)) } 1 .. 1000);
    describes($second, map { domain($_, interfaces => sprintf('bridge;52:54:00:10:%02x:%02x;br1;', $_ >> 8, $_ & 255)) } 1001 .. 2000);
    for my $what (qw(new same)) {
        my $began = time;
        my $rows = syncs("2,000 VMs, $what", 0, qr/\A\z/);
        my $took = time - $began;
        is(scalar(grep { /^$what / } map { @{$_} } values %{$rows}), 2000, "2,000 VMs: $what");
        note(sprintf '%s: %.1f s', $what, $took);
    }
}

# Whatever a host calls its disks: what is recorded of it, the dump restores.
{
    begin();
    my $number = 0;
    my @words = ('-', '-x', 'a=b', 'a,b', 'help', 'None', q{"q"}, q{it's}, '$x', '`x`', '\\', 'a\\', '*', '~', '{{x}}',
        '{a,b}', '#c', ';', '&', '!', '%', '^', "\xc3\xa9", "\xe2\x80\xae", "\e[2J", 'x' x 255, 'x' x 5000);
    describes($first, map { $number++; domain($number, state => $number % 2 ? 'active' : 'shutoff',
            disks => "disk:file:raw:/export/$_:vda:virtio cdrom:file:raw:/iso/$_:sdb:sata",
            next => $number == 1 ? ['01:00.0'] : []) } @words);
    my @rows = split /\n/, row('words', 0, qr/\A\z/);
    is(scalar(@rows), scalar(@words), 'all are recorded');
    comes_back('hosts with such disks');
}

done_testing();
