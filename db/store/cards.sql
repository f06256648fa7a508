-- Version 5: a slot has one card and its virtual functions, and a part belongs to a whole card of
-- its host, whether a person, a dump or a scan writes. Rows of an older file that break these rules
-- stay until they are changed. Missing cards are exempt.

CREATE VIEW slot_conflict (card, function, other) AS
    SELECT own.card, own.number, other.id
    FROM function own
    CROSS JOIN card mine ON mine.id = own.card
    CROSS JOIN function near ON near.host = own.host
        AND near.address BETWEEN own.address & ~7 AND own.address | 7
    CROSS JOIN card other ON other.id = near.card AND other.id <> mine.id
    WHERE mine.address IS NOT NULL AND other.address IS NOT NULL
        AND (near.address = own.address OR (mine.kind = 'pci' AND other.kind = 'pci'));

CREATE TRIGGER slot_of_new_function AFTER INSERT ON function
WHEN EXISTS (SELECT 1 FROM slot_conflict WHERE card = NEW.card AND function = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'another card is in that slot: one slot is one card with its virtual functions');
END;

CREATE TRIGGER slot_of_moved_function AFTER UPDATE OF card, address, host ON function
WHEN (NEW.card <> OLD.card OR NEW.address <> OLD.address OR NEW.host IS NOT OLD.host)
    AND EXISTS (SELECT 1 FROM slot_conflict WHERE card = NEW.card AND function = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'another card is in that slot: one slot is one card with its virtual functions');
END;

CREATE TRIGGER slot_of_card AFTER UPDATE OF address, kind ON card
WHEN NEW.address IS NOT NULL
    AND (OLD.address IS NULL OR (NEW.kind = 'pci' AND OLD.kind <> 'pci'))
    AND EXISTS (SELECT 1 FROM slot_conflict WHERE card = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'another card is in that slot: one slot is one card with its virtual functions');
END;

CREATE VIEW part_conflict (card) AS
    SELECT part.id FROM card part CROSS JOIN card whole ON whole.id = part.parent
    WHERE whole.id = part.id OR whole.parent IS NOT NULL OR whole.host IS NOT part.host
        OR EXISTS (SELECT 1 FROM card piece WHERE piece.parent = part.id);

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
