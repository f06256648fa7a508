-- Version 16: what cards are called, who has VMs, what they ask for, and which hosts belong
-- together.

-- Names of the site; those that everybody uses are in a file, see db/model.
CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name GLOB '[A-Za-z]*')
);
-- A card is of the model that has all four of its ids, else of the one that has the first two.
CREATE TABLE model_ids (
    ids TEXT PRIMARY KEY CHECK (length(ids) IN (9, 19)),
    model INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX model_ids_model ON model_ids (model);
CREATE INDEX card_ids ON card (substr(ids, 1, 9), host) WHERE ids IS NOT NULL;

CREATE TABLE project (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    unix_group TEXT CHECK (unix_group <> '')
);
CREATE TABLE member (
    project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    user TEXT NOT NULL CHECK (user <> ''),
    PRIMARY KEY (project, user)
) WITHOUT ROWID;

ALTER TABLE vm ADD COLUMN owner TEXT CHECK (owner <> '');
ALTER TABLE vm ADD COLUMN project INTEGER REFERENCES project (id);
CREATE INDEX vm_owner ON vm (owner) WHERE owner IS NOT NULL;
CREATE INDEX vm_project ON vm (project) WHERE project IS NOT NULL;

CREATE TABLE aggregate (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> '')
);
CREATE TABLE aggregate_host (
    aggregate INTEGER NOT NULL REFERENCES aggregate (id) ON DELETE CASCADE,
    host INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    PRIMARY KEY (aggregate, host)
) WITHOUT ROWID;
CREATE INDEX aggregate_host_host ON aggregate_host (host);

CREATE TABLE flavor (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    cpus INTEGER CHECK (cpus > 0),
    mem INTEGER CHECK (mem > 0),
    disk_sizes TEXT CHECK (disk_sizes <> ''),
    near TEXT NOT NULL DEFAULT 'no' CHECK (near IN ('no', 'node', 'switch')),
    aggregate INTEGER REFERENCES aggregate (id)
);
CREATE INDEX flavor_aggregate ON flavor (aggregate) WHERE aggregate IS NOT NULL;
-- A model by its name, since those of the file have no row; in the order that was asked for.
CREATE TABLE flavor_card (
    flavor INTEGER NOT NULL REFERENCES flavor (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    model TEXT NOT NULL COLLATE NOCASE CHECK (model <> ''),
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (flavor, position),
    UNIQUE (flavor, model)
) WITHOUT ROWID;
-- Without a row a flavor is everybody's.
CREATE TABLE flavor_project (
    flavor INTEGER NOT NULL REFERENCES flavor (id) ON DELETE CASCADE,
    project INTEGER NOT NULL REFERENCES project (id),
    PRIMARY KEY (flavor, project)
) WITHOUT ROWID;
CREATE INDEX flavor_project_project ON flavor_project (project);

-- How many virtual functions it can have; NULL: not known.
ALTER TABLE card ADD COLUMN vfs_most INTEGER CHECK (vfs_most >= 0);
