-- Version 7: the rules that INSERT and UPDATE share are written once. The triggers of both insert
-- the new row into a view of candidates, which has no rows; its trigger checks the rules. The id of
-- a candidate is that of the row to change, NULL for an INSERT.

DROP TRIGGER assignment_rules_insert;
DROP TRIGGER assignment_rules_update;
DROP TRIGGER vm_in_vm_insert;
DROP TRIGGER vm_in_vm_update;
DROP TRIGGER function_with_card;
DROP TRIGGER function_stays_with_card;

CREATE VIEW assignment_candidate (id, vm, card, host, role) AS
    SELECT id, vm, card, host, role FROM assignment WHERE 0;

CREATE TRIGGER assignment_rules INSTEAD OF INSERT ON assignment_candidate
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
        WHERE a.id IS NOT NEW.id AND (held.parent = NEW.card
            OR held.id = (SELECT parent FROM card WHERE id = NEW.card)));
    SELECT RAISE(ABORT, 'another VM holds a card of the same IOMMU group')
    WHERE EXISTS (
        SELECT 1 FROM card mine JOIN card held ON held.host = mine.host
            AND held.iommu_group = mine.iommu_group AND held.id <> mine.id
            AND held.address IS NOT NULL AND mine.address IS NOT NULL
        JOIN assignment a ON a.card = held.id
        WHERE mine.id = NEW.card AND a.vm <> NEW.vm AND a.id IS NOT NEW.id);
END;

CREATE TRIGGER assignment_rules_insert BEFORE INSERT ON assignment
BEGIN
    INSERT INTO assignment_candidate (id, vm, card, host, role)
    VALUES (NULL, NEW.vm, NEW.card, NEW.host, NEW.role);
END;

CREATE TRIGGER assignment_rules_update BEFORE UPDATE ON assignment
BEGIN
    INSERT INTO assignment_candidate (id, vm, card, host, role)
    VALUES (OLD.id, NEW.vm, NEW.card, NEW.host, NEW.role);
END;

-- The host is NULL if it is already a VM, and so houses none.
CREATE VIEW vm_candidate (host, container) AS
    SELECT host, container FROM vm WHERE 0;

CREATE TRIGGER vm_rules INSTEAD OF INSERT ON vm_candidate
WHEN EXISTS (SELECT 1 FROM vm WHERE host = NEW.container)
    OR EXISTS (SELECT 1 FROM vm WHERE container = NEW.host)
BEGIN
    SELECT RAISE(ABORT, 'a VM houses no VM: the container is to be a physical host');
END;

CREATE TRIGGER vm_in_vm_insert BEFORE INSERT ON vm
BEGIN
    INSERT INTO vm_candidate (host, container) VALUES (NEW.host, NEW.container);
END;

CREATE TRIGGER vm_in_vm_update BEFORE UPDATE OF container ON vm
BEGIN
    INSERT INTO vm_candidate (host, container) VALUES (NULL, NEW.container);
END;

CREATE VIEW function_candidate (card, host) AS
    SELECT card, host FROM function WHERE 0;

CREATE TRIGGER function_rules INSTEAD OF INSERT ON function_candidate
WHEN NEW.host IS NOT (SELECT host FROM card WHERE id = NEW.card)
BEGIN
    SELECT RAISE(ABORT, 'a function is of the host that its card is of');
END;

CREATE TRIGGER function_with_card BEFORE INSERT ON function
BEGIN
    INSERT INTO function_candidate (card, host) VALUES (NEW.card, NEW.host);
END;

CREATE TRIGGER function_stays_with_card BEFORE UPDATE OF card, host ON function
BEGIN
    INSERT INTO function_candidate (card, host) VALUES (NEW.card, NEW.host);
END;
