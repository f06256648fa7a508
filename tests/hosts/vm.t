#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A VM from its definition to its end, by the real libvirt and QEMU: started, paused, resumed,
# stopped, saved, renamed without rocks; and a libvirtd that ends in the middle.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;

my $name = 'vm-container-0-0';
my ($vm, $other) = qw(rocks-33 rocks-34);
my $disk = "$DISKS/$vm.vda";
my ($host) = fleet($name => 't4');

sub uuid_of { return sql("SELECT uuid FROM vm JOIN host ON id = host WHERE name = '$_[0]'") }

# The guests of the QEMUs that run there.
sub guests {
    my $words = $host->run("cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'");
    return join ' ', sort $words =~ /^guest=([^,]*)/mg;
}

scenario 'a VM is started, paused, resumed, stopped' => sub {
    frontend(qw(sync host gpu));
    frontend('add', 'host', 'vm', $name, 'hosted-vm', "name=$_", 'mem=64',
        "disk=file:$DISKS/$_.vda,vda,virtio", 'disksize=1')
        for $vm, $other;
    like(status_of($vm), qr/^nostate$/, 'it was never defined');
    prints("$vm: made $disk on $name\n", qw(start host vm), $vm);
    is(status_of($vm), 'active', 'it runs');
    is(guests(),       $vm,      'in a QEMU');
    like(status_of($other), qr/^nostate$/, 'the other was never defined');
    like($host->run("stat -c '%s %b' $disk"), qr/^1000000000 \d\z/, 'its disk is an empty file');
    finds('while it runs');
    prints('', qw(stop host vm), $vm);
    $host->put_disk($disk, 'raw');
    prints('', qw(start host vm), $vm);
    is($host->ticks($vm), 1, 'it starts from its disk');

    (my $defined = $host->run("virsh dumpxml --inactive $vm"))
        =~ s{ *<metadata>\n *<rocks:vm xmlns:rocks="urn:gpupt:rocks"/>\n *</metadata>\n}{}
        or fail('it has no mark of rocks');
    $host->put('/root/vm.xml', frontend(qw(report host vm config), $vm));
    is($host->run("virsh -q define /root/vm.xml && virsh dumpxml --inactive $vm"), $defined,
        'libvirt has what rocks reports, and a mark');

    prints("$vm runs already\n", qw(start host vm), $vm);
    prints('', qw(pause host vm), $vm);
    is(status_of($vm),         'paused', 'paused');
    is($host->ticks_now($vm), 0,        'its clock stands still');
    prints("$vm is paused already\n", qw(pause host vm), $vm);
    prints('', qw(resume host vm), $vm);
    is(status_of($vm),     'active', 'resumed');
    is($host->ticks($vm), 1,        'its clock goes on');
    prints("$vm is not paused\n", qw(resume host vm), $vm);
    prints('', qw(stop host vm), $vm);
    is(status_of($vm), 'shutoff', 'stopped');
    is(guests(),       '',        'no QEMU is left');
    prints("$vm is off already\n", qw(stop host vm), $vm);
    fails(qr/$vm: it does not run; `rocks start host vm $vm`/, qw(pause host vm), $vm);
};

scenario 'it starts with its host where that is set' => sub {
    frontend(qw(set attr kvm_autostart yes));
    prints('', qw(start host vm), $vm);
    my @vms = ($vm, $other);
    frontend(qw(start host vm), $other);
    frontend(qw(set host attr), $other, qw(kvm_autostart no));
    frontend(qw(stop host vm),  $other);
    frontend(qw(start host vm), $other);
    is(guests(), "@vms", 'both run');
    $host->cut_power();
    complains(3, qr/^rocks: $name: libvirt on $name cannot be reached/,
        qw(list host vm status=yes));
    $host->boot();
    is(status_of($vm),    'active',  'one is there again');
    is(status_of($other), 'shutoff', 'the other is still defined');
    is(guests(),          $vm,       'and off');
    frontend(qw(stop host vm),            $vm);
    frontend(qw(set attr kvm_autostart no));
};

