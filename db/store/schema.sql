-- Version 1: the tables, their rules and the history.

CREATE TABLE writer (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    who TEXT NOT NULL
);

CREATE TABLE appliance (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    membership TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (membership <> '')
);

CREATE TABLE host (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    appliance INTEGER NOT NULL REFERENCES appliance (id),
    rack INTEGER NOT NULL CHECK (rack >= 0),
    rank INTEGER NOT NULL CHECK (rank >= 0),
    cpus INTEGER NOT NULL DEFAULT 1 CHECK (cpus > 0),
    os TEXT NOT NULL DEFAULT 'linux',
    runaction TEXT NOT NULL DEFAULT 'os',
    installaction TEXT NOT NULL DEFAULT 'install'
);
CREATE INDEX host_appliance ON host (appliance);
CREATE INDEX host_place ON host (rack, rank);

CREATE TABLE network (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    subnet TEXT,
    netmask TEXT,
    mtu INTEGER,
    dnszone TEXT
);

CREATE TABLE interface (
    id INTEGER PRIMARY KEY,
    host INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    mac TEXT UNIQUE,
    ip TEXT,
    network INTEGER REFERENCES network (id),
    name TEXT,
    module TEXT,
    vlan INTEGER CHECK (vlan BETWEEN 0 AND 4095),
    options TEXT,
    channel TEXT,
    UNIQUE (host, device)
);
CREATE UNIQUE INDEX interface_ip ON interface (ip) WHERE ip IS NOT NULL;
CREATE INDEX interface_network ON interface (network);

CREATE TABLE vm (
    host INTEGER PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    container INTEGER NOT NULL REFERENCES host (id) CHECK (container <> host),
    uuid TEXT NOT NULL UNIQUE,
    mem INTEGER NOT NULL CHECK (mem > 0),
    slice INTEGER NOT NULL CHECK (slice >= 0),
    virt_type TEXT NOT NULL DEFAULT 'hvm',
    cdrom TEXT,
    UNIQUE (container, slice)
);

CREATE TABLE disk (
    vm INTEGER NOT NULL REFERENCES vm (host) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    type TEXT NOT NULL CHECK (type IN ('file', 'qcow2', 'qed', 'phy')),
    path TEXT NOT NULL CHECK (path <> ''),
    device TEXT NOT NULL,
    bus TEXT NOT NULL,
    size INTEGER CHECK (size > 0),
    PRIMARY KEY (vm, position),
    UNIQUE (vm, device)
) WITHOUT ROWID;

CREATE TABLE attr (
    id INTEGER PRIMARY KEY,
    appliance INTEGER REFERENCES appliance (id) ON DELETE CASCADE,
    host INTEGER REFERENCES host (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''),
    value TEXT NOT NULL,
    CHECK (appliance IS NULL OR host IS NULL)
);
CREATE UNIQUE INDEX attr_owner ON attr (ifnull(host, 0), ifnull(appliance, 0), name);
CREATE INDEX attr_host ON attr (host) WHERE host IS NOT NULL;
CREATE INDEX attr_appliance ON attr (appliance) WHERE appliance IS NOT NULL;

-- An address is packed as domain << 16 | bus << 8 | slot << 3 | function. The state
-- moving never outlives a transaction: it is that of a card which has lost one address and
-- not yet got the next.
CREATE TABLE card (
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
    UNIQUE (id, host),
    CHECK (address IS NOT NULL OR state <> 'present'),
    CHECK (address IS NULL OR state IN ('present', 'quarantined')),
    CHECK (host IS NOT NULL OR address IS NULL)
);
CREATE UNIQUE INDEX card_name ON card (host, name);
CREATE UNIQUE INDEX card_address ON card (host, address) WHERE address IS NOT NULL;
CREATE INDEX card_serial ON card (serial) WHERE serial IS NOT NULL;
CREATE INDEX card_parent ON card (parent) WHERE parent IS NOT NULL;

CREATE TABLE function (
    card INTEGER NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 0),
    address INTEGER NOT NULL CHECK (address >= 0),
    class INTEGER,
    ids TEXT,
    bar_bytes INTEGER CHECK (bar_bytes >= 0),
    PRIMARY KEY (card, number)
) WITHOUT ROWID;

