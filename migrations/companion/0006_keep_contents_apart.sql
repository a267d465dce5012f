-- What was signed and sealed never changes, and where a record stands changes with every sync. They stand apart: a batch
-- is formed, and what goes first is found, without a page of contents being read or written anew.
CREATE TABLE operation_contents (
    position         INTEGER PRIMARY KEY,       -- order of Vastleggen
    signature        BLOB NOT NULL CHECK (length(signature) = 64),
    payload          BLOB NOT NULL,
    form             TEXT NOT NULL,             -- the copy its author can read
    sealed           BLOB NOT NULL
) STRICT;

INSERT INTO operation_contents
    SELECT position, signature, payload, form, sealed FROM operations ORDER BY position;

CREATE TABLE operations_narrow (
    operation        TEXT PRIMARY KEY,
    position         INTEGER NOT NULL REFERENCES operation_contents (position),
    entity           TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('inspection', 'observation')),
    hash             TEXT NOT NULL,
    finalised_at     TEXT NOT NULL,
    acute            INTEGER NOT NULL CHECK (acute IN (0, 1)), -- by what was signed; leaves before the others
    size_bytes       INTEGER NOT NULL,          -- of what was signed and what was sealed
    chain            TEXT,
    seq              INTEGER,
    isolated         INTEGER NOT NULL DEFAULT 0 CHECK (isolated IN (0, 1)), -- travels in a batch of its own
    refused          TEXT,                      -- why it waits apart
    aside_since      TEXT,                      -- since when; each record waits a time of its own
    CHECK ((refused IS NULL) = (aside_since IS NULL)),
    FOREIGN KEY (chain, seq) REFERENCES batches (chain, seq)
) STRICT, WITHOUT ROWID;                        -- one page less for each Vastleggen

INSERT INTO operations_narrow
    SELECT operation, position, entity, kind, hash, finalised_at,
           CASE WHEN json_valid(CAST(payload AS TEXT))
                THEN json_extract(CAST(payload AS TEXT), '$.open.urgency') IS 'acuut' ELSE 0 END,
           length(payload) + length(sealed), chain, seq, isolated, refused, aside_since
    FROM operations ORDER BY position;

DROP TABLE operations;
ALTER TABLE operations_narrow RENAME TO operations;

-- Of those in a batch alone: what waits is never looked for by it.
CREATE INDEX operations_by_batch ON operations (chain, seq) WHERE chain IS NOT NULL;
CREATE INDEX inspections ON operations (entity) WHERE kind = 'inspection';
-- What waits for a batch, in the order in which it leaves.
CREATE INDEX operations_waiting ON operations (acute DESC, isolated, position)
    WHERE chain IS NULL AND seq IS NULL AND refused IS NULL;
CREATE INDEX operations_acute ON operations (chain, seq) WHERE acute AND refused IS NULL;
