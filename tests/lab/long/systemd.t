#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A VM host as administrators have it: systemd, udev with its rules, a disk that outlives a
# reboot.
use strict;
use warnings;

use Lab;

my $host;

scenario 'systemd starts the host, and udev loads the drivers of a card' => sub {
    $host = boot('vm-container-0-0', 'init=systemd disk=64M memory=1024 05.0=video 05.1=sound');
    is($host->run('systemctl is-active basic.target'), 'active', 'basic.target is reached');
    $host->run('udevadm settle');
    my $kernel = $host->kernel();
    is($kernel->{'0000:00:05.1'}{driver}, 'snd_hda_intel', 'the sound has a driver');
    is($kernel->{'0000:00:05.0'}{driver}, 'bochs-drm',     'the video has a driver');
    my $cards = cards_of($host);
    is_deeply([map { $_->{driver} } @{ $cards->{gpupci1} }], ['bochs-drm', 'snd_hda_intel'],
        'gpupci prints the same');
};

scenario 'what is written survives a reboot' => sub {
    $host->run('echo kept > /var/lib/gpupci/state && echo kept > /etc/gpupci-test');
    $host->reboot();
    is($host->run('cat /var/lib/gpupci/state /etc/gpupci-test'), "kept\nkept", 'it is there');
};

done_testing();
