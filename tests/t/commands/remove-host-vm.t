#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks remove host vm: the VM record goes, the host stays.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

for my $form (forms(host => 'rocks-33')) {
    walkthrough_inventory();
    prints('', qw(remove host vm), @{$form});
    is(sql('SELECT (SELECT count(*) FROM vm), (SELECT count(*) FROM disk)'), '0|0',
        'no VM, no disk');
    is(sql('SELECT name FROM host ORDER BY name'), "rocks-33\nvm-container-0-15", 'the host stays');
    is(sql('SELECT mac FROM interface'), '52:54:00:00:00:00', 'with its interface');
}
refused(qr/^rocks: rocks-33 is not a VM; see `rocks list host vm`$/, qw(remove host vm rocks-33));

# Its cards go back to the container.
walkthrough_inventory();
rocks(qw(add host gpu rocks-33 gpupci gpupci2));
rocks(qw(add host gpu rocks-33 gpupci2 gpupci1));
rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
refused(qr/^rocks: vm-container-0-15 is not a VM; see `rocks list host vm`$/,
    qw(remove host vm rocks-33 vm-container-0-15));
refused(qr/^rocks: there is no host «rocks-99»; see `rocks list host`$/,
    qw(remove host vm rocks-33 rocks-99));
prints(<<'END', qw(remove host vm rocks-33));
rocks-33 gave back gpupci2 of vm-container-0-15
rocks-33 gave back gpupci1 of vm-container-0-15
END
is(sql('SELECT count(*) FROM assignment'), 0, 'it has none');
is(sql('SELECT count(*) FROM card'),       2, 'the container has them');
is(sql("SELECT group_concat(verb || ' ' || card || ' ' || vm) FROM "
            . '(SELECT * FROM (SELECT * FROM history ORDER BY id DESC LIMIT 2) ORDER BY card)'),
    'taken gpupci1 rocks-33,taken gpupci2 rocks-33', 'in the history');
is(sql('SELECT name FROM vm JOIN host ON host.id = host'), 'rocks-34', 'the other VM stays');

rocks(qw(set host vm rocks-33 physnode=vm-container-0-15));
prints('', qw(remove host vm hosted-vm));
is(sql('SELECT count(*) FROM vm'), 0, 'a group');
prints('', qw(remove host vm), $_) for 'compute-9-%', 'rack9', 'nas';
rocks(qw(set host vm rocks-33 physnode=vm-container-0-15));
refused(qr/^rocks: vm-container-0-15 is not a VM; see `rocks list host vm`$/,
    qw(remove host vm % vm-container-0-15));
prints('', qw(remove host vm %));
is(sql('SELECT count(*) FROM vm'), 0, 'all VMs, but no other hosts');
misused(qr/^rocks: \{host\} is missing: VMs$/m, qw(remove host vm));
misused(qr/^rocks: there is no parameter «vm»$/m, qw(remove host vm vm=rocks-33));

done_testing;
