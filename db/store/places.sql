-- Version 3: a function has the host of its card, so that an index finds the card at an address of
-- a host with thousands of cards; another index finds the cards of an IOMMU group.

ALTER TABLE function ADD COLUMN host INTEGER;
UPDATE function SET host = (SELECT card.host FROM card WHERE card.id = function.card);
CREATE INDEX function_place ON function (host, address);
CREATE INDEX card_group ON card (host, iommu_group) WHERE iommu_group IS NOT NULL;

CREATE TRIGGER function_with_card BEFORE INSERT ON function
WHEN NEW.host IS NOT (SELECT host FROM card WHERE id = NEW.card)
BEGIN
    SELECT RAISE(ABORT, 'a function is of the host that its card is of');
END;

CREATE TRIGGER function_stays_with_card BEFORE UPDATE OF card, host ON function
WHEN NEW.host IS NOT (SELECT host FROM card WHERE id = NEW.card)
BEGIN
    SELECT RAISE(ABORT, 'a function is of the host that its card is of');
END;

CREATE TRIGGER function_follows_card AFTER UPDATE OF host ON card
WHEN NEW.host IS NOT OLD.host
BEGIN
    UPDATE function SET host = NEW.host WHERE card = NEW.id;
END;
