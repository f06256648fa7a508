#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The cold move between two VM hosts, by the real libvirt, ssh and rsync: a VM that runs, one
# that is off and has a card, and all that libvirt has against it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;
use Journey;

my ($first, $second) = qw(vm-container-0-0 vm-container-0-1);
my ($vm,    $other)  = qw(rocks-33 rocks-34);
my ($system, $data) = map {"$DISKS/$vm.$_"} qw(vda vdb);
my %host;
@host{ $first, $second } = fleet($first => 't4', $second => 't4');
my $journey = Journey->new(vm => $vm, folder => $DISKS, held => "$vm.vdb");

# The move is refused in these words, and the VM does what it did.
sub stays {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = status_of($vm);
    my $got    = $journey->moves(@words ? @words : $second);
    is($got->{status}, 1, "$pattern: refused");
    like($got->{err}, qr/\Arocks: $vm: $pattern[^\n]*\n\z/, 'with a word');
    is(status_of($vm), $before, "$before as before");
    return is($host{$second}->run("ls $DISKS"), '', 'nothing was copied');
}

scenario 'a VM with two disks' => sub {
    frontend(qw(sync host gpu));
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=64',
        "disk=qcow2:$system,vda,virtio file:$data,vdb,virtio", 'disksize=1 1');
    $host{$first}->put_disk($system, 'qcow2');
    # Something, a hole, and something again.
    $host{$first}->run("head -c 3M /dev/urandom > $data && truncate -s 30M $data && "
            . "printf end >> $data");
    prints('', qw(start host vm), $vm);
    # What QEMU writes into the qcow2 file when it opens it is there.
    prints('', qw(stop host vm), $vm);
    $journey->remember_disks($host{$first});
    prints('', qw(start host vm), $vm);
};

scenario 'it moves while it runs' => sub {
    my $plan = $journey->moves($second, 'dryrun=yes');
    is($plan->{err}, '', 'dryrun=yes');
    like($plan->{out}, qr/^\Q$vm: from $first to $second; it runs\E$/m, 'says that it runs');
    like($plan->{out}, qr/^copy \Q$system\E: \d MB, of which \d MB are in use$/m, 'and what');
    like($plan->{out}, qr/^copy \Q$data\E: 32 MB, of which [34] MB are in use$/m, 'is copied');
    is(status_of($vm), 'active', 'it runs on');
    my $got = $journey->moves($second);
    is($got->{err},    '', 'no complaint') || diag($got->{out});
    is($got->{status}, 0,  'moved');
    is(status_of($vm),              'active', 'it runs there');
    is($host{$second}->ticks($vm), 1,        'from its disk');
    cmp_ok($host{$second}->run("stat -c %b $data") * 512, '<', 5_000_000, 'holes stay holes');
    prints('', qw(stop host vm), $vm);
    $journey->lives_on($host{$second}, $host{$first}, 'shutoff', 'moved');
    like($journey->moves($first)->{err}, qr/has something there, which is never overwritten/,
        'its old disks are in the way');
    $journey->types_removals($got->{out});
};

scenario 'it moves back, off and with a card' => sub {
    # There the card of that place is another VM's.
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$other", 'mem=64');
    frontend(qw(add host gpu), $other, qw(gpupci gpupci1));
    frontend(qw(add host gpu), $vm,    qw(gpupci gpupci1));
    frontend(qw(check host gpu repair=yes));
    like($host{$second}->run("virsh dumpxml $vm"), qr/<source>\s*<address [^>]*bus='0x18'/,
        'libvirt has the card of the one host');
    $host{$second}->run("virsh -q autostart $vm");
    my $got = $journey->moves($first);
    is($got->{err}, '', 'no complaint') || diag($got->{out});
    like($got->{out},
        qr/^card gpupci: gpupci1 at pci_0000_18_00_0 -> gpupci2 at pci_0000_3b_00_0$/m,
        'another card');
    $journey->lives_on($host{$first}, $host{$second}, 'shutoff', 'moved back');
    my $xml = $host{$first}->run("virsh dumpxml $vm");
    like($xml, qr/<source>\s*<address [^>]*bus='0x3b'/, 'libvirt has the card of the other host');
    unlike($xml, qr/bus='0x18'/, 'and no more');
    like($host{$first}->run("virsh dominfo $vm"), qr/^Autostart: +enable$/m,
        'it starts with that host, too');
    $journey->types_removals($got->{out});
};

