-- Version 6: which VM's definition passes, or is about to pass, which device of a container by
-- address. A claim is written before libvirt is called. It survives a failed start, and ends when
-- the VM is defined without the device.

CREATE TABLE claim (
    host INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    address INTEGER NOT NULL CHECK (address >= 0),
    vm INTEGER NOT NULL REFERENCES vm (host) ON DELETE CASCADE,
    PRIMARY KEY (host, address),
    CHECK (vm <> host)
) WITHOUT ROWID;
CREATE INDEX claim_vm ON claim (vm);

CREATE TRIGGER claim_keeps_row BEFORE UPDATE ON claim
BEGIN
    SELECT RAISE(ABORT, 'a claim does not change: it is removed, and another one is added');
END;

-- All functions of a slot belong to the card in it, even those that no scan has found yet.
CREATE TRIGGER claim_of_no_card BEFORE INSERT ON claim
WHEN EXISTS (
    SELECT 1 FROM function JOIN card ON card.id = function.card
    JOIN assignment ON assignment.card = card.id
    WHERE function.host = NEW.host AND card.address IS NOT NULL AND assignment.vm <> NEW.vm
        AND function.address BETWEEN NEW.address & ~7 AND NEW.address | 7)
BEGIN
    SELECT RAISE(ABORT, 'another VM holds a card at the address that is claimed');
END;

-- Claims to functions in the slots of a card.
CREATE VIEW card_claim (card, vm, address) AS
    SELECT card.id, claim.vm, claim.address FROM card
    CROSS JOIN function ON function.card = card.id
    CROSS JOIN claim ON claim.host = card.host
        AND claim.address BETWEEN function.address & ~7 AND function.address | 7
    WHERE card.address IS NOT NULL;

CREATE TRIGGER assignment_of_no_claim_insert BEFORE INSERT ON assignment
WHEN EXISTS (SELECT 1 FROM card_claim WHERE card = NEW.card AND vm <> NEW.vm)
BEGIN
    SELECT RAISE(ABORT, 'another VM holds a claim to a function of the card');
END;

CREATE TRIGGER assignment_of_no_claim_update BEFORE UPDATE OF vm, card ON assignment
WHEN EXISTS (SELECT 1 FROM card_claim WHERE card = NEW.card AND vm <> NEW.vm)
BEGIN
    SELECT RAISE(ABORT, 'another VM holds a claim to a function of the card');
END;
