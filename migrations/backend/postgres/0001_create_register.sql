-- The register: what the backend holds. Blobs named *_envelope are DSSE JSON exactly as first written.
-- One database holds any number of registers: the first column of every table says whose row it is, every key begins with
-- it, and row-level security lets nobody see another's (the end of this file). The program says which one is its own with
-- `SET LOCAL baken.register` and writes no word about it in its statements, which are those of SQLite.
-- What a device names (chains, operations, entities) is its own: such an id is a key together with the device only.
-- Texts that are ordered or compared go by their bytes, as in SQLite.

-- SQLite's word to its planner. It says nothing here.
CREATE FUNCTION likely(boolean) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $1';

CREATE TABLE installation (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    id               bigint NOT NULL CHECK (id = 1),
    tenant           text COLLATE "C" NOT NULL,
    municipality     text COLLATE "C" NOT NULL,
    address          text COLLATE "C" NOT NULL, -- the public address that invitations carry
    log_origin       text COLLATE "C" NOT NULL, -- of what is received from now on; a restored register has a new one
    root_key         bytea NOT NULL CHECK (octet_length(root_key) = 32),
    receipt_key      bytea NOT NULL CHECK (octet_length(receipt_key) = 32), -- public half; the private half is a file
    created_at       timestamptz NOT NULL,
    time_zone        text COLLATE "C" NOT NULL, -- by its IANA name; days begin and end there
    backup_recipient text COLLATE "C" NOT NULL, -- age recipient; its identity is with the secrets, never here
    PRIMARY KEY (register, id)
);

-- Where a restored log went on from the one before: log-continuation.v1, in order.
CREATE TABLE log_continuations (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    position         bigint NOT NULL,
    log_origin       text COLLATE "C" NOT NULL,
    envelope         bytea NOT NULL,
    PRIMARY KEY (register, position),
    UNIQUE (register, log_origin)
);

CREATE TABLE key_directories (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    epoch            bigint NOT NULL,
    envelope         bytea NOT NULL,
    PRIMARY KEY (register, epoch)
);

CREATE TABLE invitations (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    id               uuid NOT NULL,
    challenge        bytea NOT NULL CHECK (octet_length(challenge) = 32), -- SHA-256 of the code; the code itself is never stored
    label            text COLLATE "C" NOT NULL,
    organisation     text COLLATE "C" NOT NULL,
    created_by       text COLLATE "C" NOT NULL, -- account login, or 'operator' for the command line
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    used_at          timestamptz,
    withdrawn_at     timestamptz,
    PRIMARY KEY (register, id),
    UNIQUE (register, challenge)
);

CREATE TABLE devices (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    device           uuid NOT NULL,
    public_key       bytea NOT NULL CHECK (octet_length(public_key) = 32),
    label            text COLLATE "C" NOT NULL,
    organisation     text COLLATE "C" NOT NULL,
    invitation       uuid NOT NULL,
    enrolment_envelope bytea NOT NULL,
    certificate_envelope bytea NOT NULL,        -- the municipality's word on this device, its key and organisation
    token_hash       bytea NOT NULL CHECK (octet_length(token_hash) = 32), -- SHA-256 of the bearer token
    enrolled_at      timestamptz NOT NULL,
    revoked_at       timestamptz,
    revoked_by       text COLLATE "C",
    revoked_reason   text COLLATE "C",
    PRIMARY KEY (register, device),
    UNIQUE (register, public_key),
    UNIQUE (register, invitation),
    UNIQUE (register, token_hash),
    FOREIGN KEY (register, invitation) REFERENCES invitations (register, id)
);

CREATE TABLE chains (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    device           uuid NOT NULL,
    chain            uuid NOT NULL,
    continues        uuid,
    frozen_at        timestamptz,
    PRIMARY KEY (register, device, chain),
    FOREIGN KEY (register, device) REFERENCES devices (register, device)
);

-- Accepted batches. leaf_index is gapless over the whole register.
CREATE TABLE batches (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    leaf_index       bigint NOT NULL,
    device           uuid NOT NULL,
    chain            uuid NOT NULL,
    seq              bigint NOT NULL CHECK (seq >= 1),
    hash             bytea NOT NULL CHECK (octet_length(hash) = 32),
    envelope         bytea NOT NULL,
    receipt_envelope bytea NOT NULL,
    made_at          timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    quarantined      boolean NOT NULL,
    PRIMARY KEY (register, leaf_index),
    UNIQUE (register, hash),
    UNIQUE (register, device, chain, seq),
    FOREIGN KEY (register, device, chain) REFERENCES chains (register, device, chain)
);

