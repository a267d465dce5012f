-- The municipality's own sign-in: how Baken is known there, and what is taken from it. One row, or none.
CREATE TABLE sign_in_provider (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    settings         TEXT NOT NULL,             -- JSON; the key or the secret by which Baken proves itself is in it
    since            TEXT NOT NULL
) STRICT;
-- Of kind 'subject': whom the provider vouches for, a JSON array of its issuer and its name for somebody. One account for each.
CREATE UNIQUE INDEX credentials_by_subject ON credentials (secret) WHERE kind = 'subject';
-- Where whoever signed in by the provider signs out there too.
ALTER TABLE sessions ADD COLUMN sign_out_at TEXT;
