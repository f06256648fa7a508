#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Detached cards stay detached over reboots, under systemd and udev; a card that moved, one that
# is gone, another at its place; the power that goes in the middle.
use strict;
use warnings;

use Lab;
use Lab::Kernel qw($TREE $BUILD);

my $base = 'init=systemd disk=64M memory=1024';
my $host;

sub drivers_are {
    my ($expected, $name, @devices) = @_;
    my $kernel = $host->kernel();
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join(' ', map { $kernel->{$_}{driver} // '-' } @devices), $expected, $name);
}

# What make install puts there, for the gpupci under test.
sub install {
    for my $file (['60-gpupci.rules', '/etc/udev/rules.d'], ['gpupci.service',
        '/etc/systemd/system']) {
        my $text = slurp("system/$file->[0].in") =~ s{\@sbindir\@}{$TREE/$BUILD}gr;
        $host->put("$file->[1]/$file->[0]", $text);
    }
    # The lab's own target stands for multi-user.target.
    $host->run('mkdir -p /etc/systemd/system/lab.target.wants && '
            . 'ln -sf ../gpupci.service /etc/systemd/system/lab.target.wants/');
}

# After a boot: the service has ended well; what it said.
sub service_said {
    my $state = $host->run('systemctl start gpupci.service; systemctl show -p Result gpupci.service; udevadm settle');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    like($state, qr/Result=success/, 'gpupci.service has ended well');
    return $host->run('journalctl -q -b -o cat -u gpupci.service 2> /dev/null || true');
}

scenario 'detached cards stay detached, others stay with the host' => sub {
    $host = boot('vm-container-0-0', "$base port-1/00.0=video port-1/00.1=sound port-2/00.0=video");
    install();
    $host->run('udevadm settle');
    drivers_are('bochs-drm snd_hda_intel bochs-drm', 'the host has all at first',
        '0000:01:00.0', '0000:01:00.1', '0000:02:00.0');
    is($host->run('gpupci -d gpupci1'), 'gpupci1: detached', 'one is detached');
    $host->reboot();
    service_said();
    drivers_are('vfio-pci vfio-pci bochs-drm', 'after a boot', '0000:01:00.0', '0000:01:00.1',
        '0000:02:00.0');
    # From the start: the host's drivers never had it.
    unlike($host->run("dmesg | grep -e 'snd_hda_intel 0000:01:00.1' -e 'bochs-drm 0000:01:00.0' || true"),
        qr/0000:01/, "the host's drivers did not have it in between");
    ok($host->run('systemctl show -p Before gpupci.service') =~ /libvirtd\.socket/,
        'before libvirt and its sockets');
};

scenario 'until the next boot only' => sub {
    is($host->run('gpupci -a gpupci1 --runtime') =~ s/:.*//sr, 'gpupci1', 'attached for now');
    is($host->run('gpupci -d gpupci2 --runtime'), 'gpupci2: detached until the next boot',
        'detached for now');
    drivers_are('bochs-drm snd_hda_intel vfio-pci', 'now', '0000:01:00.0', '0000:01:00.1',
        '0000:02:00.0');
    $host->reboot();
    service_said();
    drivers_are('vfio-pci vfio-pci bochs-drm', 'after a boot', '0000:01:00.0', '0000:01:00.1',
        '0000:02:00.0');
};

scenario 'the power goes in the middle' => sub {
    my $group = $host->kernel->{'0000:01:00.0'}{iommu_group};
    $host->run("$TREE/tests/lab/hold $group 0000:01:00.1 > /run/held 2>&1 & while [ ! -s /run/held ]; do sleep 0.1; done");
    my $got = $host->try('gpupci -a gpupci1 --timeout 2');
    is($got->{status}, 4, 'half-way') || diag($got->{err});
    $host->cut_power();
    $host->boot();
    my $said = service_said();
    drivers_are('vfio-pci vfio-pci bochs-drm', 'what was promised holds', '0000:01:00.0',
        '0000:01:00.1', '0000:02:00.0');
    is($host->run('ls /var/lib/gpupci'), 'cards', 'no journal is left');
};

scenario 'the power goes in the middle of a detach' => sub {
    my @functions = ('0000:01:00.0', '0000:01:00.1');
    $host->run('gpupci -a gpupci1');
    # Stopped as soon as the journal is there: what comes then does not come any more.
    my $caught = $host->run(<<'SHELL');
for try in 1 2 3 4 5 6 7 8 9 10; do
    gpupci -d gpupci1 > /dev/null 2>&1 & pid=$!
    while [ -e /proc/$pid ] && [ ! -e /var/lib/gpupci/journal ]; do :; done
    kill -STOP $pid 2> /dev/null && [ -e /var/lib/gpupci/journal ] && { echo caught; exit; }
    kill -CONT $pid 2> /dev/null; wait $pid; gpupci -a gpupci1 > /dev/null
done
SHELL
    is($caught, 'caught', 'half-way');
    $host->cut_power();
    $host->boot();
    like(service_said(),
        qr/gpupci1: an interrupted detach was cut off by a reboot; nothing is left of it/,
        'it is said');
    my $kernel = $host->kernel();
    my $found = join ' ', map { $kernel->{$_}{driver} // '-' } @functions;
    my $promised = $host->run('cat /etc/gpupci.d/detached 2> /dev/null | grep -c gpupci1 || true');
    is($found, $promised ? 'vfio-pci vfio-pci' : 'bochs-drm snd_hda_intel',
        'all functions are on one side, as it was promised');
    is($host->run('ls /var/lib/gpupci'), 'cards', 'no journal is left');
    $host->run('gpupci -d gpupci1');
    drivers_are('vfio-pci vfio-pci', 'it can be detached', @functions);
};

scenario 'a card moves' => sub {
    $host->reboot("$base port-2/00.0=video port-4/00.0=video port-4/00.1=sound");
    service_said();
    drivers_are('bochs-drm vfio-pci vfio-pci', 'it is detached where it is now, its twin is not',
        '0000:01:00.0', '0000:02:00.0', '0000:02:00.1');
    like($host->run('gpupci -l'), qr/^gpupci1 pci_0000_02_00_0$/m, 'under its name');
};

scenario 'it is gone, another sits at its place; it comes back' => sub {
    $host->reboot("$base port-2/00.0=video port-4/00.0=nic");
    service_said();
    drivers_are('bochs-drm e1000e', 'nothing else is taken', '0000:01:00.0', '0000:02:00.0');
    like($host->run('gpupci --restore 2>&1'),
        qr/gpupci1 is missing; it stays recorded as detached; at its place 0000:02:00.0 there is 8086:10d3, which is left alone/, 'and that is said');
    $host->reboot("$base port-1/00.0=video port-1/00.1=sound port-2/00.0=video");
    service_said();
    drivers_are('vfio-pci vfio-pci bochs-drm', 'it is detached again', '0000:01:00.0',
        '0000:01:00.1', '0000:02:00.0');
};

scenario 'forgotten' => sub {
    like($host->run('gpupci --forget'), qr/^gpupci1: with the host again from the next boot on/,
        'it says which');
    drivers_are('vfio-pci vfio-pci', 'nothing changes now', '0000:01:00.0', '0000:01:00.1');
    $host->reboot();
    $host->run('udevadm settle');
    drivers_are('bochs-drm snd_hda_intel bochs-drm', 'the host has all', '0000:01:00.0',
        '0000:01:00.1', '0000:02:00.0');
};

scenario 'a serial number identifies a card wherever it sits, from the start' => sub {
    $host->put('/etc/gpupci.conf', "vendor 8086\nclass 0200\nexclude 0000:00:1e.0\n");
    $host->run('gpupci --forget; rm -rf /var/lib/gpupci/*; true');
    $host->reboot("$base port-1/00.0=nic,mac=52:54:00:12:34:56 port-2/00.0=nic,mac=52:54:00:12:34:57");
    $host->put('/etc/gpupci.conf', "vendor 8086\nclass 0200\nexclude 0000:00:1e.0\n");
    $host->run('udevadm settle; gpupci --scan');
    like($host->run('gpupci -d 0000:01:00.0'), qr/: detached$/, 'detached by its place');
    $host->reboot("$base port-1/00.0=nic,mac=52:54:00:12:34:57 port-3/00.0=nic,mac=52:54:00:12:34:56");
    $host->put('/etc/gpupci.conf', "vendor 8086\nclass 0200\nexclude 0000:00:1e.0\n");
    $host->run('systemctl restart gpupci.service');
    drivers_are('e1000e vfio-pci', 'swapped with its twin: the card, not the slot', '0000:01:00.0',
        '0000:02:00.0');
};

done_testing();