-- Batches that contradict an accepted one: kept whole, as they travelled, applied never.
CREATE TABLE forked_batches (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    hash             bytea NOT NULL CHECK (octet_length(hash) = 32),
    device           uuid NOT NULL,
    chain            uuid NOT NULL,
    seq              bigint NOT NULL,
    push             bytea NOT NULL,
    received_at      timestamptz NOT NULL,
    PRIMARY KEY (register, hash)
);

-- What an operation is found by. What was signed and sealed stands in operation_contents, so that a list reads past
-- small rows only.
CREATE TABLE operations (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    number           bigint NOT NULL,           -- in the order they came; says nothing outside
    device           uuid NOT NULL,
    operation        uuid NOT NULL,
    hash             bytea NOT NULL CHECK (octet_length(hash) = 32),
    leaf_index       bigint NOT NULL,
    position         bigint NOT NULL,
    organisation     text COLLATE "C" NOT NULL,
    entity           uuid NOT NULL,
    kind             text COLLATE "C" NOT NULL, -- 'inspection' or 'observation'; those to come need no other table
    action           text COLLATE "C" NOT NULL CHECK (action IN ('create', 'amend', 'retract')),
    inspection_device uuid,                     -- whose inspection, perhaps another device's
    inspection       uuid,
    level            text COLLATE "C" NOT NULL, -- 'team', 'zorg' or 'eigen'
    place_kind       text COLLATE "C" NOT NULL,
    district         text COLLATE "C",
    urgency          text COLLATE "C",
    observed_at      timestamptz NOT NULL,
    finalised_at     timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    quarantined      boolean NOT NULL,
    PRIMARY KEY (register, number),
    UNIQUE (register, device, operation),
    UNIQUE (register, leaf_index, position),
    FOREIGN KEY (register, device) REFERENCES devices (register, device),
    FOREIGN KEY (register, leaf_index) REFERENCES batches (register, leaf_index),
    CHECK ((inspection IS NULL) = (inspection_device IS NULL))
);
-- What devices signed under one id: the list goes through all of it, and each record that is opened asks for others'.
CREATE INDEX operations_by_id ON operations (register, entity, device);
CREATE INDEX inspections_by_arrival ON operations (register, received_at DESC, operation DESC, device DESC)
    WHERE kind = 'inspection';
CREATE INDEX operations_by_inspection ON operations (register, inspection_device, inspection)
    WHERE inspection IS NOT NULL;

-- What was signed, and the part of it that nobody here can read, as they came.
CREATE TABLE operation_contents (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    number           bigint NOT NULL,
    envelope         bytea NOT NULL,
    sealed           bytea NOT NULL,
    PRIMARY KEY (register, number),
    FOREIGN KEY (register, number) REFERENCES operations (register, number)
);
-- Sealed parts are compressed and encrypted; trying again costs time and saves nothing.
ALTER TABLE operation_contents ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- The codes of the open part of which there may be several, and those that figures alone ask for.
CREATE TABLE operation_codes (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    number           bigint NOT NULL,
    list             text COLLATE "C" NOT NULL, -- 'form', 'indicator', 'action', 'basis', 'organisation' or 'ground'
    code             text COLLATE "C" NOT NULL,
    PRIMARY KEY (register, number, list, code),
    FOREIGN KEY (register, number) REFERENCES operations (register, number)
);

-- One row for each listing: what a record says of its attachment is that record's word alone.
CREATE TABLE attachments (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    device           uuid NOT NULL,
    operation        uuid NOT NULL,
    sha256           bytea NOT NULL CHECK (octet_length(sha256) = 32),
    size_bytes       bigint NOT NULL,
    class            text COLLATE "C" NOT NULL,
    completed_at     timestamptz,               -- the whole file of this size was there, hashed and durable
    receipt_envelope bytea,                     -- attachment-receipt.v1, signed when it was complete
    PRIMARY KEY (register, device, operation, sha256),
    FOREIGN KEY (register, device, operation) REFERENCES operations (register, device, operation),
    CHECK ((completed_at IS NULL) = (receipt_envelope IS NULL))
);
CREATE INDEX attachments_by_hash ON attachments (register, sha256);
-- What a device has still to send is asked at each sync, without reading past all that arrived or is another's.
CREATE INDEX attachments_awaited_by_device ON attachments (register, device, sha256) WHERE completed_at IS NULL;

