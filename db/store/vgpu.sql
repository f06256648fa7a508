-- Version 9: virtual functions that their vendor's driver keeps. vgpu is NULL for every other
-- card; 'none' while the driver has made no vGPU of the function, so that no VM can have it;
-- 'ready' when a VM can. The address of a card is written as libvirt does: a domain above ffff has
-- as many digits as it needs.

ALTER TABLE card ADD COLUMN vgpu TEXT CHECK (vgpu IN ('none', 'ready'));

DROP VIEW cards;

CREATE VIEW cards (id, node, name, kind, pci_bus, ids, serial, path, numa, iommu_group, state,
    vgpu) AS
    SELECT id, host, name, kind,
        CASE WHEN address >= 0 THEN printf('pci_%04x_%02x_%02x_%x',
            address >> 16, address >> 8 & 255, address >> 3 & 31, address & 7) END,
        ids, serial, path, numa, iommu_group,
        CASE WHEN state = 'missing' AND EXISTS (
            SELECT 1 FROM card other
            WHERE other.host = card.host AND other.address = card.last_address)
        THEN 'swapped' ELSE state END,
        vgpu
    FROM card WHERE host IS NOT NULL;
