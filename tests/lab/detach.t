#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Cards that change hands, as a real kernel does it.
use strict;
use warnings;

use Lab;
use Lab::Kernel qw($TREE);

my ($one, $video, $sound) = ('0000:00:05.0', '0000:00:06.0', '0000:00:06.1');
my $host;

# The drivers of the devices, as the kernel says, "-" for none.
sub drivers_are {
    my ($expected, $name, @devices) = @_;
    my $kernel = $host->kernel();
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join(' ', map { $kernel->{$_}{driver} // '-' } @devices), $expected, $name);
}

# gpupci exits so and says so, on both streams.
sub gpupci_says {
    my ($words, $status, $pattern, $name) = @_;
    my $got = $host->try("gpupci $words 2>&1");
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, $status, "$name: exit status") || diag($got->{out});
    like($got->{out}, $pattern, "$name: words");
    return $got;
}

# Shell that waits until a process has ended; the first one of this host reaps nobody.
sub until_gone {
    my ($pid) = @_;
    return "while [ -e /proc/$pid ] && ! grep -q '^State:.Z' /proc/$pid/status; do sleep 0.1; done";
}

sub group_of { return $host->kernel->{ $_[0] }{iommu_group} }

# Everything is with the host, and nothing is left of what was.
sub at_rest {
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    drivers_are('bochs-drm bochs-drm snd_hda_intel', 'all have the very drivers they had',
        $one, $video, $sound);
    is($host->run("cat /sys/bus/pci/devices/0000:00:0[56].?/driver_override | sort -u"), '(null)',
        'no driver_override is left');
    is($host->run('ls /var/lib/gpupci'), 'cards', 'no journal is left');
}

scenario 'a card of one function goes and comes back' => sub {
    $host = boot('vm-container-0-0', '05.0=video 06.0=video 06.1=sound');
    $host->load_drivers();
    $host->run('gpupci --scan');
    at_rest();
    gpupci_says('-d gpupci1', 0, qr/\Agpupci1: detached\n\z/, 'detach');
    drivers_are('vfio-pci bochs-drm snd_hda_intel', 'it alone went', $one, $video, $sound);
    ok($host->run('ls /dev/vfio') =~ /^\Q${\ group_of($one)}\E$/m, 'its group has a node');
    gpupci_says('-a gpupci1', 0, qr/\Agpupci1: attached: \Q$one\E bochs-drm\n\z/, 'attach');
    at_rest();
};

scenario 'video and sound go together, all cards at once, twice' => sub {
    gpupci_says('-d 00:06.1', 0, qr/\Agpupci2: detached\n\z/, 'by an address');
    drivers_are('bochs-drm vfio-pci vfio-pci', 'both functions', $one, $video, $sound);
    gpupci_says('-d all', 0, qr/\Agpupci1: detached\ngpupci2: already detached\n\z/, 'all');
    gpupci_says('-d all', 0, qr/\Agpupci1: already detached\ngpupci2: already/, 'again');
    gpupci_says('-a all', 0, qr/\Agpupci1: attached: .*\ngpupci2: attached: .*snd_hda_intel\n\z/,
        'back');
    gpupci_says('-a all', 0, qr/\Agpupci1: already with the host\ngpupci2: already/, 'again');
    at_rest();
};

scenario 'the writes of a dry run are those that work' => sub {
    my $writes = $host->run('gpupci -d gpupci2 --dry-run');
    at_rest();
    $host->run($writes);
    drivers_are('vfio-pci vfio-pci', 'a shell that follows them', $video, $sound);
    $host->run('gpupci -a gpupci2 --dry-run > /tmp/back && sh /tmp/back');
    at_rest();
};

scenario 'not while a process has it open' => sub {
    my $pid = $host->run('sleep 600 < /dev/snd/controlC0 > /dev/null 2>&1 & echo $!');
    gpupci_says('-d gpupci2', 3,
        qr{\Agpupci: gpupci2 is in use.*\n  process $pid has /dev/snd/controlC0 open: sleep 600\n\z},
        'detach');
    gpupci_says('-d all', 5, qr/gpupci1: detached/, 'the other card goes all the same');
    gpupci_says('-s all', 0,
        qr{^gpupci1: \Q$one\E .* no  \ngpupci2: \Q$video\E .* no  \ngpupci2: \Q$sound\E .* yes \n.*^gpupci2 is held by process $pid, which has /dev/snd/controlC0 open: sleep\s600$}ms,
        'the status');
    my ($held) = grep { $_->{address} eq $sound } @{ scan_of($host)->{functions} };
    is_deeply([ map { "$_->{process} $_->{what} $_->{command}" } @{ $held->{holders} } ],
        ["$pid /dev/snd/controlC0 sleep 600"], 'and the document');
    $host->run("kill $pid; gpupci -a all");
    at_rest();
};

scenario 'not while a QEMU has it' => sub {
    $host->run('gpupci -d gpupci1');
    $host->run("qemu-system-x86_64 -S -M q35 -m 64 -nodefaults -display none -daemonize -pidfile /tmp/pid "
            . "-device vfio-pci,host=$one > /dev/null 2>&1");
    my $pid = $host->run('cat /tmp/pid');
    gpupci_says('-a gpupci1', 3,
        qr{end its VM.*\n  process $pid has /dev/vfio/\d+ open: qemu-system-x86_64 -S},
        'attach');
    drivers_are('vfio-pci', 'it still has it', $one);
    gpupci_says('-d gpupci1', 0, qr/already detached/, 'detach changes nothing');
    $host->run("kill $pid; " . until_gone($pid) . "; gpupci -a gpupci1");
    at_rest();
};

scenario 'a kernel that does not come back' => sub {
    $host->run('gpupci -d gpupci2');
    my $group = group_of($video);
    $host->run("$TREE/tests/lab/hold $group $sound > /tmp/held 2>&1 & echo \$! > /tmp/holder; while [ ! -s /tmp/held ]; do sleep 0.1; done");
    is($host->run('cat /tmp/held'), 'held', 'somebody has it who is not seen');
    # The pipe ends with gpupci, not with the child that waits.
    my $got = $host->try('gpupci -a gpupci2 --timeout 3 2>&1 | cat; exit ${PIPESTATUS:-0}');
    cmp_ok($got->{seconds}, '<', 30, 'it returns in time');
    like($got->{out}, qr/gpupci2: the kernel did not return from writing \S+ to \S+unbind within 3 s/, 'and says why');
    my ($left) = $got->{out} =~ /process (\d+) \(gpupci-kernel\) waits for the kernel in state D/;
    ok($left, 'and who waits');
    like($host->run("cat /proc/$left/stat"), qr/^$left \(gpupci-kernel\) D /, 'it does');
    gpupci_says('-a gpupci2 --timeout 3', 4, qr/gpupci2 stays quarantined: process $left/, 'again');
    gpupci_says('-d gpupci2 --timeout 3', 4, qr/gpupci2 stays quarantined/, 'nor detach');
    gpupci_says('-l', 0, qr/^gpupci2 /m, 'it can still be listed');
    gpupci_says('-s gpupci2', 0, qr/^gpupci2: /m, 'and looked at');
    gpupci_says('--check', 11, qr/fail gpupci2 quarantine/, 'the check says it');
    $host->run("kill \$(cat /tmp/holder); " . until_gone($left));
    gpupci_says('-a gpupci2', 0, qr/an interrupted attach was finished\n.*already with the host/,
        'when it ended');
    at_rest();
};

scenario 'killed anywhere, the next run makes it whole' => sub {
    my $story = $host->run(<<'SHELL');
want() { [ "$(basename "$(readlink /sys/bus/pci/devices/0000:00:06.0/driver)") $(basename "$(readlink /sys/bus/pci/devices/0000:00:06.1/driver)")" = "$1" ]; }
middle=0
for delay in 0.02 0.04 0.06 0.08 0.1 0.12 0.14 0.16 0.18 0.2 0.22 0.25 0.3 0.35 0.4; do
    for verb in d a; do
        gpupci -$verb gpupci2 > /dev/null 2>&1 &
        sleep $delay; kill -9 $! 2> /dev/null; wait 2> /dev/null
        [ ! -e /var/lib/gpupci/journal ] || middle=$((middle + 1))
        gpupci -$verb gpupci2 > /tmp/out 2>&1 || { echo "failed after $delay: $(cat /tmp/out)"; }
        [ $verb = a ] && right="bochs-drm snd_hda_intel" || right="vfio-pci vfio-pci"
        want "$right" || echo "wrong after $delay $verb"
        [ ! -e /var/lib/gpupci/journal ] || echo "a journal after $delay $verb"
    done
done
echo "middle $middle" >&2
SHELL
    is($story, '', 'after thirty kills');
    at_rest();
};

scenario 'two at once wait for each other' => sub {
    $host->run('for i in 1 2 3; do gpupci -d gpupci2 > /tmp/a 2>&1 & gpupci -a gpupci2 > /tmp/b 2>&1 & wait; done');
    $host->run('gpupci -a gpupci2');
    at_rest();
};

scenario 'a full /var: nothing begins' => sub {
    $host->run('mount -t tmpfs -o size=8k tmpfs /var/lib/gpupci && { cat /dev/zero > /var/lib/gpupci/zero 2> /dev/null; true; }');
    gpupci_says('-d gpupci2', 1, qr/No space left on device/, 'detach');
    drivers_are('bochs-drm snd_hda_intel', 'nothing went', $video, $sound);
    $host->run('umount /var/lib/gpupci');
    at_rest();
};

scenario 'a read-only /var: nothing begins' => sub {
    $host->run('mount -o bind /var/lib/gpupci /var/lib/gpupci && mount -o remount,bind,ro /var/lib/gpupci');
    gpupci_says('-d gpupci2', 1, qr/Read-only file system/, 'detach');
    gpupci_says('-l', 0, qr/^gpupci2 /m, 'reading goes on');
    drivers_are('bochs-drm snd_hda_intel', 'nothing went', $video, $sound);
    $host->run('umount /var/lib/gpupci');
    at_rest();
};

scenario 'the check looks into the initramfs' => sub {
    my $image = '/boot/initrd.img-' . $host->run('uname -r');
    $host->run('gpupci -d gpupci2; mkdir -p /tmp/i/usr/lib/modules/x && cd /tmp/i && touch usr/lib/modules/x/bochs.ko.xz && '
            . "find . | cpio -o -H newc --quiet | gzip > $image");
    my $rows = sub { return $host->try('gpupci --check --timeout 5')->{out} =~ s/\s+/ /gr };
    my $told = $rows->();
    like($told,
        qr/ warn gpupci2 initramfs: to stay detached, but bochs in \Q$image\E has it first, /,
        'a driver is in it');
    like($told, qr/ ok gpupci1 initramfs: bochs in \Q$image\E has it first: remove it/,
        'of a card of the host');
    $host->run("cd /tmp/i && rm usr/lib/modules/x/* && find . | cpio -o -H newc --quiet | gzip > $image");
    like($rows->(), qr/ ok gpupci2 initramfs: bochs snd_hda_intel is not in \Q$image\E /,
        'none is');
    $host->run('cp /usr/bin/lsinitramfs /tmp/ls && printf "#!/bin/sh\nsleep 600\n" > /usr/bin/lsinitramfs');
    my $begun = time;
    like($rows->(),
        qr/ whether bochs snd_hda_intel is in \Q$image\E is not known: \S+lsinitramfs did not finish with \Q$image\E within 5 s /,
        'a program that hangs');
    cmp_ok(time - $begun, '<', 60, '... is not waited for');
    $host->run("cp /tmp/ls /usr/bin/lsinitramfs; rm $image; gpupci -a gpupci2");
    at_rest();
};

scenario 'a mate that must not be touched' => sub {
    $host->reboot('bridge-1/01.0=video bridge-1/02.0=nic');
    $host->load_drivers();
    $host->run("modprobe e1000e; modprobe af_packet; true");
    my ($card, $nic) = ('0000:01:01.0', '0000:01:02.0');
    is(group_of($card), group_of($nic), 'they share a group');
    gpupci_says('-d gpupci1', 0, qr/shares its IOMMU group with \Q$nic\E \(driver e1000e\)/,
        'a mate that lies there');
    drivers_are('vfio-pci e1000e', 'is not touched', $card, $nic);
    $host->run('gpupci -a gpupci1');
    $host->run("ip link set \$(ls /sys/bus/pci/devices/$nic/net) up; ip address add 10.9.0.1/24 dev \$(ls /sys/bus/pci/devices/$nic/net)");
    gpupci_says('-d gpupci1', 3, qr/\Q$nic\E: \S+ has a route/, 'a mate with a route');
    drivers_are('bochs-drm e1000e', 'nothing went', $card, $nic);
};

scenario 'a mate whose disk is mounted' => sub {
    my ($card, $disk) = ('0000:01:01.0', '0000:01:02.0');
    my $nvme = 'modprobe nvme; while [ ! -e /dev/nvme0n1 ]; do sleep 0.1; done; mkdir -p /mnt; '
        . 'mount -t ext4 /dev/nvme0n1 /mnt';
    $host->reboot('bridge-1/01.0=video bridge-1/02.0=nvme,drive=spare,subsys=lab spare=32M');
    $host->load_drivers();
    $host->run($nvme);
    isnt($host->run("find /sys/bus/pci/devices/$disk/nvme/nvme0/ -name 'nvme0c*n1'"), '',
        'by native multipath, a path without a node');
    gpupci_says('-d gpupci1', 3, qr{\Q$disk\E: /dev/nvme0n1 is mounted at /mnt}, 'detach');
    $host->reboot('bridge-1/01.0=video bridge-1/02.0=nvme,drive=spare spare=32M');
    $host->load_drivers();
    is(group_of($card), group_of($disk), 'they share a group');
    $host->run($nvme);
    gpupci_says('-d gpupci1', 3, qr{\Q$disk\E: /dev/nvme0n1 is mounted at /mnt}, 'detach');
    drivers_are('bochs-drm nvme', 'nothing went', $card, $disk);
    gpupci_says('--check', 11, qr/fail gpupci1 group: .*is mounted at/s, 'the check says it');
    $host->run('umount /mnt');
    gpupci_says('-d gpupci1', 0, qr/shares its IOMMU group with \Q$disk\E \(driver nvme\)/,
        'one that nobody uses');
    $host->run('gpupci -a gpupci1');
};

scenario 'the IOMMU is off' => sub {
    $host->reboot('iommu=off 05.0=video');
    $host->load_drivers();
    gpupci_says('-d gpupci1', 3, qr/is in no IOMMU group/, 'detach');
    drivers_are('bochs-drm', 'nothing went', $one);
    gpupci_says('--check', 11,
        qr/fail host iommu: the firmware has VT-d on, the kernel's command line turns it\s+off/, 'the check');
};

done_testing();
