-- What devices are given to work with: the newest list of each kind, as it was signed, and its content beside it.
CREATE TABLE catalogues (
    kind             TEXT PRIMARY KEY,          -- 'cards', 'inspections', 'places', 'settings'
    version          INTEGER NOT NULL CHECK (version > 0),
    envelope         BLOB NOT NULL,
    content_hash     TEXT NOT NULL,             -- as the envelope names it
    content          BLOB NOT NULL              -- the very bytes that were hashed
) STRICT;
CREATE INDEX catalogues_by_content ON catalogues (content_hash);
