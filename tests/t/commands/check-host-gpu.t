#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks check host gpu: each way in which four witnesses can disagree, and being blind.
use strict;
use warnings;

use Cwd qw(abs_path);
use Devices;
use Fleet;
use Inventory;
use JSON::PP;
use Rocks;
use Scan;
use Sysfs;
use Test::More;

my $container = 'vm-container-0-15';
my $gpupci    = abs_path(($ENV{BUILD} || 'build') . '/gpupci');
my @cards = (card('gpupci1', '0000:02:00', iommu_group => 7, serial => 'S-1'),
    card('gpupci2', '0000:03:00', iommu_group => 8, serial => 'S-2'));
my @first = ('0000:02:00.0', '0000:02:00.1');
my ($uuid, $other);

# What gpupci finds on the host, and who has cards open there through VFIO: a group or the
# address of a function, pid, guest.
sub scan {
    my ($functions, @holders) = @_;
    my @functions = map { { driver => 'vfio-pci', %$_ } } @$functions;
    for my $holder (@holders) {
        my ($what, $pid, $guest) = @$holder;
        my $is_group = $what =~ /^\d+$/;
        for my $function (@functions) {
            next if $what ne $function->{ $is_group ? 'iommu_group' : 'address' };
            $function->{holders} = [ @{ $function->{holders} },
                {   process => $pid, unit => undef, command => command($guest),
                    what => $is_group ? "/dev/vfio/$what" : '/dev/vfio/devices/vfio0' } ];
        }
    }
    spurt("$FOLDER/scan.json", document(\@functions));
    return on_host($container, 'gpupci', "cat '$FOLDER/scan.json'\n");
}

# The words of the QEMU of that guest, as far as gpupci prints them, or of no QEMU.
sub command {
    my ($guest) = @_;
    return 'sleep 60' if !$guest;
    return substr "/usr/bin/qemu-system-x86_64 -name guest=$guest,debug-threads=on -S " . '-x ' x 99, 0, 200;
}

# All agree: rocks-33 runs with the first card.
sub agree {
    my (%over) = @_;
    begin(@cards);
    fleet();
    $uuid  = sql(q{SELECT uuid FROM vm WHERE host = (SELECT id FROM host WHERE name = 'rocks-33')});
    $other = sql(q{SELECT uuid FROM vm WHERE host = (SELECT id FROM host WHERE name = 'rocks-34')});
    rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    rocks(qw(remove host vm-container-0-16));
    scan(\@cards);
    return hypervisor(
        $container,
        {   name => 'rocks-33', uuid => $uuid, state => $over{state} // 'running',
            functions => $over{functions} // \@first
        });
}

