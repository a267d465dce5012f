-- The register: what the backend holds. Blobs named *_envelope are DSSE JSON exactly as first written.
-- Times are RFC 3339 UTC text with milliseconds, so that text order is time order.

CREATE TABLE installation (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    tenant           TEXT NOT NULL,
    municipality     TEXT NOT NULL,
    address          TEXT NOT NULL,             -- the public address that invitations carry
    log_origin       TEXT NOT NULL,
    root_key         BLOB NOT NULL CHECK (length(root_key) = 32),
    receipt_key      BLOB NOT NULL CHECK (length(receipt_key) = 32), -- public half; the private half is a file
    created_at       TEXT NOT NULL
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
    token_hash       TEXT NOT NULL UNIQUE,      -- SHA-256 of the bearer token
    enrolled_at      TEXT NOT NULL,
    revoked_at       TEXT,
    revoked_by       TEXT,
    revoked_reason   TEXT
) STRICT;

CREATE TABLE chains (
    chain            TEXT PRIMARY KEY,
    device           TEXT NOT NULL REFERENCES devices (device),
    continues        TEXT,
    frozen_at        TEXT
) STRICT;

-- Accepted batches. leaf_index is gapless over the whole register.
CREATE TABLE batches (
    leaf_index       INTEGER PRIMARY KEY,
    chain            TEXT NOT NULL REFERENCES chains (chain),
    seq              INTEGER NOT NULL CHECK (seq >= 1),
    hash             TEXT NOT NULL UNIQUE,
    device           TEXT NOT NULL REFERENCES devices (device),
    envelope         BLOB NOT NULL,
    receipt_envelope BLOB NOT NULL,
    made_at          TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    quarantined      INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    UNIQUE (chain, seq)
) STRICT;

-- Batches that contradict an accepted one: kept whole, as they travelled, applied never.
CREATE TABLE forked_batches (
    hash             TEXT PRIMARY KEY,
    chain            TEXT NOT NULL,
    seq              INTEGER NOT NULL,
    push             BLOB NOT NULL,
    received_at      TEXT NOT NULL
) STRICT;

CREATE TABLE operations (
    operation        TEXT PRIMARY KEY,
    hash             TEXT NOT NULL UNIQUE,
    leaf_index       INTEGER NOT NULL REFERENCES batches (leaf_index),
    position         INTEGER NOT NULL,
    device           TEXT NOT NULL REFERENCES devices (device),
    organisation     TEXT NOT NULL,
    entity           TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('inspection', 'observation')),
    action           TEXT NOT NULL CHECK (action IN ('create', 'amend', 'retract')),
    inspection       TEXT,
    level            TEXT NOT NULL CHECK (level IN ('team', 'zorg', 'eigen')),
    place_kind       TEXT NOT NULL,
    district         TEXT,
    urgency          TEXT,
    observed_at      TEXT NOT NULL,
    finalised_at     TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    quarantined      INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    envelope         BLOB NOT NULL,
    sealed           BLOB NOT NULL,
    UNIQUE (leaf_index, position)
) STRICT;
CREATE INDEX operations_by_entity ON operations (entity, received_at);
CREATE INDEX operations_by_arrival ON operations (kind, received_at DESC, operation);
CREATE INDEX operations_by_inspection ON operations (inspection) WHERE inspection IS NOT NULL;

-- The codes of the open part that filters ask for.
CREATE TABLE operation_forms (
    operation        TEXT NOT NULL REFERENCES operations (operation),
    form             TEXT NOT NULL,
    PRIMARY KEY (operation, form)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachments (
    sha256           TEXT NOT NULL,
    operation        TEXT NOT NULL REFERENCES operations (operation),
    size_bytes       INTEGER NOT NULL,
    class            TEXT NOT NULL,
    completed_at     TEXT,                      -- the whole file was there, hashed and durable
    PRIMARY KEY (sha256, operation)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    login            TEXT PRIMARY KEY,
    password_hash    TEXT NOT NULL,             -- Argon2id, PHC string
    organisation     TEXT NOT NULL,
    levels           TEXT NOT NULL,             -- JSON array of levels the account may see
    recipient        TEXT NOT NULL,
    wrapped_identity TEXT NOT NULL,             -- armored age file; opened in the member's browser only
    created_at       TEXT NOT NULL,
    disabled_at      TEXT
) STRICT;

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

-- Who read or did what, and what was refused (BIO2 8.15.01). Append-only.
CREATE TABLE audit (
    id               INTEGER PRIMARY KEY,
    at               TEXT NOT NULL,
    actor            TEXT NOT NULL,             -- account login, device id, 'operator' or 'unknown'
    action           TEXT NOT NULL,
    object           TEXT NOT NULL,
    result           TEXT NOT NULL,
    origin           TEXT NOT NULL              -- network address, or 'local'
) STRICT;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_keeps_everything BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
