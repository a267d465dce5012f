-- What was signed and sealed never changes, and where a record stands changes with every sync. They stand apart: no page
-- of contents is written anew because its record moved. A record has no entry in the outbox until a batch is formed after
-- it was signed, so Vastleggen writes what was signed and nothing else.
CREATE TABLE operations_as_signed (
    position         INTEGER PRIMARY KEY,       -- order of Vastleggen
    operation        TEXT NOT NULL UNIQUE,
    entity           TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('inspection', 'observation')),
    hash             TEXT NOT NULL,
    finalised_at     TEXT NOT NULL,
    acute            INTEGER NOT NULL CHECK (acute IN (0, 1)), -- by what was signed; leaves before the others
    size_bytes       INTEGER NOT NULL,          -- of what was signed and what was sealed
    signature        BLOB NOT NULL CHECK (length(signature) = 64),
    payload          BLOB NOT NULL,
    form             TEXT NOT NULL,             -- the copy its author can read
    sealed           BLOB NOT NULL
) STRICT;

INSERT INTO operations_as_signed
    SELECT position, operation, entity, kind, hash, finalised_at,
           CASE WHEN json_valid(CAST(payload AS TEXT))
                THEN json_extract(CAST(payload AS TEXT), '$.open.urgency') IS 'acuut' ELSE 0 END,
           length(payload) + length(sealed), signature, payload, form, sealed
    FROM operations ORDER BY position;

-- Where a record stands, with what is asked of it on the way. An entry is made in the order of Vastleggen, so what has
-- none is all that comes after the last entry.
CREATE TABLE outbox_entries (
    position         INTEGER PRIMARY KEY REFERENCES operations (position),
    kind             TEXT NOT NULL,
    acute            INTEGER NOT NULL,
    size_bytes       INTEGER NOT NULL,
    chain            TEXT,
    seq              INTEGER,
    isolated         INTEGER NOT NULL DEFAULT 0 CHECK (isolated IN (0, 1)), -- travels in a batch of its own
    refused          TEXT,                      -- why it waits apart
    aside_since      TEXT,                      -- since when; each record waits a time of its own
    CHECK ((refused IS NULL) = (aside_since IS NULL)),
    FOREIGN KEY (chain, seq) REFERENCES batches (chain, seq)
) STRICT;

INSERT INTO outbox_entries
    SELECT n.position, n.kind, n.acute, n.size_bytes, o.chain, o.seq, o.isolated, o.refused, o.aside_since
    FROM operations o JOIN operations_as_signed n ON n.position = o.position ORDER BY n.position;

DROP TABLE operations;
ALTER TABLE operations_as_signed RENAME TO operations;

CREATE INDEX inspections ON operations (entity) WHERE kind = 'inspection';
-- Of those in a batch alone: what waits is never looked for by it.
CREATE INDEX outbox_by_batch ON outbox_entries (chain, seq) WHERE chain IS NOT NULL;
-- What waits for a batch, in the order in which it leaves.
CREATE INDEX outbox_waiting ON outbox_entries (acute DESC, isolated, position)
    WHERE chain IS NULL AND seq IS NULL AND refused IS NULL;
CREATE INDEX outbox_acute ON outbox_entries (chain, seq) WHERE acute AND refused IS NULL;

-- Where each record stands, also those that have no entry yet. Each column has one type in both halves: only then is
-- the order of an index taken over.
CREATE VIEW outbox AS
    SELECT position, kind, acute, size_bytes, chain, seq, isolated, refused, aside_since FROM outbox_entries
    UNION ALL
    SELECT position, kind, acute, size_bytes, CAST(NULL AS TEXT), CAST(NULL AS INTEGER), CAST(0 AS INTEGER),
           CAST(NULL AS TEXT), CAST(NULL AS TEXT)
    FROM operations
    WHERE position > (SELECT coalesce(max(position), 0) FROM outbox_entries);