CREATE TABLE assignment (
    id INTEGER PRIMARY KEY,
    vm INTEGER NOT NULL REFERENCES vm (host),
    card INTEGER NOT NULL UNIQUE REFERENCES card (id),
    host INTEGER NOT NULL REFERENCES host (id),
    name TEXT NOT NULL CHECK (name <> ''),
    role TEXT NOT NULL DEFAULT 'active' CHECK (role IN ('active', 'reserved')),
    asked TEXT,
    UNIQUE (vm, name, role),
    FOREIGN KEY (card, host) REFERENCES card (id, host) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX assignment_host ON assignment (host);

CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    who TEXT NOT NULL,
    verb TEXT NOT NULL,
    host TEXT,
    card TEXT,
    vm TEXT,
    address INTEGER,
    serial TEXT,
    uuid TEXT
);
CREATE INDEX history_vm ON history (vm);
CREATE INDEX history_host ON history (host);

CREATE TRIGGER history_keeps_rows BEFORE UPDATE ON history
BEGIN
    SELECT RAISE(ABORT, 'history is append-only: its rows do not change');
END;

-- Unless recursive_triggers is on, REPLACE calls no DELETE trigger; so this one refuses it.
CREATE TRIGGER history_replaces_nothing BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'history is append-only: its rows do not change');
END;

CREATE TRIGGER history_loses_nothing BEFORE DELETE ON history
BEGIN
    SELECT RAISE(ABORT, 'history is append-only: its rows are not removed');
END;

CREATE TRIGGER vm_in_vm_insert BEFORE INSERT ON vm
WHEN EXISTS (SELECT 1 FROM vm WHERE host = NEW.container)
    OR EXISTS (SELECT 1 FROM vm WHERE container = NEW.host)
BEGIN
    SELECT RAISE(ABORT, 'a VM houses no VM: the container is to be a physical host');
END;

CREATE TRIGGER vm_in_vm_update BEFORE UPDATE OF container ON vm
WHEN EXISTS (SELECT 1 FROM vm WHERE host = NEW.container)
BEGIN
    SELECT RAISE(ABORT, 'a VM houses no VM: the container is to be a physical host');
END;

CREATE TRIGGER vm_with_card_stays BEFORE UPDATE OF container ON vm
WHEN NEW.container <> OLD.container AND EXISTS (
    SELECT 1 FROM assignment
    WHERE vm = OLD.host AND role = 'active' AND host <> NEW.container)
BEGIN
    SELECT RAISE(ABORT, 'the VM holds a card of its container: take the card from it first');
END;

CREATE TRIGGER assignment_rules_insert BEFORE INSERT ON assignment
BEGIN
    SELECT RAISE(ABORT, 'the card is not on the container that houses the VM')
    WHERE NEW.role = 'active'
        AND NEW.host IS NOT (SELECT container FROM vm WHERE host = NEW.vm);
    SELECT RAISE(ABORT, 'a fabric switch is no card that a VM can have')
    WHERE (SELECT kind FROM card WHERE id = NEW.card) = 'fabric';
    SELECT RAISE(ABORT, 'the card is in a PCI domain above ffff: QEMU cannot start a VM with it')
    WHERE (SELECT address >> 32 FROM card WHERE id = NEW.card) > 0;
    SELECT RAISE(ABORT, 'a virtual function and its parent are never both held')
    WHERE EXISTS (
        SELECT 1 FROM assignment a JOIN card held ON held.id = a.card
        WHERE held.parent = NEW.card
            OR held.id = (SELECT parent FROM card WHERE id = NEW.card));
    SELECT RAISE(ABORT, 'another VM holds a card of the same IOMMU group')
    WHERE EXISTS (
        SELECT 1 FROM card mine JOIN card held ON held.host = mine.host
            AND held.iommu_group = mine.iommu_group AND held.id <> mine.id
            AND held.address IS NOT NULL AND mine.address IS NOT NULL
        JOIN assignment a ON a.card = held.id
        WHERE mine.id = NEW.card AND a.vm <> NEW.vm);
END;

