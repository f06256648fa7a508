-- Version 8: what rocks last defined of a VM and where, as libvirt then reports it, and what it
-- has replaced. The XML is NULL if the VM was set to another container and nothing is known of
-- its definition on the one before.

CREATE TABLE definition (
    vm INTEGER PRIMARY KEY REFERENCES vm (host) ON DELETE CASCADE,
    container INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    xml TEXT,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
CREATE INDEX definition_container ON definition (container);

-- The container's name, since the copy outlives its record.
CREATE TABLE replaced (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vm INTEGER NOT NULL REFERENCES vm (host) ON DELETE CASCADE,
    container TEXT NOT NULL,
    xml TEXT NOT NULL,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    who TEXT NOT NULL
);
CREATE INDEX replaced_vm ON replaced (vm);

CREATE TRIGGER vm_leaves_definition AFTER UPDATE OF container ON vm
WHEN NEW.container <> OLD.container
    AND NOT EXISTS (SELECT 1 FROM definition WHERE vm = OLD.host)
    AND NOT EXISTS (SELECT 1 FROM move WHERE vm = OLD.host)
BEGIN
    INSERT INTO definition (vm, container) VALUES (OLD.host, OLD.container);
END;
