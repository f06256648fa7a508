#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks check host gpu of devices that are passed by their address: by two VMs, by one though the
# host uses them, by a domain that does not claim them; and claims to what nobody has.
use strict;
use warnings;

use Devices;
use Fleet;
use Inventory;
use JSON::PP;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
my ($here, $next) = ('0000:5e:00.0', '0000:5e:00.1');
my $repair = "rocks check host gpu $container repair=yes";
my %uuid;

# What the host's gpupci says of devices, and a script that ends it.
sub tells { return tells_status($container, "$FOLDER/scan.json", @_) }

sub set_device { my ($vm, $n, $value) = @_; return rocks(qw(set host attr), $vm, "kvm_device_$n", $value) }

sub claim {
    my ($vm, $address) = @_;
    return sql('INSERT INTO claim (host, address, vm) SELECT container, '
            . "$address, host FROM vm JOIN host ON id = host WHERE name = '$vm'");
}

# A host without cards, and two VMs that are not defined.
sub anew {
    begin();
    rocks(qw(remove host vm-container-0-16));
    %uuid = map { split /\|/ } split /\n/, sql('SELECT name, uuid FROM vm JOIN host ON id = host');
    spurt("$FOLDER/scan.json", document([]));
    tells(status($container, device($here), device($next)));
    return hypervisor($container);
}

# Domains of these VMs, with functions.
sub defined_as {
    my (@domains) = @_;
    return hypervisor($container,
        map { { name => $_->[0], uuid => $uuid{ $_->[0] }, state => $_->[1], functions => $_->[2] } } @domains);
}

