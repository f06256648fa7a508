# SPDX-License-Identifier: GPL-2.0-or-later
# Inventories of a size that shows whether what a command costs grows with them.
package LargeInventory;
use strict;
use warnings;

use Exporter qw(import);
our @EXPORT_OK = qw(fill_inventory);

sub run {
    my (@words) = @_;
    system(@words) == 0 or die "@words: exit status $?\n";
    return;
}

# An inventory of so many hosts with eight cards each, and so many VMs, by SQL alone.
sub fill_inventory {
    my ($build, $file, $hosts, $vms) = @_;
    local $ENV{ROCKS_DB} = $file;
    run("$build/rocks", qw(set attr vm_mac_base_addr 52:54:00:00:00:00));
    run('sqlite3', '-batch', $file, <<"END");
PRAGMA foreign_keys = ON;
PRAGMA synchronous = OFF;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $hosts - 1)
INSERT INTO host (name, appliance, rack, rank)
    SELECT 'vm-container-' || (i / 100) || '-' || (i % 100), appliance.id, i / 100, i % 100
    FROM n, appliance WHERE appliance.name = 'vm-container';
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8)
INSERT INTO card (host, name, address, last_address, uuid)
    SELECT host.id, 'gpupci' || i, i << 8, i << 8,
        printf('%08x-0000-4000-8000-%012x', host.id, i) FROM host, n;
INSERT INTO function (card, number, address, host) SELECT id, 0, address, host FROM card;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $vms - 1)
INSERT INTO host (name, appliance, rack, rank)
    SELECT 'hosted-vm-' || (i / 100) || '-' || (i % 100) || '-0', appliance.id, i / 100, i % 100
    FROM n, appliance WHERE appliance.name = 'hosted-vm' AND $vms > 0;
INSERT INTO vm (host, container, uuid, mem, slice)
    SELECT vm.id, container.id, printf('0d3c0a4e-6a54-4b5b-9a36-%012x', vm.id), 2048, 0
    FROM host vm JOIN host container ON container.rack = vm.rack AND container.rank = vm.rank
        AND container.name LIKE 'vm-container-%'
    WHERE vm.name LIKE 'hosted-vm-%';
INSERT INTO disk (vm, position, type, path, device, bus, size)
    SELECT host, 0, 'file', '/kvm/disks/' || host || '.vda', 'vda', 'virtio', 36 FROM vm;
INSERT INTO interface (host, device, mac)
    SELECT host, 'eth0', printf('52:54:00:%02x:%02x:%02x', host >> 16 & 255, host >> 8 & 255,
        host & 255) FROM vm;
INSERT INTO assignment (vm, card, host, name)
    SELECT vm.host, card.id, vm.container, 'gpupci' FROM vm
    JOIN card ON card.host = vm.container AND card.name = 'gpupci1';
COMMIT;
ANALYZE;
END
    run("$build/rocks", qw(set attr bench done)); # leaves the file as rocks leaves it
    return;
}

1;