CREATE TABLE accounts (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    login            text COLLATE "C" NOT NULL,
    organisation     text COLLATE "C" NOT NULL,
    levels           text COLLATE "C" NOT NULL, -- JSON array of levels the account may see
    recipient        text COLLATE "C" NOT NULL,
    wrapped_identity text COLLATE "C" NOT NULL, -- armored age file; opened in the member's browser only
    created_at       timestamptz NOT NULL,
    disabled_at      timestamptz,
    PRIMARY KEY (register, login)
);

-- What an account proves itself with; one of each kind.
CREATE TABLE credentials (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    login            text COLLATE "C" NOT NULL,
    kind             text COLLATE "C" NOT NULL, -- 'password': an Argon2id PHC string
    secret           text COLLATE "C" NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (register, login, kind),
    FOREIGN KEY (register, login) REFERENCES accounts (register, login)
);

CREATE TABLE team_key_shares (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    login            text COLLATE "C" NOT NULL,
    team             text COLLATE "C" NOT NULL,
    epoch            bigint NOT NULL,
    recipient        text COLLATE "C" NOT NULL,
    sealed           text COLLATE "C" NOT NULL,
    PRIMARY KEY (register, login, team, epoch),
    FOREIGN KEY (register, login) REFERENCES accounts (register, login)
);

CREATE TABLE sessions (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    token_hash       bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    login            text COLLATE "C" NOT NULL,
    csrf_token       text COLLATE "C" NOT NULL,
    created_at       timestamptz NOT NULL,
    last_seen_at     timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    PRIMARY KEY (register, token_hash),
    FOREIGN KEY (register, login) REFERENCES accounts (register, login)
);

CREATE TABLE alerts (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    id               bigint NOT NULL,
    code             text COLLATE "C" NOT NULL CHECK (code IN ('chain-forked', 'quarantined')),
    device           uuid NOT NULL,
    raised_at        timestamptz NOT NULL,
    detail           text COLLATE "C" NOT NULL,
    PRIMARY KEY (register, id),
    FOREIGN KEY (register, device) REFERENCES devices (register, device)
);
-- The last alert of each kind about each device, and how many there are, however many one device causes.
CREATE INDEX alerts_by_kind ON alerts (register, code, device, id);

-- Who read or did what, and what was refused (BIO2 8.15.01). Append-only.
CREATE TABLE audit (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    id               bigint NOT NULL,
    at               timestamptz NOT NULL,
    actor            text COLLATE "C" NOT NULL, -- account login, device id, 'operator' or 'unknown'
    action           text COLLATE "C" NOT NULL, -- a code
    object           text COLLATE "C" NOT NULL, -- the kind of thing, a code
    object_id        text COLLATE "C" NOT NULL, -- which of that kind; empty where there is one only
    result           text COLLATE "C" NOT NULL, -- 'ok' or a code
    origin           text COLLATE "C" NOT NULL, -- network address, or 'local'
    purpose          text COLLATE "C", -- what for, where that was asked
    detail           text COLLATE "C", -- more of it in words
    hash             bytea NOT NULL CHECK (octet_length(hash) = 32), -- SHA-256 over the line before and this one
    PRIMARY KEY (register, id)
);
-- As one reads it.
CREATE VIEW audit_lines WITH (security_invoker = true) AS
    SELECT id, at, actor, action, object || rtrim(' ' || object_id) || coalesce(' ' || detail, '') AS object, result, origin
    FROM audit;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_keeps_everything BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What every table needs: nobody sees or writes another register's rows, the owner of the tables no more than the
-- program. A migration that has to change rows of all registers lifts FORCE in its transaction and puts it back.
CREATE PROCEDURE keep_apart(kept regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', kept);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', kept);
    EXECUTE format('CREATE POLICY own_register ON %s USING (register = (SELECT current_setting(''baken.register'')))'
                   ' WITH CHECK (register = (SELECT current_setting(''baken.register'')))', kept);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO baken_program', kept);
END $$;
REVOKE ALL ON PROCEDURE keep_apart FROM PUBLIC;

DO $$
DECLARE
    kept regclass;
BEGIN
    FOR kept IN SELECT oid FROM pg_class
        WHERE relnamespace = 'baken'::regnamespace AND relkind = 'r' AND relname <> 'applied_migrations'
    LOOP
        CALL keep_apart(kept);
    END LOOP;
END $$;
REVOKE UPDATE, DELETE ON audit FROM baken_program;
GRANT SELECT ON audit_lines TO baken_program;
