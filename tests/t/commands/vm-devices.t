#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices that a VM gets by their address: those that its container uses, lacks or cannot report
# of are refused, and so are those that another VM claims.
use strict;
use warnings;

use Devices;
use Fleet;
use Hosts qw(make_host);
use Inventory;
use JSON::PP;
use Machine;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $disk = '0000:5e:00.0';

# What the container's gpupci prints of devices, and a script that ends it.
sub gpupci { return tells_status($container, "$FOLDER/scan.json", @_) }

# What it was asked since this was called last.
sub asked { my $text = -e "$FOLDER/asked" ? slurp("$FOLDER/asked") : ''; unlink "$FOLDER/asked"; return $text }

sub set_device { my ($vm, $n, @values) = @_; return rocks(qw(set host attr), $vm, "kvm_device_$n", join '', @values) }

my @cards = map { { %$_, driver => 'vfio-pci' } } card('gpupci1', '0000:02:00'),
    card('gpupci2', '0000:03:00');
begin(@cards);
fleet();
hypervisor($container);
spurt("$FOLDER/scan.json", document(\@cards));
rocks(qw(set host vm), $_, 'disk=phy:/dev/null,vda,virtio') for qw(rocks-33 rocks-34);
my $start = sub { return rocks(qw(start host vm), @_ ? @_ : 'rocks-33') };

# A free one is given, and asked for in one command with the cards.
gpupci(status($container, device($disk)));
prints('', qw(start host vm rocks-33));
is(asked() . claims(), '', 'without a device nothing is asked, and nothing claimed');
set_device('rocks-33', 0, hostdev($disk));
prints('', qw(start host vm rocks-33));
is(asked(), "--status --json $disk\n", 'a device is asked for');
is(claims(), 'rocks-33:5e00', 'and claimed');
rocks(qw(add host gpu rocks-33 gpupci gpupci1));
gpupci(status($container, device('0000:5e:00.1'), device($disk)));
set_device('rocks-33', 1, hostdev('0000:5e:00.1'));
prints('', qw(start host vm rocks-33));
is(asked(), "--list --json\n--status --json $disk 0000:5e:00.1\n",
    'with a card: it as well, but not by its address');
like(ssh_words($container), qr/gpupci --list --json .*gpupci --status --json /, 'in one command');
is(claims(), 'rocks-33:5e00 rocks-33:5e01', 'both are claimed');
rocks(qw(remove host attr rocks-33 kvm_device_1));
rocks(qw(remove host gpu rocks-33 gpupci));
prints('', qw(start host vm rocks-33));
is(claims(), 'rocks-33:5e00', 'what it no longer has it no longer claims');

# One that cannot be had.
sub refuses {
    my ($pattern, $what, $vm) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    $vm //= 'rocks-33';
    my $before = inventory();
    my $got    = $start->($vm);
    is($got->{status} . $got->{out}, 1, "$what: refused");
    like($got->{err}, qr/\Arocks: $vm: $pattern\n\z/, "$what: why");
    return ok(inventory() eq $before, "$what: nothing is claimed");
}
rocks(qw(set host attr rocks-33 kvm_device_0), '');
prints('', qw(start host vm rocks-33));
is(claims(), '', 'none is left');
my $passes = "its kvm_device_0 passes $disk";
for my $managed (qw(yes no)) {
    set_device('rocks-33', 0, hostdev($disk, $managed));
    gpupci(status($container, device($disk, used => $yes,
        uses => [ '/ is mounted from it (/dev/nvme0n1p2)', 'swap is on /dev/nvme0n1p3' ])));
    refuses(qr{\Q$passes, which $container uses itself: / is mounted from it (/dev/nvme0n1p2), swap is on /dev/nvme0n1p3; free it there, or pass another device\E}, "managed=$managed, used");
}
gpupci(status($container, device($disk, used => $yes)));
refuses(qr/\Q$passes, which $container uses itself; free it\E.*/, 'used, and not said for what');
gpupci(status($container, device($disk, used => undef)));
refuses(qr/\Q$passes, and whether $container uses that itself is unknown; `gpupci --status $disk` there says why\E/, 'not known');
on_host($container, 'id', "echo 1000\n");
refuses(qr/\Q$passes, and only root sees on $container whether that uses it; let ssh log in there as root, or run this as root on that machine\E/, 'not known to a user');
gpupci(status($container, device($disk)));
is($start->()->{err}, '', 'what is known not to be used is given, whoever says so');
unlink "$FOLDER/hosts/$container/bin/id";
rocks(qw(set host attr rocks-33 kvm_device_0), '');
$start->();
set_device('rocks-33', 0, hostdev($disk));
gpupci(status($container, missing($disk)));
refuses(qr/\Q$passes, and $container has no device there; see `rocks run host $container lspci`, and correct the address\E/, 'missing');
gpupci(status($container, device('0000:5e:00.1')));
refuses(qr/\Q$passes, and whether $container uses that itself is unknown\E.*/, 'not answered');
gpupci('', "echo 'gpupci: --json goes with --list and --check; see gpupci --help' >&2; exit 2");
refuses(qr/\Q$passes, and the gpupci of $container is too old to say whether that is in use; update the package gpupci there\E/, 'an old gpupci');
gpupci('', "echo 'gpupci: cannot read /sys' >&2; exit 1");
refuses(qr/\Q$container cannot say whether it uses $disk, which its kvm_device_0 passes: gpupci failed there with status 1: gpupci: cannot read \/sys\E/, 'a gpupci that fails');
ails(refused => $container);
refuses(qr/\Q$container cannot say whether it uses $disk\E.*down: ssh: connect to host.*/, 'a host that is down');
heals($container);