CREATE TRIGGER assignment_rules_update BEFORE UPDATE ON assignment
BEGIN
    SELECT RAISE(ABORT, 'the card is not on the container that houses the VM')
    WHERE NEW.role = 'active'
        AND NEW.host IS NOT (SELECT container FROM vm WHERE host = NEW.vm);
    SELECT RAISE(ABORT, 'a fabric switch is no card that a VM can have')
    WHERE (SELECT kind FROM card WHERE id = NEW.card) = 'fabric';
    SELECT RAISE(ABORT, 'the card is in a PCI domain above ffff: QEMU cannot start a VM with it')
    WHERE (SELECT address >> 32 FROM card WHERE id = NEW.card) > 0;
    SELECT RAISE(ABORT, 'a virtual function and its parent are never both held')
    WHERE EXISTS (
        SELECT 1 FROM assignment a JOIN card held ON held.id = a.card
        WHERE a.id <> OLD.id AND (held.parent = NEW.card
            OR held.id = (SELECT parent FROM card WHERE id = NEW.card)));
    SELECT RAISE(ABORT, 'another VM holds a card of the same IOMMU group')
    WHERE EXISTS (
        SELECT 1 FROM card mine JOIN card held ON held.host = mine.host
            AND held.iommu_group = mine.iommu_group AND held.id <> mine.id
            AND held.address IS NOT NULL AND mine.address IS NOT NULL
        JOIN assignment a ON a.card = held.id
        WHERE mine.id = NEW.card AND a.vm <> NEW.vm AND a.id <> OLD.id);
END;

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
        WHEN NEW.state = 'quarantined' AND OLD.state NOT IN ('quarantined', 'moving')
            THEN 'quarantined'
        WHEN NEW.host IS NOT OLD.host OR NEW.address IS NOT OLD.last_address THEN 'moved'
        WHEN NEW.name <> OLD.name THEN 'renamed'
        WHEN OLD.address IS NULL AND NEW.address IS NOT NULL THEN 'returned'
        WHEN OLD.state = 'quarantined' THEN 'released'
        ELSE 'changed'
        END,
        (SELECT name FROM host WHERE id = coalesce(NEW.host, OLD.host)),
        NEW.name, coalesce(NEW.address, OLD.address, OLD.last_address), NEW.serial, NEW.uuid
    WHERE NOT (OLD.state = 'moving' AND NEW.state = 'present'
        AND NEW.address IS OLD.last_address AND NEW.name = OLD.name);
END;

CREATE TRIGGER history_assigned AFTER INSERT ON assignment
BEGIN
    INSERT INTO history (who, verb, host, card, vm, address, serial, uuid)
    SELECT coalesce((SELECT who FROM writer), 'unknown'),
        CASE NEW.role WHEN 'active' THEN 'assigned' ELSE 'reserved' END,
        (SELECT name FROM host WHERE id = NEW.host), card.name,
        (SELECT name FROM host WHERE id = NEW.vm),
        coalesce(card.address, card.last_address), card.serial, card.uuid
    FROM card WHERE card.id = NEW.card;
END;

CREATE TRIGGER history_taken BEFORE DELETE ON assignment
BEGIN
    INSERT INTO history (who, verb, host, card, vm, address, serial, uuid)
    SELECT coalesce((SELECT who FROM writer), 'unknown'), 'taken',
        (SELECT name FROM host WHERE id = OLD.host), card.name,
        (SELECT name FROM host WHERE id = OLD.vm),
        coalesce(card.address, card.last_address), card.serial, card.uuid
    FROM card WHERE card.id = OLD.card;
END;

CREATE TRIGGER history_reassigned AFTER UPDATE OF vm, card, host, role ON assignment
WHEN NEW.vm <> OLD.vm OR NEW.card <> OLD.card OR NEW.role <> OLD.role
BEGIN
    INSERT INTO history (who, verb, host, card, vm, address, serial, uuid)
    SELECT coalesce((SELECT who FROM writer), 'unknown'), 'taken',
        (SELECT name FROM host WHERE id = OLD.host), card.name,
        (SELECT name FROM host WHERE id = OLD.vm),
        coalesce(card.address, card.last_address), card.serial, card.uuid
    FROM card WHERE card.id = OLD.card AND (NEW.card <> OLD.card OR NEW.vm <> OLD.vm);
    INSERT INTO history (who, verb, host, card, vm, address, serial, uuid)
    SELECT coalesce((SELECT who FROM writer), 'unknown'),
        CASE NEW.role WHEN 'active' THEN 'assigned' ELSE 'reserved' END,
        (SELECT name FROM host WHERE id = NEW.host), card.name,
        (SELECT name FROM host WHERE id = NEW.vm),
        coalesce(card.address, card.last_address), card.serial, card.uuid
    FROM card WHERE card.id = NEW.card;
END;

INSERT INTO appliance (name, membership) VALUES
    ('frontend', 'Frontend'),
    ('compute', 'Compute'),
    ('login', 'Login'),
    ('nas', 'NAS Appliance'),
    ('network', 'Ethernet Switch'),
    ('power', 'Power Distribution Unit'),
    ('vm-container', 'VM Container'),
    ('hosted-vm', 'Hosted VM');
