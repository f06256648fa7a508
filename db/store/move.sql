-- Version 4: VMs that move from one container to another. The step is the last one that was begun;
-- it is written before it is carried out. A VM is in the table from its reservation to the end of
-- its move. Meanwhile its container and its cards only change in the step that is for this.

CREATE TABLE move (
    vm INTEGER PRIMARY KEY REFERENCES vm (host),
    source INTEGER NOT NULL REFERENCES host (id),
    target INTEGER NOT NULL REFERENCES host (id),
    step TEXT NOT NULL CHECK (step IN ('stop', 'undefine', 'copy', 'compare', 'place', 'switch',
        'define', 'start', 'finish')),
    back INTEGER NOT NULL DEFAULT 0 CHECK (back IN (0, 1)),
    token TEXT NOT NULL,
    slice INTEGER NOT NULL,
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    ran INTEGER NOT NULL CHECK (ran IN (0, 1)),
    autostart INTEGER NOT NULL CHECK (autostart IN (0, 1)),
    action TEXT NOT NULL CHECK (action IN ('poweroff', 'shutdown')),
    patience INTEGER NOT NULL,
    xml TEXT,
    began TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    who TEXT NOT NULL,
    CHECK (source <> target)
);
CREATE INDEX move_source ON move (source);
CREATE INDEX move_target ON move (target);

-- Files that the target must have: copied by the move, or already there and the same.
CREATE TABLE move_file (
    vm INTEGER NOT NULL REFERENCES move (vm) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    path TEXT NOT NULL CHECK (path <> ''),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    copied INTEGER NOT NULL CHECK (copied IN (0, 1)),
    PRIMARY KEY (vm, position)
) WITHOUT ROWID;

CREATE TRIGGER moving_vm_stays BEFORE UPDATE OF container ON vm
WHEN NEW.container <> OLD.container
    AND EXISTS (SELECT 1 FROM move WHERE vm = OLD.host AND step <> 'switch')
BEGIN
    SELECT RAISE(ABORT, 'the VM is being moved; see `rocks list move`');
END;

CREATE TRIGGER moving_vm_gets_no_card BEFORE INSERT ON assignment
WHEN EXISTS (SELECT 1 FROM move WHERE vm = NEW.vm)
BEGIN
    SELECT RAISE(ABORT, 'the VM is being moved; see `rocks list move`');
END;

CREATE TRIGGER moving_vm_keeps_cards BEFORE DELETE ON assignment
WHEN EXISTS (SELECT 1 FROM move WHERE vm = OLD.vm)
BEGIN
    SELECT RAISE(ABORT, 'the VM is being moved; see `rocks list move`');
END;

CREATE TRIGGER moving_vm_changes_no_card BEFORE UPDATE ON assignment
WHEN EXISTS (SELECT 1 FROM move WHERE vm IN (OLD.vm, NEW.vm)
    AND (step <> 'switch' OR OLD.vm <> NEW.vm OR OLD.card <> NEW.card))
BEGIN
    SELECT RAISE(ABORT, 'the VM is being moved; see `rocks list move`');
END;
