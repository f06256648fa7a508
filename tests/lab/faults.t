#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What breaks between a frontend and a VM host, with the real ssh, libvirtd and kernel: another
# host key, a libvirtd that goes away, a VM that was renamed, a host whose power goes.
use strict;
use warnings;

use Lab;

my $name    = 'vm-container-0-0';
my $vm      = 'rocks-33';
my $cluster =
    boot_cluster({ $name => 'memory=1536 disk=256M port-1/00.0=video port-1/00.1=sound' });
my $host = $cluster->{hosts}{$name};

# libvirt's word for the moment between define and start: what it runs then.
my $HOOK = '/etc/libvirt/hooks/qemu';

sub set_hook {
    my ($script) = @_;
    $host->put($HOOK, "#!/bin/sh\n[ \"\$2\" = prepare ] || exit 0\n$script\nexit 0\n");
    $host->run("chmod 755 $HOOK");
}

# libvirtd, which is there again a second after it went away.
sub keep_libvirt {
    $host->run('(while :; do pid=$(cat /run/libvirtd.pid) && [ -e /proc/$pid ] || libvirtd -d; '
            . 'sleep 1; done) > /dev/null 2>&1 &');
}

sub restart_libvirt {
    $host->run(
        'old=$(cat /run/libvirtd.pid); kill $old; while [ -e /proc/$old ]; do sleep 0.1; done; '
            . 'while ! virsh -q list > /dev/null 2>&1; do sleep 0.5; done');
}

sub set_up_host {
    $host->make_vm_host();
    keep_libvirt();
}

sub status_of {
    my $status = frontend('list', 'host', 'vm', $vm,
        qw(status=yes output-col=status output-header=no));
    return $status =~ s/\s+\z//r;
}

# A call that has to fail with this status, and say this.
sub complains {
    my ($status, $pattern, @words) = @_;
    my $got = rocks(@words);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, $status, "rocks @words: status");
    return like($got->{err}, $pattern, "rocks @words: why");
}

scenario 'a frontend and a host' => sub {
    reach($cluster);
    set_up_host();
    frontend(qw(sync host gpu));
    frontend('add', 'host', 'vm', $name, 'hosted-vm', "name=$vm", 'mem=256', 'disksize=1');
    frontend('add', 'host', 'gpu', $vm, 'gpupci', 'pci_0000_01_00_0');
    frontend('run', 'host', $name, 'gpupci --detach gpupci1');
    finds('all agree');
};

scenario 'another host key' => sub {
    my $known = "$cluster->{ssh_config}.known";
    my $right = slurp($known);
    run_program('', qw(ssh-keygen -q -t ed25519 -N), '', '-f', "$FOLDER/key");
    my ($other) = slurp("$FOLDER/key.pub") =~ /^(\S+ \S+)/;
    for my $wrong ("$name $other\n", '') {
        my $which = $wrong ? 'changed' : 'unknown';
        spurt($known, $wrong);
        my $words = qr/its host key is not the one that ssh knows; compare them at its console, /;
        complains(1, qr/^rocks: $name: $words/m, 'run', 'host', $name, 'true');
        complains(1, qr/^rocks: $name: down: $words/m, qw(sync host gpu));
        complains(3, qr/^rocks: $name: down: $words/m, qw(check host gpu));
        complains(3, qr/^rocks: $name: $words/m, qw(list host vm status=yes));
        complains(1, qr/^rocks: $vm: $name cannot tell whether [^\n]*$words/m, qw(start host vm),
            $vm);
        is(slurp($known), $wrong, "$which: no key was taken");
    }
    spurt($known, $right);
    finds('with the right key');
};

scenario 'libvirtd goes away between define and start' => sub {
    set_hook(
        '[ ! -e /run/once ] || exit 0; touch /run/once; kill -9 $(cat /run/libvirtd.pid); sleep 3');
    restart_libvirt();
    my $got = rocks(qw(start host vm), $vm);
    is($got->{err},    '', 'the start says nothing of it') or diag($got->{err});
    is($got->{status}, 0,  'it started');
    is($host->run('ls /run/once'), '/run/once', 'libvirtd was killed in between');
    is(status_of(), 'active', 'it runs');
    finds('all agree');
    frontend(qw(stop host vm), $vm);
};

scenario 'renamed in libvirt' => sub {
    my $uuid = $host->run("virsh domuuid $vm | head -n 1");
    $host->run("virsh -q domrename $vm 'x;y'");
    my ($repair) = finds('another name', [ undef, $vm, 'libvirt calls it x;y' ]);
    complains(
        1,
        qr/^rocks: $vm: $name calls it x;y, so it was renamed there; `virsh domrename $uuid $vm` /,
        qw(start host vm), $vm);
    complains(1, qr/^$/, qw(check host gpu repair=yes));
    types($repair);
    finds('its own again');
};

scenario 'its power goes while a VM starts' => sub {
    set_hook('touch /run/starting; sleep 60');
    restart_libvirt();
    my $child = fork // die;
    if (!$child) {
        open STDERR, '>', "$FOLDER/start.err" or die;
        exec "$BUILD/rocks", qw(start host vm), $vm;
    }
    $host->run('while [ ! -e /run/starting ]; do sleep 0.2; done');
    $host->cut_power();
    waitpid $child, 0;
    is($? >> 8, 1, 'the start failed');
    like(slurp("$FOLDER/start.err"), qr/^rocks: $vm: libvirt on $name cannot [^\n]*\n\z/,
        'and said so');
    complains(3, qr/^rocks: $name: libvirt on $name cannot be reached/,
        qw(list host vm status=yes));
    complains(3, qr/^rocks: $name: down: /, qw(check host gpu));
    complains(1, qr/^rocks: $vm: $name cannot tell whether /, qw(start host vm), $vm);

    $host->boot();
    $host->start_ssh("127.0.0.1 localhost\n");
    $host->run("rm -f $HOOK");
    set_up_host();
    is(status_of(), 'shutoff', 'it is off, and still defined');
    my ($repair) = finds(
        'its host has the card',
        [   'gpupci1', $vm,
            'pci_0000_01_00_0 of it is with the driver bochs-drm, not bound to vfio-pci'
        ]);
    complains(1, qr/^rocks: $vm: 0000:01:00\.0 of its card gpupci is with the driver bochs-drm /,
        qw(start host vm), $vm);
    types($repair);
    prints('', qw(start host vm), $vm);
    is(status_of(), 'active', 'it runs');
    finds('all agree again');
};

done_testing();