# Exactly these rows: VM, what, repair.
sub finds {
    my ($what, @rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    my $got    = rocks(qw(check host gpu json=yes));
    is($got->{err}, '', "$what: no complaint");
    is($got->{status}, @rows ? 1 : 0, "$what: status");
    is_deeply([ map { [ @{$_}{qw(vm what repair)} ] } map { @{ $_->{gpu} } } @{ decode_json($got->{out}) } ],
        \@rows, "$what: rows") || diag($got->{out});
    return ok(inventory() eq $before, "$what: nothing changed");
}

# What repair=yes says it did, and the rows that it leaves.
sub repairs {
    my ($what, $said, @left) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(qw(check host gpu repair=yes json=yes));
    is($got->{err}, join('', map { "rocks: $_\n" } @$said), "$what: what was done");
    return is_deeply([ map { $_->{what} } map { @{ $_->{gpu} } } @{ decode_json($got->{out}) } ], \@left,
        "$what: what is left");
}

fleet();
anew();
finds('nothing is passed');
ok(!-e "$FOLDER/asked" || slurp("$FOLDER/asked") !~ /status/, 'no device is asked for');

# Two VMs whose attributes pass one device: the suggested command ends it.
set_device('rocks-33', 2, hostdev($next) . hostdev($here));
set_device('rocks-34', 0, hostdev($here));
finds('two VMs pass it', [ 'rocks-34', "its kvm_device_0 passes $here, as kvm_device_2 of rocks-33 does",
    "rocks set host attr rocks-34 kvm_device_0 ''" ]);
like(slurp("$FOLDER/asked"), qr/^--status --json \Q$next $here\E$/m, 'each is asked for once');
rocks(qw(set host attr rocks-34 kvm_device_0), '');
finds('which was suggested');
rocks(qw(remove host attr rocks-34 kvm_device_0));
rocks('set', 'appliance', 'attr', 'hosted-vm', 'kvm_device_5', '<a');
finds('an unreadable attribute is reported elsewhere');
rocks('set', 'appliance', 'attr', 'hosted-vm', 'kvm_device_5', hostdev('0000:77:00.0'));
tells(status($container, map { device($_) } $here, $next, '0000:77:00.0'));
finds('an attribute of the appliance', [ 'rocks-34', "its kvm_device_5 passes 0000:77:00.0, as kvm_device_5 of rocks-33 does",
    "rocks set host attr rocks-34 kvm_device_5 ''" ]);
rocks(qw(set host attr rocks-34 kvm_device_5), '');
finds('ends so, too');
rocks(qw(set host attr rocks-33 kvm_device_2_at), "value=$container=5e:00.1,78:00.0");
tells(status($container, map { device($_) } $next, '0000:77:00.0', '0000:78:00.0'));
finds('another attribute places it');

# What the host does with them, or does not know.
anew();
set_device('rocks-33', 0, hostdev($here));
my $remove = "rocks set host attr rocks-33 kvm_device_0 ''";
tells(status($container, device($here, used => JSON::PP::true, uses => [ 'a', 'b' ])));
finds('used', [ 'rocks-33', "its kvm_device_0 passes $here, which the host uses itself: a, b", $remove ]);
tells(status($container, missing($here)));
finds('missing', [ 'rocks-33', "its kvm_device_0 passes $here, where the host has no device", $remove ]);
sub blind {
    my ($pattern, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(qw(check host gpu json=yes));
    is($got->{status}, 3, "$what: could not look");
    return like($got->{err}, qr/\Arocks: \Q$container\E: $pattern\n\z/, "$what: and why");
}
my $whether = qr/whether it uses \Q$here\E, which kvm_device_0 passes to rocks-33, /;
tells(status($container, device($here, used => undef)));
blind(qr/${whether}is unknown; `gpupci --status` there, with that address, says why/, 'not known');
tells(status($container));
blind(qr/${whether}is unknown; .*/, 'not answered');
tells('', "echo 'gpupci: --json goes with --list and --check' >&2; exit 2");
blind(qr/${whether}its gpupci is too old to say; update the package gpupci there/, 'an old gpupci');
tells('garbage');
blind(qr/the answer of its `gpupci --status --json` is cut short or is not JSON; .*/, 'garbage');
tells('', 'exit 1');
blind(qr/the answer of its `gpupci --status --json` is cut short .*/, 'a gpupci that fails');
rocks(qw(set host attr rocks-33 kvm_device_0), '');
rocks(qw(add host compute-0-0));
rocks(qw(add host vm compute-0-0 hosted-vm name=rocks-35));
set_device('rocks-35', 0, hostdev($here));
spurt("$FOLDER/compute-0-0.node", "<node></node>\n");
spurt("$FOLDER/none.json", document([], host => 'compute-0-0'));
tells_status('compute-0-0', "$FOLDER/none.json", status('compute-0-0', device($here)));
finds('which is asked for a device of another host alone');
rocks(qw(remove host rocks-35));
rocks(qw(remove host compute-0-0));
set_device('rocks-33', 0, hostdev($here));
tells(status($container, device($here, used => undef)));
on_host($container, 'id', "echo 1000\n");
blind(qr/${whether}only root sees there; let ssh log in there as root, .*/, 'who asks is not root');
unlink "$FOLDER/hosts/$container/bin/id";

# Claims and definitions: one without the other, on either side.
anew();
claim('rocks-33', 0x5e00);
my $claims_only = [ 'rocks-33', "it claims $here, which no definition of it here passes", $repair ];
finds('a claim alone', $claims_only);
defined_as([ 'rocks-34', 'shutoff', [] ], [ 'rocks-33', 'shutoff', ['0000:5e:00.2'] ]);
is(rocks(qw(check host gpu output-col=what))->{out} =~ /it claims \Q$here/, 1, 'defined with another device');
hypervisor($container);
repairs('a claim alone', ["rocks-33: does not claim $here of $container"]);
is(claims(), '', 'it is ended');
claim('rocks-33', 0x5e00);
sql(q{INSERT INTO move (vm, source, target, step, token, slice, shared, ran, autostart, action, }
        . q{patience, who) SELECT vm.host, container, (SELECT id FROM host WHERE id NOT IN }
        . q{(container, vm.host) LIMIT 1), 'copy', 'x', slice, 0, 0, 0, 'poweroff', 1, 'x' }
        . q{FROM vm JOIN host ON id = vm.host WHERE name = 'rocks-33'});
finds('one of a VM that moves');
sql('DELETE FROM move');
set_device('rocks-33', 0, hostdev($here));
for my $state (qw(running shutoff)) {
    sql('DELETE FROM claim');
    defined_as([ 'rocks-33', $state, [$here] ]);
    finds("$state: not claimed", [ 'rocks-33', "libvirt gives it $here, which it does not claim", $repair ]);
    repairs("$state: not claimed", ["rocks-33: claims $here of $container"]);
    is(claims(), 'rocks-33:5e00', "$state: it is claimed");
    finds("$state: all agree");
}

# A domain that has what another VM claims.
sub has_it { my ($state) = @_; return defined_as([ 'rocks-33', 'running', [$here] ], [ 'rocks-34', $state, [$here] ]) }
has_it('running');
my ($stop, $other) = ('rocks stop host vm rocks-34', 'rocks stop host vm rocks-34; rocks start host vm rocks-34');
finds('two run with it', [ 'rocks-34', "libvirt gives it $here, which rocks-33 claims", $stop ],
    [ 'rocks-34', "libvirt gives it $here, which are not its cards", $other ]);
has_it('shutoff');
finds('one is off', [ 'rocks-34', "libvirt would give it $here, which rocks-33 claims", $repair ],
    [ 'rocks-34', "libvirt would give it $here, which are not its cards", $repair ]);
my $stranger = '11111111-2222-3333-4444-555555555555';
hypervisor($container, { name => 'rocks-33', uuid => $uuid{'rocks-33'}, state => 'running', functions => [$here] },
    { name => 'stranger', uuid => $stranger, state => 'running', functions => [$here] });
my $dump = "rocks run host $container 'virsh dumpxml $stranger'";
finds('a stranger', [ 'stranger', "libvirt gives it $here, which rocks-33 claims", $dump ],
    [ 'stranger', "a domain that is not recorded has $here", $dump ]);

# Somebody starts or moves the VM meanwhile: its claims are left.
anew();
claim('rocks-33', 0x5e00);
{
    pipe(my $ready, my $tell) or die;
    my $pid = fork // die;
    if (!$pid) {
        open my $busy, '+>>', "$ENV{ROCKS_DB}-busy" or die;
        # F_OFD_SETLK of struct flock: a read lock on the byte of the VM, as start has it.
        my $id = sql(q{SELECT id FROM host WHERE name = 'rocks-33'});
        fcntl($busy, 37, pack('s s x4 q q l x4', 0, 0, $id, 1, 0)) or die "lock: $!";
        print {$tell} "\n";
        close $tell;
        sleep 600;
        exit;
    }
    close $tell;
    <$ready>;
    repairs('while it is started', ["another command is moving or starting rocks-33; process $pid (perl); "
                . 'wait until it ends (`rocks list move` shows moves)'],
        $claims_only->[1]);
    kill KILL => $pid;
    waitpid $pid, 0;
}

# A new definition claims what it passes, and nothing else, after it was checked.
{
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";
    mkdir $ENV{ROCKS_PLUGINS}, 0755;
    system('cp', map({ "$BUILD/$_.so" } qw(plugins/domain plugins/device tests/plugins/hypervisor-told)), $ENV{ROCKS_PLUGINS}) == 0 or die;
    local $ENV{TOLD} = "$FOLDER/told";
    my $told = sub { spurt($ENV{TOLD}, join "\t", 'rocks-33', $uuid{'rocks-33'}, 'shutoff', "$_[0]", "\n") };
    set_device('rocks-33', 0, hostdev($next));
    $told->($here);
    tells(status($container, device($next, used => JSON::PP::true, uses => ['a'])));
    like(rocks(qw(check host gpu repair=yes))->{err},
        qr/^rocks: rocks-33: its kvm_device_0 passes \Q$next, which $container uses itself: a; \E/, 'not with one that the host uses');
    claim('rocks-34', 0x5e01);
    tells(status($container, device($next)));
    like(rocks(qw(check host gpu repair=yes))->{err},
        qr/^rocks: rocks-33: its kvm_device_0 passes \Q$next of $container, which rocks-34 claims; \E/, 'nor with one that another VM claims');
    ok(!-e "$ENV{TOLD}.defined", 'it was not defined');
    $told->($here);
    sql(q{DELETE FROM claim WHERE vm = (SELECT id FROM host WHERE name = 'rocks-34')});
    repairs('defined again', ["rocks-33: is defined on $container as recorded"]);
    is(claims(), 'rocks-33:5e01', 'its claims follow');
    $told->($here);
    local $ENV{TOLD_RUNS} = 1;
    sql('DELETE FROM claim');
    claim('rocks-33', 0x5e00);
    my $got = rocks(qw(check host gpu repair=yes));
    like($got->{err}, qr/^rocks: rocks-33: it now runs on \Q$container\E: left unchanged$/m, 'one that was started meanwhile');
    is(claims(), 'rocks-33:5e00', 'keeps what it had, and does not claim what it would have got');
}

done_testing;