scenario 'nobody knows what it would lose' => sub {
    # A card is gone, so its XML cannot be made; an older rocks defined it, and recorded nothing.
    my $card = $host{$first}->folder . '/tree/sys/bus/pci/devices/0000:3b:00.0';
    my $gone = $host{$first}->folder . '/gone';
    rename $card, $gone or die "$card: $!\n";
    frontend(qw(sync host gpu), $first);
    is(rocks(qw(move host vm), $vm, $second, 'dryrun=yes')->{err}, '', 'what rocks defined is compared');
    sql('CREATE TABLE site_recorded AS SELECT * FROM definition; DELETE FROM definition');
    stays(qr/its gpupci, gpupci2 of \Q$first\E, is missing, .*; correct that first: rocks has not recorded the definition on \Q$first\E, so it cannot say what a move would lose of it/);
    sql('INSERT INTO definition SELECT * FROM site_recorded; DROP TABLE site_recorded');
    rename $gone, $card or die "$card: $!\n";
    frontend(qw(sync host gpu), $first);
    is(rocks(qw(move host vm), $vm, $second, 'dryrun=yes')->{err}, '', 'as soon as it can be made');
    frontend(qw(remove host gpu), $vm, 'gpupci');
};

scenario 'what libvirt has against it' => sub {
    my $there = $host{$second};
    my $uuid  = sql("SELECT uuid FROM vm JOIN host ON id = host WHERE name = '$vm'");
    prints('', qw(start host vm), $vm);
    $there->put('/root/vm.xml', frontend(qw(report host vm config), $vm));
    $there->run('virsh -q define /root/vm.xml');
    my $forget = "rocks run host $second 'virsh undefine --keep-nvram --keep-tpm $uuid'";
    stays(qr/\Q$second\E has it defined already; if it does not run there, `\Q$forget\E`/);
    types($forget);
    $there->put('/root/vm.xml', frontend(qw(report host vm config), $vm) =~ s/<uuid>.*\n//r);
    $there->run('virsh -q define /root/vm.xml');
    stays(qr/\Q$second\E has another domain named \S+, with the UUID /);
    $there->run("virsh -q undefine $vm");
    $there->run('ip link del br0');
    stays(qr/\Q$second\E has no device br0 for its interface eth0/);
    $there->run('ip link add br0 type bridge && ip link set br0 up');
    $there->stop_libvirt();
    stays(qr/libvirt on \Q$second\E cannot be reached/);
    $there->start_libvirt();
    # As a guest without an operating system does.
    my $got = $journey->moves($second, qw(action=shutdown timeout=1));
    like($got->{err}, qr/\Arocks: $vm: it was asked to shut down and has not in 1 s; /,
        'a guest that takes no notice');
    is(status_of($vm), 'active', 'still runs');
    is($journey->moves('undo=yes')->{err}, '', 'undo=yes');
    prints('', qw(stop host vm), $vm);
};

scenario 'what hangs on it in libvirt' => sub {
    my $here = $host{$first};
    prints('', qw(start host vm), $vm);
    $here->run("virsh -q managedsave $vm");
    stays(qr/on \Q$first\E a saved state of it is there/);
    $here->run("virsh -q managedsave-remove $vm");
    $here->run("virsh -q detach-disk $vm vdb --config && virsh -q snapshot-create-as $vm one");
    stays(qr/on \Q$first\E libvirt has snapshots of it there/);
    $here->run("virsh -q snapshot-delete $vm one");
    $journey->remember_disks($here);
    is($journey->moves($second)->{err}, '', 'without them it moves');
    $journey->lives_on($host{$second}, $here, 'shutoff', 'moved at last');
};

done_testing();
