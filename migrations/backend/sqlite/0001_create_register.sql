-- The register: what the backend holds. Blobs named *_envelope are DSSE JSON exactly as first written.
-- Times are RFC 3339 UTC text with milliseconds, so that text order is time order.
-- What a device names (chains, operations, entities) is its own: such an id is a key together with the device only.

CREATE TABLE installation (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    tenant           TEXT NOT NULL,
    municipality     TEXT NOT NULL,
    address          TEXT NOT NULL,             -- the public address that invitations carry
    log_origin       TEXT NOT NULL,             -- of what is received from now on; a restored register has a new one
    root_key         BLOB NOT NULL CHECK (length(root_key) = 32),
    receipt_key      BLOB NOT NULL CHECK (length(receipt_key) = 32), -- public half; the private half is a file
    created_at       TEXT NOT NULL,
    time_zone        TEXT NOT NULL,             -- by its IANA name; days begin and end there
    backup_recipient TEXT NOT NULL              -- age recipient; its identity is with the secrets, never here
) STRICT;

-- Where a restored log went on from the one before: log-continuation.v1, in order.
CREATE TABLE log_continuations (
    position         INTEGER PRIMARY KEY,
    log_origin       TEXT NOT NULL UNIQUE,
    envelope         BLOB NOT NULL
) STRICT;

CREATE TABLE key_directories (
    epoch            INTEGER PRIMARY KEY,
    envelope         BLOB NOT NULL
) STRICT;

CREATE TABLE invitations (
    id               TEXT PRIMARY KEY,
    challenge        TEXT NOT NULL UNIQUE,      -- SHA-256 of the code; the code itself is never stored
    label            TEXT NOT NULL,
    organisation     TEXT NOT NULL,
    created_by       TEXT NOT NULL,             -- account login, or 'operator' for the command line
    created_at       TEXT NOT NULL,
    expires_at       TEXT NOT NULL,
    used_at          TEXT,
    withdrawn_at     TEXT
) STRICT;

CREATE TABLE devices (
    device           TEXT PRIMARY KEY,
    public_key       BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
    label            TEXT NOT NULL,
    organisation     TEXT NOT NULL,
    invitation       TEXT NOT NULL UNIQUE REFERENCES invitations (id),
    enrolment_envelope BLOB NOT NULL,
    certificate_envelope BLOB NOT NULL,         -- the municipality's word on this device, its key and organisation
    token_hash       TEXT NOT NULL UNIQUE,      -- SHA-256 of the bearer token
    enrolled_at      TEXT NOT NULL,
    revoked_at       TEXT,
    revoked_by       TEXT,
    revoked_reason   TEXT
) STRICT;

CREATE TABLE chains (
    device           TEXT NOT NULL REFERENCES devices (device),
    chain            TEXT NOT NULL,
    continues        TEXT,
    frozen_at        TEXT,
    PRIMARY KEY (device, chain)
) STRICT, WITHOUT ROWID;

-- Accepted batches. leaf_index is gapless over the whole register.
CREATE TABLE batches (
    leaf_index       INTEGER PRIMARY KEY,
    device           TEXT NOT NULL,
    chain            TEXT NOT NULL,
    seq              INTEGER NOT NULL CHECK (seq >= 1),
    hash             TEXT NOT NULL UNIQUE,
    envelope         BLOB NOT NULL,
    receipt_envelope BLOB NOT NULL,
    made_at          TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    quarantined      INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    UNIQUE (device, chain, seq),
    FOREIGN KEY (device, chain) REFERENCES chains (device, chain)
) STRICT;

-- Batches that contradict an accepted one: kept whole, as they travelled, applied never.
CREATE TABLE forked_batches (
    hash             TEXT PRIMARY KEY,
    device           TEXT NOT NULL,
    chain            TEXT NOT NULL,
    seq              INTEGER NOT NULL,
    push             BLOB NOT NULL,
    received_at      TEXT NOT NULL
) STRICT;

-- What an operation is found by. What was signed and sealed stands in operation_contents, so that a list reads past
-- small rows only.
CREATE TABLE operations (
    number           INTEGER PRIMARY KEY,       -- in the order they came; says nothing outside
    device           TEXT NOT NULL REFERENCES devices (device),
    operation        TEXT NOT NULL,
    hash             TEXT NOT NULL,
    leaf_index       INTEGER NOT NULL REFERENCES batches (leaf_index),
    position         INTEGER NOT NULL,
    organisation     TEXT NOT NULL,
    entity           TEXT NOT NULL,
    kind             TEXT NOT NULL,             -- 'inspection' or 'observation'; those to come need no other table
    action           TEXT NOT NULL CHECK (action IN ('create', 'amend', 'retract')),
    inspection_device TEXT,                     -- whose inspection, perhaps another device's
    inspection       TEXT,
    level            TEXT NOT NULL,             -- 'team', 'zorg' or 'eigen'
    place_kind       TEXT NOT NULL,
    district         TEXT,
    urgency          TEXT,
    observed_at      TEXT NOT NULL,
    finalised_at     TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    quarantined      INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    UNIQUE (device, operation),
    UNIQUE (leaf_index, position),
    CHECK ((inspection IS NULL) = (inspection_device IS NULL))
) STRICT;
-- What devices signed under one id: the list goes through all of it, and each record that is opened asks for others'.
CREATE INDEX operations_by_id ON operations (entity, device);
CREATE INDEX inspections_by_arrival ON operations (received_at DESC, operation DESC, device DESC)
    WHERE kind = 'inspection';
