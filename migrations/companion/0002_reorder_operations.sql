-- Small columns first and large ones last, so that counting states or choosing what to send does not read past the
-- head of a row; and only the indexes that are asked: every further one is a page more in each Vastleggen.
CREATE TABLE operations_reordered (
    position         INTEGER PRIMARY KEY,       -- order of Vastleggen
    operation        TEXT NOT NULL UNIQUE,
    entity           TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('inspection', 'observation')),
    hash             TEXT NOT NULL,
    finalised_at     TEXT NOT NULL,
    chain            TEXT,
    seq              INTEGER,
    isolated         INTEGER NOT NULL DEFAULT 0 CHECK (isolated IN (0, 1)), -- travels in a batch of its own
    refused          TEXT,                      -- why it waits apart
    aside_since      TEXT,                      -- since when; each record waits a time of its own
    signature        BLOB NOT NULL CHECK (length(signature) = 64),
    payload          BLOB NOT NULL,
    form             TEXT NOT NULL,             -- the copy its author can read
    sealed           BLOB NOT NULL,
    CHECK ((refused IS NULL) = (aside_since IS NULL)),
    FOREIGN KEY (chain, seq) REFERENCES batches (chain, seq)
) STRICT;

INSERT INTO operations_reordered
    SELECT position, operation, entity, kind, hash, finalised_at, chain, seq, isolated, refused, aside_since,
           signature, payload, form, sealed
    FROM operations ORDER BY position;

DROP TABLE operations;
ALTER TABLE operations_reordered RENAME TO operations;

-- Also finds what waits: no chain and no seq.
CREATE INDEX operations_by_batch ON operations (chain, seq);
CREATE INDEX inspections ON operations (entity) WHERE kind = 'inspection';

CREATE TABLE drafts_reordered (
    draft            TEXT PRIMARY KEY,
    kind             TEXT NOT NULL CHECK (kind IN ('inspection', 'observation')),
    started_at       TEXT NOT NULL,
    saved_at         TEXT NOT NULL,
    form             TEXT NOT NULL              -- JSON
) STRICT, WITHOUT ROWID;

INSERT INTO drafts_reordered SELECT draft, kind, started_at, saved_at, form FROM drafts;
DROP TABLE drafts;
ALTER TABLE drafts_reordered RENAME TO drafts;
