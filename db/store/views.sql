-- Version 2: the views that `select` host arguments are written against. Their names and
-- columns stay; new columns come last.

CREATE VIEW appliances (id, name) AS
    SELECT id, name FROM appliance;

CREATE VIEW memberships (id, name, appliance) AS
    SELECT id, membership, id FROM appliance;

CREATE VIEW nodes (id, name, membership, cpus, rack, rank, os, runaction, installaction) AS
    SELECT id, name, appliance, cpus, rack, rank, os, runaction, installaction FROM host;

CREATE VIEW subnets (id, name, dnszone, subnet, netmask, mtu) AS
    SELECT id, name, dnszone, subnet, netmask, mtu FROM network;

CREATE VIEW networks (id, node, mac, ip, device, subnet, name, vlanid) AS
    SELECT id, host, mac, ip, device, network, name, vlan FROM interface;

CREATE VIEW vm_nodes (id, node, physnode, slice, mem, uuid, virt_type) AS
    SELECT host, host, container, slice, mem, uuid, virt_type FROM vm;

CREATE VIEW global_attributes (attr, value) AS
    SELECT name, value FROM attr WHERE appliance IS NULL AND host IS NULL;

CREATE VIEW appliance_attributes (appliance, attr, value) AS
    SELECT appliance, name, value FROM attr WHERE appliance IS NOT NULL;

CREATE VIEW node_attributes (node, attr, value) AS
    SELECT host, name, value FROM attr WHERE host IS NOT NULL;

CREATE VIEW cards (id, node, name, kind, pci_bus, ids, serial, path, numa, iommu_group, state) AS
    SELECT id, host, name, kind,
        printf(CASE WHEN address >> 32 THEN 'pci_%08x_%02x_%02x_%x'
            WHEN address >= 0 THEN 'pci_%04x_%02x_%02x_%x' END,
            address >> 16, address >> 8 & 255, address >> 3 & 31, address & 7),
        ids, serial, path, numa, iommu_group,
        CASE WHEN state = 'missing' AND EXISTS (
            SELECT 1 FROM card other
            WHERE other.host = card.host AND other.address = card.last_address)
        THEN 'swapped' ELSE state END
    FROM card WHERE host IS NOT NULL;

CREATE VIEW assignments (id, node, name, card, physnode, role) AS
    SELECT id, vm, name, card, host, role FROM assignment;