# What the host says is data: all of it is what it should be, or none of it counts.
my $whole = status($container, device($disk));
for my $case (
    [ 'is cut short or is not JSON', '' ],
    [ 'is cut short or is not JSON', substr $whole, 0, -20 ],
    [ 'is another kind of document', document([]) ],
    [ 'is another kind of document', $whole =~ s/"functions": \[/"functions": {"a":[/r =~ s/\]\, "end"/]}, "end"/r ],
    [ 'is of a version this program does not know', $whole =~ s/"version":1/"version":2/r ],
    [ 'is cut short: its end mark does not count its functions', $whole =~ s/"end": 1/"end": 2/r ],
    [ 'is of host vm-container-0-14, not of vm-container-0-15', document([ device($disk) ], schema => 'gpupci-status', host => 'vm-container-0-14') ],
    [ 'has a malformed device', document([$disk], schema => 'gpupci-status') =~ s/^"/"/r ],
    [ 'has a malformed device', status($container, device(undef)) ],
    [ 'has a malformed device', status($container, device($disk, used => 'false')) ],
    [ 'has a malformed device', status($container, device($disk, used => 0)) ],
    [ 'has a malformed device', $whole =~ s/"used":false,//r ],
    [ 'has a malformed device', status($container, device($disk, missing => 'no')) ],
    [ 'has a malformed device', status($container, device($disk, uses => 'it is /')) ],
    [ 'has a malformed device', status($container, device($disk, uses => [ 'a', {} ])) ],
    [ 'has a malformed address', status($container, device('5e')) ],
    [ 'has one address twice', status($container, device($disk), device('pci_0000_5e_00_0')) ],
    )
{
    gpupci($case->[1]);
    refuses(qr/\Q$container: the answer of its `gpupci --status --json` $case->[0]\E.*/, $case->[0]);
}
gpupci(status($container, device($disk, used => $yes, uses => ["\e[2J\x{9b}evil\n\x{e4}"])));
refuses(qr/.* uses itself: \\x1b\[2J\\xc2\\x9bevil\\x0a\xc3\xa4; .*/, 'nothing moves the cursor');

# Two VMs: who is first has it, running or not, until it is defined without.
gpupci(status($container, device($disk), device('0000:5e:00.1')));
is($start->()->{err}, '', 'the first has it');
set_device('rocks-34', 7, hostdev($disk));
refuses(qr/its kvm_device_7 passes \Q$disk of $container, which rocks-33 claims; pass another device, or take it out of the attributes of rocks-33, whose claim `rocks check host gpu $container repair=yes` then ends\E/, 'the second', 'rocks-34');
set_device('rocks-33', 0, hostdev('0000:5e:00.1'));
refuses(qr/.* which rocks-33 claims; .*/, 'as long as the first is defined so', 'rocks-34');
is($start->()->{err} . claims(), 'rocks-33:5e01', 'it is defined with another one');
is($start->('rocks-34')->{err} . claims(), 'rocks-33:5e01 rocks-34:5e00', 'and the second has it');
refused(qr/rocks-34 claims \Q$disk\E, which is in the slot of gpupci9/, qw(add host gpu rocks-33 gpupci gpupci9))
    if rocks('add', 'host', 'gpu', $container, qw(gpupci9 5e:00.4))->{status} == 0;
rocks(qw(remove host gpu), $container, 'gpupci9');

# One that runs already is defined as it was: it keeps what it had.
my $uuid = sql(q{SELECT uuid FROM vm JOIN host ON id = host WHERE name = 'rocks-33'});
hypervisor($container, { name => 'rocks-33', uuid => $uuid, state => 'running', functions => ['0000:5e:00.1'] });
gpupci(status($container, device('0000:5e:00.2')));
set_device('rocks-33', 0, hostdev('0000:5e:00.2'));
prints("rocks-33 runs already\n", qw(start host vm rocks-33));
is(claims(), 'rocks-33:5e01 rocks-33:5e02 rocks-34:5e00', 'it runs already');

# A start that fails leaves the claim: the definition may be there.
hypervisor($container, { name => 'rocks-33', state => 'shutoff' });
is($start->()->{status} . claims(), '1rocks-33:5e01 rocks-33:5e02 rocks-34:5e00', 'a start that fails');
hypervisor($container);
is($start->()->{err} . claims(), 'rocks-33:5e02 rocks-34:5e00', 'the next one');
rocks(qw(remove host rocks-34));
is(claims(), 'rocks-33:5e02', 'a VM that is removed');
unlike(rocks('dump')->{out}, qr/claim/, 'no dump has claims');

# The real gpupci, on a machine of tests/data/hosts: the stand-in prints what it does.
{
    my $machine = make_host('t4');
    $machine->write_file('etc/hostname', "$container\n");
    my @real = ("$BUILD/gpupci", '--sysroot', $machine->root);
    my %in = (bridge => '0000:00:1c.0', nothing => $disk);
    my $said = decode_json(run_program('', @real, qw(--status --json), @in{qw(bridge nothing)})->{out});
    is_deeply([ map { [ sort keys %$_ ] } @{ $said->{functions} } ],
        [ map { [ sort keys %$_ ] } device($in{bridge}), missing($disk) ], 'keys of a function');
    is_deeply([ sort keys %$said ], [ sort keys %{ decode_json(status($container, device($disk))) } ],
        'and of the document');
    is_deeply($said->{functions}[1], missing($disk), 'a function that is missing');
    on_host($container, 'gpupci', qq(exec @real "\$@"\n));
    for my $row (
        [ bridge  => qr/which \Q$container\E uses itself: it is a bridge, which the host needs; / ],
        [ nothing => qr/and \Q$container\E has no device there; / ],
    ) {
        my ($what, $why) = @$row;
        set_device('rocks-33', 0, hostdev($in{$what}));
        refuses(qr/.*$why.*/, "the real gpupci: $what");
    }
    gpupci(status($container, device('0000:5e:00.2')));
    set_device('rocks-33', 0, hostdev('0000:5e:00.2'));
    is($start->()->{err}, '', 'as before');
}

# Who may only read starts a VM whose devices are claimed, and claims none.
{
    chmod 0755, $FOLDER;
    chown 0, 65534, glob "$ENV{ROCKS_DB}*";
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";
    mkdir $ENV{ROCKS_PLUGINS}, 0755;
    system('cp', glob("$BUILD/plugins/*.so"), $ENV{ROCKS_PLUGINS}) == 0 or die;
    chmod 01777, "$FOLDER/hosts", "$FOLDER/hosts/$container", $FOLDER;
    my $got = rocks_as(65534, 65534, qw(start host vm rocks-33));
    is($got->{err}, '', 'who may only read starts it');
    gpupci(status($container, device($disk)));
    set_device('rocks-33', 0, hostdev($disk));
    $got = rocks_as(65534, 65534, qw(start host vm rocks-33));
    like($got->{err}, qr/\Arocks: rocks-33: what its attributes pass is written into the inventory first: .* it cannot be written .*; run this as the file's owner\n\z/, 'not with another device');
    is(claims(), 'rocks-33:5e02', 'which is not claimed');
}

done_testing;
