-- Version 12: other names of hosts, and attributes of all hosts with an operating system, as Rocks
-- has them.
CREATE TABLE alias (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    host INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE
);
CREATE INDEX alias_host ON alias (host);

CREATE TABLE os_attr (
    id INTEGER PRIMARY KEY,
    os TEXT NOT NULL CHECK (os <> ''),
    name TEXT NOT NULL CHECK (name <> ''),
    value TEXT NOT NULL,
    UNIQUE (os, name)
);

CREATE VIEW aliases (id, node, name) AS
    SELECT id, host, name FROM alias;

CREATE VIEW os_attributes (os, attr, value) AS
    SELECT os, name, value FROM os_attr;
