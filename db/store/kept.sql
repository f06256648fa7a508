-- Version 14: whose definition a VM has: rocks makes it, or it is libvirt's own, in which rocks
-- gives and takes cards and changes nothing else. kept_definition is libvirt's own as it was last
-- seen, without secrets; functions are those of recorded cards that it passed then, as packed
-- addresses with a blank around each: a card that was renumbered is no longer there.

ALTER TABLE vm ADD COLUMN definition TEXT NOT NULL DEFAULT 'rocks'
    CHECK (definition IN ('rocks', 'libvirt'));

CREATE TABLE kept_definition (
    vm INTEGER PRIMARY KEY REFERENCES vm (host) ON DELETE CASCADE,
    xml TEXT NOT NULL,
    functions TEXT NOT NULL,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
