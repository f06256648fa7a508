-- Version 10: a card that a host newly reports with the serial number of one that another host has
-- lost, or that is in no host, may be that card, or its host may lie. same_as is the UUID of the
-- card that it may be: while that one is missing, no VM gets this one. A person, or a later
-- witness, says which of both it is.

ALTER TABLE card ADD COLUMN same_as TEXT;

CREATE VIEW card_unconfirmed (card, other) AS
    SELECT mine.id, other.id FROM card mine CROSS JOIN card other ON other.uuid = mine.same_as
    WHERE other.address IS NULL;

CREATE TRIGGER assignment_of_confirmed_card INSTEAD OF INSERT ON assignment_candidate
WHEN EXISTS (SELECT 1 FROM card_unconfirmed WHERE card = NEW.card)
    AND NEW.card IS NOT (SELECT card FROM assignment WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the card may be one that another host has lost');
END;

-- What a VM has got is a card of its own.
CREATE TRIGGER assigned_card_is_itself AFTER INSERT ON assignment
BEGIN
    UPDATE card SET same_as = NULL WHERE id = NEW.card AND same_as IS NOT NULL;
END;

CREATE TRIGGER exchanged_card_is_itself AFTER UPDATE OF card ON assignment
BEGIN
    UPDATE card SET same_as = NULL WHERE id = NEW.card AND same_as IS NOT NULL;
END;
