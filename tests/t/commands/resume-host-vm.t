#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks resume host vm: through libvirt; where it is so already, with a word.
use strict;
use warnings;

use Fleet;
use Rocks;
use Test::More;

walkthrough_inventory();
my $uuid = sql('SELECT uuid FROM vm');
hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => 'paused' });
prints('', qw(resume host vm rocks-33));
hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => 'running' });
prints("rocks-33 is not paused\n", qw(resume host vm rocks-33));
# list host vm calls it paused.
hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => 'suspended' });
fails(qr/rocks-33: its own system suspended it; `rocks run host vm-container-0-15 'virsh dompmwakeup [0-9a-f-]{36}'`/,
    qw(resume host vm rocks-33));
hypervisor('vm-container-0-15', { name => 'rocks-33', uuid => $uuid, state => 'shutoff' });
fails(qr/rocks-33: it does not run; `rocks start host vm rocks-33`/, qw(resume host vm rocks-33));
hypervisor('vm-container-0-15');
fails(qr/rocks-33: it does not run/, qw(resume host vm rocks-33));
fails(qr/vm-container-0-15 is not a VM; it houses rocks-33: name them/,
    qw(resume host vm vm-container-0-15));
usage(qr/\{host\} is missing/, qw(resume host vm));

# A plugin that lacks it says so.
mkdir "$FOLDER/plugins", 0755;
is(run_program('', 'cp', "$BUILD/tests/plugins/hypervisor-fake.so", "$FOLDER/plugins")->{status},
    0, 'a plugin');
chmod 0644, "$FOLDER/plugins/hypervisor-fake.so";
$ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";
fails(qr/rocks-33: the plugin for its hypervisor cannot do that/, qw(resume host vm rocks-33));

done_testing;
