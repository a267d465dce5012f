-- The device's store: everything a device knows, in one encrypted file.
-- Times are RFC 3339 UTC text with milliseconds, so that text order is time order.

-- This installation: its signing key and the chain it writes.
CREATE TABLE device (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    signing_key      BLOB NOT NULL,             -- PKCS#8 v2
    chain            TEXT NOT NULL,
    continues        TEXT                       -- the chain before, after a fork or a restored copy
) STRICT;

CREATE TABLE enrolment (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    device           TEXT NOT NULL,
    tenant           TEXT NOT NULL,
    organisation     TEXT NOT NULL,
    label            TEXT NOT NULL,
    address          TEXT NOT NULL,
    root_fingerprint TEXT NOT NULL,
    token            TEXT NOT NULL,
    enrolled_at      TEXT NOT NULL
) STRICT;

CREATE TABLE key_directories (
    epoch            INTEGER PRIMARY KEY,
    envelope         BLOB NOT NULL              -- DSSE JSON as received
) STRICT;

CREATE TABLE vocabularies (
    version          INTEGER PRIMARY KEY,
    body             BLOB NOT NULL              -- JSON as received
) STRICT;

-- Small facts about this device: the open inspection, the last place kind, the last sync.
CREATE TABLE settings (
    name             TEXT PRIMARY KEY,
    value            TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
    draft            TEXT PRIMARY KEY,
    kind             TEXT NOT NULL CHECK (kind IN ('inspection', 'observation')),
    form             TEXT NOT NULL,             -- JSON
    started_at       TEXT NOT NULL,
    saved_at         TEXT NOT NULL
) STRICT;

-- Signed operations. The signed bytes never change; form is the copy the author can read.
CREATE TABLE operations (
    position         INTEGER PRIMARY KEY,       -- order of Vastleggen
    operation        TEXT NOT NULL UNIQUE,
    entity           TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('inspection', 'observation')),
    form             TEXT NOT NULL,
    hash             TEXT NOT NULL UNIQUE,
    payload          BLOB NOT NULL,
    signature        BLOB NOT NULL CHECK (length(signature) = 64),
    sealed           BLOB NOT NULL,
    finalised_at     TEXT NOT NULL,
    chain            TEXT,
    seq              INTEGER,
    isolated         INTEGER NOT NULL DEFAULT 0 CHECK (isolated IN (0, 1)), -- travels in a batch of its own
    refused          TEXT,                      -- why it waits apart
    aside_since      TEXT,                      -- since when; each record waits a time of its own
    CHECK ((refused IS NULL) = (aside_since IS NULL)),
    FOREIGN KEY (chain, seq) REFERENCES batches (chain, seq)
) STRICT;
CREATE INDEX operations_by_batch ON operations (chain, seq);
CREATE INDEX operations_by_time ON operations (finalised_at DESC);

CREATE TABLE photos (
    photo            TEXT PRIMARY KEY,
    draft            TEXT,
    operation        TEXT REFERENCES operations (operation),
    taken_at         TEXT NOT NULL,
    width            INTEGER NOT NULL,
    height           INTEGER NOT NULL,
    jpeg             BLOB NOT NULL,             -- re-encoded, without metadata
    sealed           BLOB,
    sha256           TEXT UNIQUE,               -- of the sealed bytes
    uploaded_at      TEXT,
    CHECK ((draft IS NULL) <> (operation IS NULL)),
    CHECK ((operation IS NULL) = (sealed IS NULL) AND (sealed IS NULL) = (sha256 IS NULL))
) STRICT;
CREATE INDEX photos_by_draft ON photos (draft) WHERE draft IS NOT NULL;
CREATE INDEX photos_by_operation ON photos (operation) WHERE operation IS NOT NULL;

-- Batches as they were signed, before their first send; never rebuilt.
CREATE TABLE batches (
    chain            TEXT NOT NULL,
    seq              INTEGER NOT NULL CHECK (seq >= 1),
    hash             TEXT NOT NULL UNIQUE,
    untaken_runs     INTEGER NOT NULL DEFAULT 0, -- runs in a row in which no answer said anything about it
    payload          BLOB NOT NULL,
    signature        BLOB NOT NULL CHECK (length(signature) = 64),
    made_at          TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT;

-- Verified receipts, kept for ever. A restored backend may receipt the same batch a second time.
CREATE TABLE receipts (
    hash             TEXT PRIMARY KEY,
    chain            TEXT NOT NULL,
    seq              INTEGER NOT NULL,
    log_origin       TEXT NOT NULL,             -- the log's name
    leaf_index       INTEGER NOT NULL,          -- the place in it
    received_at      TEXT NOT NULL,
    envelope         BLOB NOT NULL,
    FOREIGN KEY (chain, seq) REFERENCES batches (chain, seq)
) STRICT;
-- Each new receipt is compared with those of its place.
CREATE INDEX receipts_by_place ON receipts (leaf_index);

CREATE INDEX receipts_by_batch ON receipts (chain, seq);

-- Verified statements that a log goes on from another: the backend was restored from a backup.
CREATE TABLE log_continuations (
    log_origin       TEXT PRIMARY KEY,          -- the log from here on
    continues        TEXT NOT NULL UNIQUE,      -- the log it goes on from
    last_leaf        INTEGER NOT NULL,          -- the last place of that log which is held; -1 where there is none
    envelope         BLOB NOT NULL              -- DSSE JSON as received
) STRICT;

-- The receipts whose log still holds what they are for.
CREATE VIEW standing_receipts AS
    SELECT hash, chain, seq, received_at, leaf_index, envelope FROM receipts r
    WHERE NOT EXISTS (SELECT 1 FROM log_continuations c
                      WHERE c.continues = r.log_origin AND r.leaf_index > c.last_leaf);
