-- Version 11: which hosts rocks run host means where it names none: those whose attribute managed
-- is true, as in Rocks. The appliances come with it. In an older inventory, whose hosts were
-- managed by default, its own appliances stay so; where it has a value for all, that stays, too.
INSERT INTO attr (appliance, name, value)
SELECT appliance.id, 'managed', CASE
    WHEN appliance.name IN ('frontend', 'network', 'power') THEN 'false' ELSE 'true' END
FROM appliance
WHERE appliance.name NOT IN ('login', 'hosted-vm')
    AND NOT EXISTS (SELECT 1 FROM attr WHERE attr.appliance = appliance.id AND name = 'managed')
    AND NOT EXISTS (SELECT 1 FROM attr WHERE host IS NULL AND attr.appliance IS NULL
        AND name = 'managed');

-- What older versions kept as it was typed: VLAN 0 is none, the bus w is virtio.
UPDATE interface SET vlan = NULL WHERE vlan = 0;
UPDATE disk SET bus = 'virtio' WHERE bus = 'w';
