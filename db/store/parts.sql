-- Version 13: what a part of a card is, and whether a card was cleaned. A part has its number
-- within the whole card, NULL for every other card, and a profile if it has one. An mdev, which
-- its UUID names, has no address, present or not; a person may have typed one in. clean says
-- whether a VM may have left something on the card, why for what it is quarantined.
--
-- SQLite changes no CHECK of a table, so the table is made anew. This needs foreign keys off:
-- otherwise DROP TABLE deletes all rows first, and the functions with them. The old way to rename
-- a table leaves views and triggers of other tables alone, which already name this one.
-- https://www.sqlite.org/lang_altertable.html#otheralter
CREATE TABLE card_with_parts (
    id INTEGER PRIMARY KEY,
    host INTEGER REFERENCES host (id) ON DELETE SET NULL,
    kind TEXT NOT NULL DEFAULT 'pci' CHECK (kind IN ('pci', 'vf', 'mdev', 'fabric')),
    name TEXT NOT NULL CHECK (name <> ''),
    parent INTEGER REFERENCES card (id),
    address INTEGER CHECK (address >= 0),
    last_address INTEGER,
    uuid TEXT NOT NULL UNIQUE,
    ids TEXT,
    serial TEXT,
    path TEXT,
    numa INTEGER CHECK (numa >= 0),
    iommu_group INTEGER,
    state TEXT NOT NULL DEFAULT 'present'
        CHECK (state IN ('present', 'missing', 'quarantined', 'moving')),
    last_seen TEXT,
    vgpu TEXT CHECK (vgpu IN ('none', 'ready')),
    same_as TEXT,
    part INTEGER CHECK (part >= 0),
    profile TEXT CHECK (profile <> ''),
    clean TEXT NOT NULL DEFAULT 'unknown' CHECK (clean IN ('unknown', 'dirty', 'clean')),
    why TEXT CHECK (why <> ''),
    UNIQUE (id, host),
    CHECK (address IS NOT NULL OR state <> 'present' OR kind = 'mdev'),
    CHECK (address IS NULL OR state IN ('present', 'quarantined')),
    CHECK (host IS NOT NULL OR address IS NULL)
);

INSERT INTO card_with_parts (id, host, kind, name, parent, address, last_address, uuid, ids, serial,
    path, numa, iommu_group, state, last_seen, vgpu, same_as)
SELECT id, host, kind, name, parent, address, last_address, uuid, ids, serial,
    path, numa, iommu_group, state, last_seen, vgpu, same_as FROM card;

DROP TABLE card;
PRAGMA legacy_alter_table = ON;
ALTER TABLE card_with_parts RENAME TO card;
PRAGMA legacy_alter_table = OFF;

CREATE UNIQUE INDEX card_name ON card (host, name);
CREATE UNIQUE INDEX card_address ON card (host, address) WHERE address IS NOT NULL;
CREATE INDEX card_serial ON card (serial) WHERE serial IS NOT NULL;
CREATE INDEX card_parent ON card (parent) WHERE parent IS NOT NULL;
CREATE INDEX card_group ON card (host, iommu_group) WHERE iommu_group IS NOT NULL;

CREATE TRIGGER history_card_added AFTER INSERT ON card
BEGIN
    INSERT INTO history (who, verb, host, card, address, serial, uuid)
    VALUES (coalesce((SELECT who FROM writer), 'unknown'), 'added',
        (SELECT name FROM host WHERE id = NEW.host),
        NEW.name, NEW.address, NEW.serial, NEW.uuid);
END;

CREATE TRIGGER history_card_removed BEFORE DELETE ON card
BEGIN
    INSERT INTO history (who, verb, host, card, address, serial, uuid)
    VALUES (coalesce((SELECT who FROM writer), 'unknown'), 'removed',
        (SELECT name FROM host WHERE id = OLD.host),
        OLD.name, coalesce(OLD.address, OLD.last_address), OLD.serial, OLD.uuid);
END;

CREATE TRIGGER history_card_changed AFTER UPDATE OF host, name, address, state ON card
WHEN NEW.state <> 'moving' AND (NEW.state <> OLD.state OR NEW.host IS NOT OLD.host
    OR NEW.name <> OLD.name OR NEW.address IS NOT OLD.address)
BEGIN
    INSERT INTO history (who, verb, host, card, address, serial, uuid)
    SELECT coalesce((SELECT who FROM writer), 'unknown'),
        CASE
        WHEN NEW.host IS NULL THEN 'retired'
        WHEN NEW.address IS NULL AND OLD.address IS NOT NULL THEN 'missing'
        WHEN NEW.state = 'missing' AND OLD.state = 'present' THEN 'missing'
        WHEN NEW.state = 'quarantined' AND OLD.state NOT IN ('quarantined', 'moving')
            THEN 'quarantined'
        WHEN NEW.host IS NOT OLD.host OR NEW.address IS NOT OLD.last_address THEN 'moved'
        WHEN NEW.name <> OLD.name THEN 'renamed'
        WHEN OLD.address IS NULL AND NEW.address IS NOT NULL THEN 'returned'
        WHEN OLD.state = 'missing' AND NEW.state = 'present' THEN 'returned'
        WHEN OLD.state = 'quarantined' THEN 'released'
        ELSE 'changed'
        END,
        (SELECT name FROM host WHERE id = coalesce(NEW.host, OLD.host)),
        NEW.name, coalesce(NEW.address, OLD.address, OLD.last_address), NEW.serial, NEW.uuid
    WHERE NOT (OLD.state = 'moving' AND NEW.state = 'present'
        AND NEW.address IS OLD.last_address AND NEW.name = OLD.name);
END;

CREATE TRIGGER function_follows_card AFTER UPDATE OF host ON card
WHEN NEW.host IS NOT OLD.host
BEGIN
    UPDATE function SET host = NEW.host WHERE card = NEW.id;
END;

CREATE TRIGGER slot_of_card AFTER UPDATE OF address, kind ON card
WHEN NEW.address IS NOT NULL
    AND (OLD.address IS NULL OR (NEW.kind = 'pci' AND OLD.kind <> 'pci'))
    AND EXISTS (SELECT 1 FROM slot_conflict WHERE card = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'another card is in that slot: one slot is one card with its virtual functions');
END;

CREATE TRIGGER part_of_new_card AFTER INSERT ON card
WHEN NEW.parent IS NOT NULL AND EXISTS (SELECT 1 FROM part_conflict WHERE card = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a part belongs to a card of its host that is whole, and has no parts itself');
END;

CREATE TRIGGER part_of_card AFTER UPDATE OF parent ON card
WHEN NEW.parent IS NOT NULL AND NEW.parent IS NOT OLD.parent
    AND EXISTS (SELECT 1 FROM part_conflict WHERE card = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a part belongs to a card of its host that is whole, and has no parts itself');
END;