# Exactly these rows: card, VM, what, repair.
sub finds {
    my ($what, @rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    my $got = rocks(qw(check host gpu json=yes));
    is($got->{err}, '', "$what: no complaint");
    is($got->{status}, @rows ? 1 : 0, "$what: status");
    my $said = decode_json($got->{out});
    is_deeply(
        [
            map {
                my $host = $_;
                map { [ $host->{host}, @{$_}{qw(gpu vm what repair)} ] }
                    @{ $host->{gpu} }
            } @$said
        ],
        [ map { [ $container, @$_ ] } @rows ],
        "$what: rows"
    ) || diag($got->{out});
    return ok(inventory() eq $before, "$what: nothing changed");
}

agree();
finds('all agree');
agree(state => 'shutoff');
finds('all agree, the VM off');
agree();
hypervisor($container);
finds('a VM that is not defined is not drift');
is(rocks(qw(check host gpu))->{out}, '', 'no rows, no output');

# Inventory and scan.
my $sync = "rocks sync host gpu $container";
agree();
scan([ @cards[ 0, 1 ], card('gpupci2', '0000:05:00', serial => 'S-2') ]);
finds(
    'moved',
    [   'gpupci2', undef, 'recorded at pci_0000_03_00_0, the host has it at pci_0000_05_00_0',
        $sync
    ]);
agree();
scan([ @cards[ 0, 1 ] ]);
finds('gone', [ 'gpupci2', undef, 'recorded at pci_0000_03_00_0, the host no longer has it', $sync ]);
is(rocks(qw(sync host gpu), $container)->{status}, 0, 'what it suggests');
finds('repaired: both know that it is missing');
scan(\@cards);
finds('back',
    [ 'gpupci2', undef, 'recorded as missing, the host has it at pci_0000_03_00_0', $sync ]);
agree();
scan([ @cards, card('gpupci3', '0000:09:00', serial => 'S-3') ]);
finds('new', [ 'gpupci3', undef, 'at pci_0000_09_00_0 is a card that is not recorded', $sync ]);

# A card that may be one that is in no host.
agree();
{
    my $card = '0d3c0a4e-6a54-4b5b-9a36-000000000009';
    rocks(qw(add retired gpu gpupci9 0000:05:00.0 serial=S-3), "uuid=$card");
    scan([ @cards, card('gpupci3', '0000:09:00', serial => 'S-3') ]);
    rocks(qw(sync host gpu), $container);
    finds(
        'perhaps another card',
        [   'gpupci3', undef,
            'it may be gpupci9 of no host, which is missing: no VM gets it until that is clear; if '
                . "it is another card, `rocks set host gpu $container gpupci3 same-as=none`",
            "$sync adopt=$card"
        ]);
    rocks(qw(set host gpu), $container, qw(gpupci3 same-as=none));
    finds('a person says that it is another');
}

{
    my @quarantined = map { { %$_, quarantined => JSON::PP::true } } @cards[ 0, 1 ];
    agree();
    scan([ @quarantined, @cards[ 2, 3 ] ]);
    finds(
        'its host has it quarantined',
        [   'gpupci1',
            'rocks-33',
            'recorded as present, its host has it quarantined: '
                . 'a change of its drivers is unfinished, or it does not answer',
            $sync
        ]);
    rocks(qw(sync host gpu), $container);
    finds('both know that it is quarantined');
}
agree();
scan([ @cards[ 0, 2, 3 ] ]);
my $functions = 'its host has other functions of it than are recorded';
finds('a function is gone', [ 'gpupci1', 'rocks-33', $functions, $sync ]);
agree();
scan([ @cards, { %{ $cards[1] }, function => 2, address => '0000:02:00.2' } ]);
finds('a function is new', [ 'gpupci1', 'rocks-33', $functions, $sync ]);
agree();
rocks(qw(set host gpu), $container, qw(gpupci2 functions=0));
finds('one that was typed by hand has fewer', [ 'gpupci2', undef, $functions, $sync ]);
rocks(qw(sync host gpu), $container);
finds('which a sync records');

# A virtual function that was typed is the one that is scanned.
{
    my $part = (card('gpupci5', '0000:02:00', functions => 1, kind => 'vf', parent => '0000:02:00.0'))[0];
    agree();
    rocks('add', 'host', 'gpu', $container, qw(gpupci5 02:00.4 kind=vf parent=gpupci1));
    scan([ @cards, { %$part, address => '0000:02:00.4', iommu_group => 30 } ]);
    finds('a virtual function that was typed');
}

# A VM's card that the host has taken back.
agree(state => 'shutoff');
scan(
    [   { %{ $cards[0] }, driver => 'nouveau' }, { %{ $cards[1] }, driver => undef }, @cards[ 2, 3 ]
    ]);
finds(
    'the host has a driver on it',
    [   'gpupci1', 'rocks-33',
        'pci_0000_02_00_0 of it is with the driver nouveau, not bound to vfio-pci',
        "rocks run host $container 'gpupci --detach gpupci1'"
    ]);
scan([ @cards[ 0, 1 ], map { { %$_, driver => 'nouveau' } } @cards[ 2, 3 ] ]);
finds('a free card is the host\'s to use');

# libvirt.
my $restart = 'rocks stop host vm rocks-33; rocks start host vm rocks-33';
agree(functions => [ @first, '0000:03:00.0' ]);
finds('more than its cards',
    [ undef, 'rocks-33', 'libvirt gives it 0000:03:00.0, which are not its cards', $restart ]);
rocks(qw(set host attr rocks-33 kvm_device_0), "<hostdev mode='subsystem' type='pci'><source>"
        . "<address domain='0' bus='3' slot='0' function='0'/></source></hostdev>");
rocks('set', 'host', 'gpu', $container, 'gpupci2', '05:00.0');
scan([ @cards[ 0, 1 ], map { { %$_, address => $_->{address} =~ s/:03:/:05:/r } } @cards[ 2, 3 ] ]);
rocks(qw(sync host gpu), $container);
tells_status($container, "$FOLDER/scan.json", status($container, device('0000:03:00.0')));
finds('a device of an attribute that is not a card',
    [   undef, 'rocks-33', 'libvirt gives it 0000:03:00.0, which it does not claim',
        "rocks check host gpu $container repair=yes"
    ]);
is(rocks(qw(check host gpu repair=yes))->{err},
    "rocks: rocks-33: claims 0000:03:00.0 of $container\n", 'what it suggests');
finds('which is claimed');
sql('DELETE FROM claim');
rocks(qw(remove host attr rocks-33 kvm_device_0));
finds('and no longer passes',
    [ undef, 'rocks-33', 'libvirt gives it 0000:03:00.0, which are not its cards', $restart ]);
agree(functions => ['0000:03:00.0'], state => 'shutoff');
finds(
    'another card instead of its own',
    [   undef, 'rocks-33', 'libvirt would give it 0000:03:00.0, which are not its cards',
        "rocks check host gpu $container repair=yes"
    ],
    [   undef, 'rocks-33', 'libvirt would not give it 0000:02:00.0, 0000:02:00.1 of its cards',
        "rocks check host gpu $container repair=yes"
    ]);
agree(functions => [ $first[0] ]);
finds('less than its cards',
    [ undef, 'rocks-33', 'libvirt does not give it 0000:02:00.1 of its cards', $restart ]);
agree(functions => [], state => 'shutoff');
finds(
    'none of its cards',
    [   undef, 'rocks-33', 'libvirt would not give it 0000:02:00.0, 0000:02:00.1 of its cards',
        "rocks check host gpu $container repair=yes"
    ]);
# Another card is by now where a VM's card was.
agree(state => 'shutoff');
scan([ card('gpupci3', '0000:02:00', iommu_group => 7, serial => 'S-9'), @cards[ 2, 3 ] ]);
rocks(qw(sync host gpu), $container);
finds(
    'the place of a card that is gone',
    [   undef,
        'rocks-33',
        'libvirt would give it 0000:02:00.0, 0000:02:00.1, which are not its cards',
        "rocks check host gpu $container repair=yes"
    ]);
rocks(qw(add host gpu rocks-34 gpupci gpupci3));
hypervisor(
    $container,
    { name => 'rocks-33', uuid => $uuid,  state => 'shutoff', functions => \@first },
    { name => 'rocks-34', uuid => $other, state => 'running', functions => \@first });
finds(
    'which another VM has',
    [   undef,
        'rocks-33',
        'libvirt would give it 0000:02:00.0, 0000:02:00.1, which are not its cards',
        "rocks check host gpu $container repair=yes"
    ]);
agree();
hypervisor($container,
    { name => 'renamed', uuid => $uuid, state => 'shutoff', functions => \@first });
finds(
    'renamed',
    [   undef, 'rocks-33', 'libvirt calls it renamed',
        'rocks set host vm rocks-33 domain=renamed'
    ]);
my $stranger = '11111111-2222-3333-4444-555555555555';
hypervisor($container,
    { name => 'stranger', uuid => $stranger, state => 'running', functions => ['0000:03:00.0'] },
    { name => 'harmless', state => 'running' });
finds(
    'a domain that is not recorded',
    [   undef, 'stranger', 'a domain that is not recorded has 0000:03:00.0',
        "rocks run host $container 'virsh dumpxml $stranger'"
    ]);
agree();
rocks(qw(add host compute-0-0));
rocks(qw(set host vm rocks-34 physnode=compute-0-0));
hypervisor($container, { name => 'rocks-34', uuid => $other, state => 'shutoff' });
spurt("$FOLDER/compute-0-0.node", "<node></node>\n");
on_host('compute-0-0', 'gpupci',
    "echo '" . (document([], host => 'compute-0-0') =~ s/\n//gr) . "'\n");
finds(
    'defined on a host that it left',
    [   undef, 'rocks-34', 'defined here, but it lives on compute-0-0',
        "rocks run host $container 'virsh undefine --keep-nvram --keep-tpm $other'"
    ]);
hypervisor($container, { name => 'rocks-34', uuid => $other, state => 'running' });
finds(
    'running there',
    [   undef, 'rocks-34', 'it runs here, but it lives on compute-0-0',
        "rocks run host $container 'virsh shutdown $other'"
    ]);

# Who has the VFIO group open: a QEMU says its guest's name on its command line.
agree();
hypervisor(
    $container,
    { name => 'rocks-33', uuid => $uuid,  state => 'running', functions => \@first },
    { name => 'rocks-34', uuid => $other, state => 'running' });
for my $what (7, $first[0], $first[1]) {
    for my $guest ('rocks-33', 'rocks-34', '') {
        scan(\@cards, [ $what, 4321, $guest ]);
        finds(
            "$what: open by " . ($guest || 'no VM'),
            $guest eq 'rocks-33' ? () : [
                'gpupci1', 'rocks-33',
                ($guest || 'a process that is not a VM') . ' has it open (pid 4321)',
                $guest
                ? 'rocks stop host vm rocks-34'
                : "rocks run host $container 'gpupci --status gpupci1'"
            ]);
    }
}
{
    my $name = 'x' x 250;
    scan(\@cards, [ 7, 4321, $name ]);
    finds(
        'open by a guest whose name is cut off',
        [   'gpupci1', 'rocks-33', 'a process that is not a VM has it open (pid 4321)',
            "rocks run host $container 'gpupci --status gpupci1'"
        ]);
    my @held = map { { %$_, holders => [ { process => 4321, unit => undef, command => 'sleep 60', what => $_[0] } ] } } @cards;
    for my $what ('/dev/nvidia0, /dev/nvidiactl', 'sda1 mounted at /srv', '/dev/vfio/$(id)', '/dev/vfio/') {
        $_->{holders}[0]{what} = $what for @held;
        scan(\@held);
        finds("«$what» leads to no VM");
    }
    $_->{holders}[0]{what} = '/dev/nvidia0, /dev/vfio/7' for @held[ 0, 1 ];
    scan(\@held);
    finds(
        'one of several names is',
        [   'gpupci1', 'rocks-33', 'a process that is not a VM has it open (pid 4321)',
            "rocks run host $container 'gpupci --status gpupci1'"
        ]);
}

# What else a group that is open can mean.
{
    my ($pid, $nobody) = (4321, 1234);
    agree(state => 'shutoff');
    scan(\@cards, [ 7, $pid, 'rocks-33' ]);
    finds(
        'its VM has it open, which is off as libvirt says',
        [   'gpupci1', 'rocks-33',
            "rocks-33 has it open (pid $pid), and libvirt does not have it running here",
            "rocks run host $container 'virsh list --all'"
        ]);
    my @shared = map { { %$_, iommu_group => 7 } } @cards;
    agree();
    scan(\@shared, [ 7, $pid, 'rocks-33' ]);
    finds('a free card in the group of a VM that runs');
    scan(\@shared, [ '0000:03:00.0', $pid, 'rocks-33' ]);
    finds(
        'which has that one itself open',
        [ 'gpupci2', undef, "rocks-33 has it open (pid $pid)", 'rocks stop host vm rocks-33' ]);
    agree();
    scan(\@cards, [ 7, $nobody ], [ 8, $pid, 'rocks-33' ]);
    finds(
        'two groups are open',
        [   'gpupci1', 'rocks-33', "a process that is not a VM has it open (pid $nobody)",
            "rocks run host $container 'gpupci --status gpupci1'"
        ],
        [   'gpupci2', undef, "rocks-33 has it open (pid $pid)", 'rocks stop host vm rocks-33' ]);

    # Two VMs whose cards came into one group.
    agree();
    rocks(qw(add host gpu rocks-34 gpupci3 gpupci2));
    scan(\@shared);
    my $apart = sub {
        return "it cannot be kept apart from a card that $_[0] has "
            . '(one IOMMU group, or a card and its virtual function)';
    };
    my @apart = (
        [   'gpupci1', 'rocks-33', $apart->('rocks-34'),
            'rocks stop host vm rocks-33; rocks remove host gpu rocks-33 gpupci'
        ],
        [   'gpupci2', 'rocks-34', $apart->('rocks-33'),
            'rocks stop host vm rocks-34; rocks remove host gpu rocks-34 gpupci3'
        ]);
    finds('two VMs in one group', @apart);
    rocks(qw(sync host gpu), $container);
    finds('and it is recorded so', @apart);
}

# A guest's name is what somebody wrote: it is shown, and never to be typed.
agree();
scan(\@cards, [ 7, 4321, 'x; rm -rf $HOME' ]);
finds(
    'open by a guest of a strange name',
    [   'gpupci1', 'rocks-33', 'x; rm -rf $HOME has it open (pid 4321)',
        "rocks run host $container 'virsh list --all'"
    ]);
agree();
hypervisor($container,
    { name => '$(id);x', uuid => $uuid, state => 'shutoff', functions => \@first });
finds(
    'a domain of a strange name',
    [   undef, 'rocks-33', 'libvirt calls it $(id);x',
        'rocks set host vm rocks-33 domain=\$\(id\)\;x'
    ]);

# The real gpupci names who has the group or the function itself open.
{
    my $fs = Sysfs->new;
    $fs->write_file('etc/hostname', "$container\n");
    $fs->root_port('0000:00:02.0', group => 1);
    $fs->nvidia_card('0000:02:00', '0000:00:02.0', 12, driver => 'vfio-pci');
    $fs->write_file('proc/1/net/route', "Iface\tDestination\n");
    $fs->write_file('proc/meminfo', "MemTotal:       263762980 kB\n");
    $fs->process(1);
    $fs->node('0000:02:00.0', 'vfio-dev/vfio0', 'vfio/devices/vfio0', '244:0');
    $fs->process(4321, command => '/usr/bin/qemu-system-x86_64 -name guest=rocks-34,debug-threads=on -S');
    make_inventory("add host $container", 'set attr vm_mac_base_addr 52:54:00:00:00:00',
        map {"add host vm $container hosted-vm name=$_"} qw(rocks-33 rocks-34));
    fleet();
    hypervisor($container);
    on_host($container, 'gpupci', "exec '$gpupci' --sysroot '${\ $fs->root}' \"\$@\"\n");
    is(rocks(qw(sync host gpu))->{err}, '', 'the real gpupci: it is scanned');
    finds('the real gpupci: nobody has it open');
    for my $node (qw(/dev/vfio/12 /dev/vfio/devices/vfio0)) {
        my $link = $fs->root . '/proc/4321/fd/3';
        unlink $link;
        symlink $node, $link or die;
        finds(
            "the real gpupci: $node",
            [   'gpupci1', undef, 'rocks-34 has it open (pid 4321), and libvirt does not have it running here',
                "rocks run host $container 'virsh list --all'"
            ]);
    }
}

# What libvirt would do next is another thing than what runs.
{
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";
    mkdir $ENV{ROCKS_PLUGINS}, 0755;
    my @plugins = map { "$BUILD/$_.so" } qw(plugins/domain plugins/device tests/plugins/hypervisor-told);
    system('cp', @plugins, $ENV{ROCKS_PLUGINS}) == 0 or die;
    my $told = sub { spurt("$FOLDER/told", join '', map { join("\t", @$_) . "\n" } @_) };
    local $ENV{TOLD} = "$FOLDER/told";
    my $due = "@first";
    agree();
    $told->([ 'rocks-33', $uuid, 'active', $due, $due ]);
    finds('what runs and what would run next agree');
    $told->([ 'rocks-33', $uuid, 'active', $due, '0000:03:00.0' ]);
    finds(
        'it would next start with another card',
        [   undef, 'rocks-33', 'libvirt would next give it 0000:03:00.0, which are not its cards',
            $restart
        ],
        [   undef, 'rocks-33',
            'libvirt would next not give it 0000:02:00.0, 0000:02:00.1 of its cards', $restart
        ]);
    my @since = map { $_->{since} =~ s/\d{4}-\d\d-\d\dT\d\d:\d\dZ/T/gr }
        map { @{ $_->{gpu} } } @{ decode_json(rocks(qw(check host gpu json=yes))->{out}) };
    is_deeply(\@since,
        [ ("assigned T by @{[ scalar getpwuid $> ]}; libvirt's definition of T") x 2 ],
        'which the definition says');
    $told->([ 'rocks-33', $uuid, 'active', '0000:03:00.0', $due ]);
    finds('it runs with another card, and would not next time',
        [ undef, 'rocks-33', 'libvirt gives it 0000:03:00.0, which are not its cards', $restart ],
        [   undef, 'rocks-33', 'libvirt does not give it 0000:02:00.0, 0000:02:00.1 of its cards',
            $restart
        ]);
    $told->([ 'rocks-33', $uuid, 'active', $due ]);
    finds('one that is gone when it is off has no next time');

    # What runs is left alone, whatever else is put right.
    my $defined = "$FOLDER/told.defined";
    $told->([ 'rocks-33', $uuid, 'active', $due, '0000:03:00.0' ]);
    my $got = rocks(qw(check host gpu repair=yes output-col=what output-header=no));
    is($got->{status}, 1, 'repair=yes, what runs: drift remains');
    is($got->{err}, '', 'nothing was done');
    is(() = $got->{out} =~ /would next/g, 2, 'and it is listed');
    ok(!-e $defined, 'nothing was defined');

    # A VM that is off is defined as recorded, once.
    for my $functions ([ '0000:03:00.0' ], [], [ @first, '0000:03:00.0' ]) {
        $told->([ 'rocks-33', $uuid, 'shutoff', "@$functions", '' ]);
        spurt($defined, '');
        my $before = inventory();
        $got = rocks(qw(check host gpu repair=yes));
        is($got->{err}, "rocks: rocks-33: is defined on $container as recorded\n",
            'repair=yes, what is off: what it did');
        is($got->{out}, '', 'it left nothing');
        is($got->{status}, 0, 'clean');
        is(slurp($defined), rocks(qw(report host vm config rocks-33))->{out},
            'libvirt got what rocks reports');
        ok(inventory() eq $before, 'the inventory is as it was');
    }
    # One that was started since it was looked at, or is paused, crashed, renamed, not recorded.
    spurt($defined, '');
    $told->([ 'rocks-33', $uuid, 'shutoff', '', '' ]);
    {
        local $ENV{TOLD_RUNS} = 1;
        $got = rocks(qw(check host gpu repair=yes));
        is($got->{err}, "rocks: rocks-33: it now runs on $container: left unchanged\n",
            'one that was started meanwhile');
        is($got->{status}, 1, 'drift remains');
    }
    for my $row (
        [ 'rocks-33', $uuid, 'paused', '', '' ], [ 'rocks-33', $uuid, 'crashed', '', '' ],
        [ 'other', $uuid, 'shutoff', '', '' ],
        [ 'stranger', $stranger, 'shutoff', '0000:03:00.0', '' ])
    {
        $told->($row);
        $got = rocks(qw(check host gpu repair=yes));
        is("$got->{status}$got->{err}", '1', "$row->[0] @{[ $row->[2] ]}: left");
    }
    is(slurp($defined), '', 'none of them was defined');
    # Nor one that is on its way to another container.
    sql(q{INSERT INTO move (vm, source, target, step, token, slice, shared, ran, autostart, action, }
            . q{patience, who) SELECT vm.host, container, (SELECT id FROM host WHERE id NOT IN }
            . q{(container, vm.host) LIMIT 1), 'copy', 'x', slice, 0, 0, 0, 'poweroff', 1, 'x' }
            . q{FROM vm JOIN host ON id = vm.host WHERE name = 'rocks-33'});
    $told->([ 'rocks-33', $uuid, 'shutoff', '', '' ]);
    $got = rocks(qw(check host gpu repair=yes));
    is($got->{status}, 1, 'one that is being moved: left');
    like($got->{err}, qr/^rocks: rocks-33 is being moved from [^\n]* stands at «copy»; [^\n]*\n\z/,
        'and why');
    is(slurp($defined), '', 'it was not defined');
    sql('DELETE FROM move');
    # A VM that cannot have its card is left, with the reason.
    $told->([ 'rocks-33', $uuid, 'shutoff', '', '' ]);
    rocks(qw(set host gpu), $container, qw(gpupci1 state=quarantined));
    $got = rocks(qw(check host gpu repair=yes));
    is($got->{status}, 1, 'a card that is quarantined: drift remains');
    like($got->{err},
        qr/^rocks: rocks-33: its gpupci, gpupci1 of \Q$container\E, is quarantined; [^\n]*\n\z/,
        'and why');
    is(slurp($defined), '', 'it was not defined');

    # A card that moved is recorded, and then the VM is defined with it there.
    agree();
    my @moved = map { { %$_, address => $_->{address} =~ s/:02:/:06:/r } } @cards[ 0, 1 ];
    scan([ @moved, @cards[ 2, 3 ] ]);
    $told->([ 'rocks-33', $uuid, 'shutoff', $due, '' ]);
    $got = rocks(qw(check host gpu repair=yes json=yes));
    is($got->{err}, "rocks: $container: gpupci1 is recorded at pci_0000_06_00_0 now, moved\n"
        . "rocks: rocks-33: is defined on $container as recorded\n", 'moved: both');
    is($got->{out}, "[]\n", 'nothing is left');
    is($got->{status}, 0, 'clean');
    is(sql(q{SELECT verb FROM history ORDER BY id DESC LIMIT 1}), 'moved', 'the history has it');
}

# What a scan says is recorded; what the host or a VM uses is left.
sub repairs {
    my ($what, $said, @left) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(qw(check host gpu repair=yes json=yes));
    is($got->{err}, $said, "$what: what was done");
    is($got->{status}, @left ? 1 : 0, "$what: status");
    return is_deeply([ map { $_->{what} } map { @{ $_->{gpu} } } @{ decode_json($got->{out}) } ],
        \@left, "$what: what is left");
}
agree();
scan([ @cards[ 0, 1 ] ]);
repairs('gone', "rocks: $container: gpupci2 is recorded as missing, last at pci_0000_03_00_0\n");
repairs('gone, again', '');
scan(\@cards);
repairs('back', "rocks: $container: gpupci2 is recorded at pci_0000_03_00_0 now, returned\n");
scan([ @cards, card('gpupci3', '0000:09:00', serial => 'S-3') ]);
repairs('new', "rocks: $container: gpupci3 is recorded at pci_0000_09_00_0 now, new\n");
{
    my $before = inventory();
    agree(state => 'shutoff');
    on_host($container, 'gpupci',
        "echo \"\$*\" >> $FOLDER/gpupci.calls\ncat '$FOLDER/scan.json'\n");
    spurt(
        "$FOLDER/scan.json",
        document(
            [   { %{ $cards[0] }, driver => 'nouveau' }, { %{ $cards[1] }, driver => undef },
                @cards[ 2, 3 ] ]
        ));
    repairs('a card that the host uses', '',
        'pci_0000_02_00_0 of it is with the driver nouveau, not bound to vfio-pci');
    unlike(slurp("$FOLDER/gpupci.calls"), qr/detach|attach/, 'it is not taken from the host');
}
agree();
ails(refused => $container);
scan([ @cards[ 0, 1 ] ]);
{
    my $before = inventory();
    is(rocks(qw(check host gpu repair=yes))->{status}, 3,
        'a host that cannot be asked: could not look');
    heals($container);
    rocks(qw(set attr libvirt_uri nowhere:///));
    $before = inventory();
    my $got = rocks(qw(check host gpu repair=yes));
    is($got->{status}, 3, 'nor one whose libvirt cannot: could not look');
    is(() = $got->{err} =~ /\n/g, 1, 'which is said once');
    ok(inventory() eq $before, 'and nothing of it is changed');
}
usage(qr/repair= must be yes or no/, qw(check host gpu repair=maybe));
# Who may only read looks, and cannot repair.
agree();
{
    local $ENV{ROCKS_DB} = "$FOLDER/absent.db";
    is(rocks(qw(check host gpu))->{status}, 3, 'no inventory');
    ok(!-e $ENV{ROCKS_DB}, 'which is not made by looking');
}

# Since which facts.
sub since {
    my ($what, $expected) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $who = getpwuid $>;
    my ($row) = map { @{ $_->{gpu} } } @{ decode_json(rocks(qw(check host gpu json=yes))->{out}) };
    return is($row->{since} =~ s/\d{4}-\d\d-\d\dT\d\d:\d\dZ/T/gr =~ s/ by \Q$who\E\b/ by me/r,
        $expected, "since: $what");
}
agree();
scan([ @cards[ 0, 1 ], card('gpupci2', '0000:05:00', serial => 'S-2') ]);
since('moved', 'added T by me; scan of T');
scan([ @cards, card('gpupci3', '0000:09:00', serial => 'S-3') ]);
since('new', 'scan of T');
agree(state => 'shutoff');
scan([ { %{ $cards[0] }, driver => 'nouveau' }, @cards[ 1 .. 3 ] ]);
since('the host has a driver on it', 'assigned T by me; scan of T');
agree(functions => []);
since('it runs without them', 'assigned T by me; what runs at T');
agree(functions => [], state => 'shutoff');
since('it would start without them', "assigned T by me; libvirt's definition of T");
agree();
scan(\@cards, [ 7, 4321 ]);
since('somebody has it open', '/dev/vfio/7 at T');
scan(\@cards, [ $first[1], 4321 ]);
since('or a function of it', '/dev/vfio/devices/vfio0 at T');
agree(functions => []);
like(rocks('check', 'host', 'gpu', 'output-col=vm,since,repair')->{out},
    qr/^VM +SINCE +REPAIR +\n/, 'the columns of the table');

# Being blind is never being clean.
agree();
sub blind {
    my ($what, $why, $functions) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    scan($functions);
    my $got = rocks(qw(check host gpu));
    is($got->{status}, 3, "$what: could not look");
    return is($got->{err}, "rocks: $container: $why\n", "$what: and why");
}
blind('who asks there is not root',
    'gpupci there cannot see who has gpupci1 open: only root can; let ssh log in there as root, or run this '
        . 'as root on that machine. As root, `gpupci --status gpupci1` there says why',
    [ map { { %$_, holders => undef } } @cards ]);
blind('one function is not known',
    'gpupci there cannot see who has gpupci2 open: only root can; let ssh log in there as root, or run this '
        . 'as root on that machine. As root, `gpupci --status gpupci2` there says why',
    [ @cards[ 0 .. 2 ], { %{ $cards[3] }, holders => undef } ]);
my @old = map { { %$_ } } @cards;
delete $_->{holders} for @old;
my $too_old = 'its gpupci is too old to say who has its cards open; update the package gpupci there';
blind('a gpupci that does not name holders', $too_old, \@old);
for my $odd ('x', [1], [ { process => 'x' } ], [ { what => 1 } ], [ { command => {} } ]) {
    scan([ map { { %$_, holders => $odd } } @cards ]);
    my $got = rocks(qw(check host gpu));
    is($got->{status}, 3, 'odd holders: could not look');
    like($got->{err}, qr/\Arocks: \Q$container\E: the scan has malformed holders; [^\n]*\n\z/, 'and why');
}
{
    scan([ map { { %$_, iommu_group => undef } } @old ]);
    hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => 'shutoff', functions => \@first });
    finds('without IOMMU groups there is nothing to see');
    agree(functions => []);
    scan(\@old);
    my $got = rocks(qw(check host gpu output-header=no));
    is($got->{status}, 3, 'drift, and holders that are not known: could not look');
    like($got->{out}, qr/libvirt does not give it /, 'the drift is shown');
    agree();
}
ails(refused => $container);
my $got = rocks(qw(check host gpu));
is($got->{status}, 3, 'a host that is down: could not look');
like($got->{err}, qr/\Arocks: \Q$container\E: down: ssh: connect[^\n]*\n\z/, 'and which');
heals($container);
on_host($container, 'gpupci', "printf garbage\n");
is(rocks(qw(check host gpu))->{status}, 3, 'garbage: could not look');
on_host($container, 'gpupci', "head -c 300 '$FOLDER/scan.json'\n");
is(rocks(qw(check host gpu))->{status}, 3, 'half a document: could not look');
on_host($container, 'gpupci', "cat '$FOLDER/scan.json'; yes '' | head -c 2097152\n");
$got = rocks(qw(check host gpu));
is($got->{status}, 3, 'more than a scan: could not look');
like($got->{err}, qr/^rocks: \Q$container\E: the scan is larger than 2 MiB; /m, 'and why');
on_host($container, 'gpupci', "exit 1\n");
is(rocks(qw(check host gpu))->{status}, 3, 'a gpupci that fails: could not look');
agree();
rocks(qw(set attr libvirt_uri nowhere:///));
$got = rocks(qw(check host gpu));
is($got->{status}, 3, 'no libvirt: could not look');
like($got->{err}, qr/\Arocks: \Q$container\E: libvirt on \Q$container\E cannot be reached/,
    'and why');
is(rocks(qw(check host gpu rocks-33))->{status}, 3, 'a VM is not looked at');

done_testing;