# libvirt saves no VM that has a card: a state that was saved is from before.
scenario 'a state that was saved without the card' => sub {
    prints('', qw(start host vm), $vm);
    $host->run("virsh -q managedsave $vm");
    is(guests(), '', 'it was saved');
    frontend(qw(add host gpu), $vm, qw(gpupci gpupci1));
    my $uuid = uuid_of($vm);
    fails(
        qr/^rocks: $vm: libvirt on $name has a saved state of it, from when it had other cards, .*there, `virsh managedsave-remove $uuid` forgets the state$/,
        qw(start host vm), $vm);
    is(status_of($vm), 'shutoff', 'it is not started');
    frontend(qw(remove host gpu), $vm, 'gpupci');
    prints('', qw(start host vm), $vm);
    is(status_of($vm),     'active', 'with the cards it had');
    is($host->ticks($vm), 1,        'it goes on from there');
    $host->run("virsh -q managedsave $vm");
    types("rocks run host $name 'virsh managedsave-remove $uuid'");
    is($host->run("virsh dominfo $vm | grep Managed"), 'Managed save:   no', 'it is forgotten');
};

scenario 'renamed in libvirt' => sub {
    my $uuid = uuid_of($vm);
    $host->run("virsh -q domrename $vm 'x;y'");
    my ($repair) = finds('another name', [ undef, $vm, 'libvirt calls it x;y' ]);
    complains(
        1,
        qr/^rocks: $vm: $name calls it x;y, not $vm: it was renamed there; `rocks set host vm $vm domain=…` records its new name$/m,
        qw(start host vm), $vm);
    complains(1, qr/^$/, qw(check host gpu repair=yes));
    types($repair);
    finds('its name there is recorded');
    $host->run("virsh -q domrename $uuid $vm");
    frontend(qw(set host vm), $vm, "domain=$vm");
    finds('its own again');
};

scenario 'another domain has its name' => sub {
    my $uuid = uuid_of($other);
    $host->run("virsh -q undefine $other");
    $host->put('/root/other.xml',
        frontend(qw(report host vm config), $other) =~ s/<uuid>.*\n//r);
    $host->run('virsh -q define /root/other.xml');
    my $there = $host->run("virsh domuuid $other") =~ s/\s//gr;
    fails(qr/^rocks: $other: $name has another domain named $other, with the UUID $there; /, $_,
        qw(host vm), $other)
        for qw(start stop);
    is($host->run("virsh domuuid $other") =~ s/\s//gr, $there, 'which is left alone');
    $host->run("virsh -q undefine $other");
};

scenario 'libvirtd goes away between define and start' => sub {
    $host->hook("[ \$2 = prepare ] && [ ! -e /root/once ] || exit 0\n"
            . 'touch /root/once; kill -9 $(cat /run/libvirt/libvirtd.pid); sleep 1');
    # It is there again a moment after it went away.
    $host->run('(while [ ! -e /root/once ]; do sleep 0.1; done; sleep 0.5; '
            . 'libvirtd -d -p /run/libvirt/libvirtd.pid) > /dev/null 2>&1 &');
    prints('', qw(start host vm), $vm);
    is($host->run('ls /root/once'), '/root/once', 'libvirtd was killed in between');
    is(status_of($vm), 'active', 'it runs');
    is(guests(),       $vm,      'once');
    finds('all agree');
    frontend(qw(stop host vm), $vm);
    $host->hook('');
};

scenario 'its power goes while a VM starts' => sub {
    $host->hook("[ \$2 = prepare ] || exit 0\ntouch /root/starting; sleep 60\n");
    my $child = fork // die;
    if (!$child) {
        open STDERR, '>', "$FOLDER/start.err" or die;
        exec "$BUILD/rocks", qw(start host vm), $vm or die;
    }
    $host->run('while [ ! -e /root/starting ]; do sleep 0.05; done');
    $host->cut_power();
    waitpid $child, 0;
    is($? >> 8, 1, 'the start failed');
    like(slurp("$FOLDER/start.err"), qr/^rocks: $vm: libvirt on $name cannot [^\n]*\n\z/,
        'and said so');
    complains(3, qr/^rocks: $name: libvirt on $name cannot be reached/,
        qw(list host vm status=yes));
    complains(3, qr/^rocks: $name: down: /, qw(check host gpu));
    complains(1, qr/^rocks: $vm: libvirt on $name cannot be reached|^rocks: $vm: $name: down: /,
        qw(start host vm), $vm);

    $host->hook('');
    $host->boot();
    is(status_of($vm), 'shutoff', 'it is off, and still defined');
    prints('', qw(start host vm), $vm);
    is(status_of($vm), 'active', 'it runs');
    finds('all agree again');
};

done_testing();
