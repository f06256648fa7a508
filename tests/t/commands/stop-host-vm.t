#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks stop host vm: through a hypervisor's plugin, or a word about what is missing.
use strict;
use warnings;

use Fleet;
use Rocks;
use Test::More;

walkthrough_inventory();
mkdir "$FOLDER/none", 0755;
{
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/none";
    fails(
        qr/through the plugin libvirt\.so, which is not in \Q$FOLDER\E\/none; on the container `virsh/,
        qw(stop host VM rocks-33));
    fails(qr/through the plugin libvirt\.so/, qw(STOP Host vm rocks-33 action=shutdown));
}
usage(qr/action= must be poweroff, shutdown, reset or reboot, not «explode»/,
    qw(stop host vm rocks-33 action=explode));
usage(qr/\{host\} is missing/, qw(stop host vm));

# A plugin that has the operation is asked.
my $folder = "$FOLDER/plugins";
mkdir $folder, 0755;
system('cp', "$BUILD/tests/plugins/hypervisor-fake.so", $folder) == 0 or die;
$ENV{ROCKS_PLUGINS} = $folder;
prints('', qw(stop host vm rocks-33));
fails(qr{^rocks: rocks-33: vm-container-0-15$}m,
    qw(stop host vm rocks-33 action=reboot));
fails(qr/there is no host «rocks-34»/, qw(stop host vm rocks-34));
fails(qr/vm-container-0-15 is not a VM; it houses rocks-33: name them/,
    qw(stop host vm vm-container-0-15));
prints('', qw(stop host vm), 'rocks-%');

# A VM is stopped whatever is the matter with its card.
is(rocks(qw(add host gpu rocks-33 gpupci gpupci1))->{status}, 0, 'a card');
is(rocks(qw(set host gpu vm-container-0-15 gpupci1 state=missing))->{status}, 0, 'that is gone');
prints('', qw(stop host vm rocks-33));

# libvirt: a running VM is stopped, one that is off is reported.
delete $ENV{ROCKS_PLUGINS};
my $uuid = sql('SELECT uuid FROM vm');
for my $action (qw(poweroff shutdown reset reboot)) {
    hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => 'running' });
    prints('', qw(stop host vm rocks-33), "action=$action");
    hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => 'shutoff' });
    prints("rocks-33 is off already\n", qw(stop host vm rocks-33), "action=$action");
}
hypervisor('vm-container-0-15');
prints("rocks-33 is off already\n", qw(stop host vm rocks-33));
rocks(qw(set attr libvirt_uri nowhere:///));
fails(qr/rocks-33: libvirt on vm-container-0-15 cannot be reached; see that `virsh -c 'nowhere:\/\/\/' list` reaches it: /,
    qw(stop host vm rocks-33));
hypervisor('vm-container-0-15', { name => 'rocks-34', uuid => $uuid, state => 'running' });
fails(
    qr/rocks-33: vm-container-0-15 calls it rocks-34, not rocks-33: it was renamed there; `rocks set host vm rocks-33 domain=…` records its new name$/,
    qw(stop host vm rocks-33));
hypervisor('vm-container-0-15', { name => 'rocks-33', state => 'running' });
fails(qr/rocks-33: vm-container-0-15 has another domain named rocks-33, with the UUID /,
    qw(stop host vm rocks-33));

done_testing;