CREATE INDEX operations_by_inspection ON operations (inspection_device, inspection) WHERE inspection IS NOT NULL;

-- What was signed, and the part of it that nobody here can read, as they came.
CREATE TABLE operation_contents (
    number           INTEGER PRIMARY KEY REFERENCES operations (number),
    envelope         BLOB NOT NULL,
    sealed           BLOB NOT NULL
) STRICT;

-- The codes of the open part of which there may be several, and those that figures alone ask for.
CREATE TABLE operation_codes (
    number           INTEGER NOT NULL REFERENCES operations (number),
    list             TEXT NOT NULL,             -- 'form', 'indicator', 'action', 'basis', 'organisation' or 'ground'
    code             TEXT NOT NULL,
    PRIMARY KEY (number, list, code)
) STRICT, WITHOUT ROWID;

-- One row for each listing: what a record says of its attachment is that record's word alone.
CREATE TABLE attachments (
    device           TEXT NOT NULL,
    operation        TEXT NOT NULL,
    sha256           TEXT NOT NULL,
    size_bytes       INTEGER NOT NULL,
    class            TEXT NOT NULL,
    completed_at     TEXT,                      -- the whole file of this size was there, hashed and durable
    receipt_envelope BLOB,                      -- attachment-receipt.v1, signed when it was complete
    PRIMARY KEY (device, operation, sha256),
    FOREIGN KEY (device, operation) REFERENCES operations (device, operation),
    CHECK ((completed_at IS NULL) = (receipt_envelope IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_by_hash ON attachments (sha256);
-- What a device has still to send is asked at each sync, without reading past all that arrived or is another's.
CREATE INDEX attachments_awaited_by_device ON attachments (device, sha256) WHERE completed_at IS NULL;

CREATE TABLE accounts (
    login            TEXT PRIMARY KEY,
    organisation     TEXT NOT NULL,
    levels           TEXT NOT NULL,             -- JSON array of levels the account may see
    recipient        TEXT NOT NULL,
    wrapped_identity TEXT NOT NULL,             -- armored age file; opened in the member's browser only
    created_at       TEXT NOT NULL,
    disabled_at      TEXT
) STRICT;

-- What an account proves itself with; one of each kind.
CREATE TABLE credentials (
    login            TEXT NOT NULL REFERENCES accounts (login),
    kind             TEXT NOT NULL,             -- 'password': an Argon2id PHC string
    secret           TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    PRIMARY KEY (login, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_key_shares (
    login            TEXT NOT NULL REFERENCES accounts (login),
    team             TEXT NOT NULL,
    epoch            INTEGER NOT NULL,
    recipient        TEXT NOT NULL,
    sealed           TEXT NOT NULL,
    PRIMARY KEY (login, team, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash       TEXT PRIMARY KEY,
    login            TEXT NOT NULL REFERENCES accounts (login),
    csrf_token       TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    last_seen_at     TEXT NOT NULL,
    expires_at       TEXT NOT NULL
) STRICT;

CREATE TABLE alerts (
    id               INTEGER PRIMARY KEY,
    code             TEXT NOT NULL CHECK (code IN ('chain-forked', 'quarantined')),
    device           TEXT NOT NULL REFERENCES devices (device),
    raised_at        TEXT NOT NULL,
    detail           TEXT NOT NULL
) STRICT;
-- The last alert of each kind about each device, and how many there are, however many one device causes.
CREATE INDEX alerts_by_kind ON alerts (code, device, id);

-- Who read or did what, and what was refused (BIO2 8.15.01). Append-only.
CREATE TABLE audit (
    id               INTEGER PRIMARY KEY,
    at               TEXT NOT NULL,
    actor            TEXT NOT NULL,             -- account login, device id, 'operator' or 'unknown'
    action           TEXT NOT NULL,             -- a code
    object           TEXT NOT NULL,             -- the kind of thing, a code
    object_id        TEXT NOT NULL,             -- which of that kind; empty where there is one only
    result           TEXT NOT NULL,             -- 'ok' or a code
    origin           TEXT NOT NULL,             -- network address, or 'local'
    purpose          TEXT,                      -- what for, where that was asked
    detail           TEXT,                      -- more of it in words
    hash             TEXT NOT NULL              -- SHA-256 over the line before and this one (storage/sqlite/audit.rs)
) STRICT;
-- As one reads it.
CREATE VIEW audit_lines AS
    SELECT id, at, actor, action, object || rtrim(' ' || object_id) || coalesce(' ' || detail, '') AS object, result, origin
    FROM audit;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_keeps_everything BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
