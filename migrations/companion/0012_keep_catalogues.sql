-- What the municipality gave this device to work with: the newest list of each kind that was verified.
CREATE TABLE catalogues (
    kind             TEXT PRIMARY KEY,
    version          INTEGER NOT NULL,
    hash             TEXT NOT NULL,             -- of the envelope
    signed_by        TEXT NOT NULL,             -- SHA-256 of the content key
    issued_at        TEXT NOT NULL,
    not_after        TEXT NOT NULL,
    content          BLOB                       -- JSON; none of places, which are rows
) STRICT, WITHOUT ROWID;

-- The places of the newest list, each with the words it is found by: lower case, without accents, a space before each.
CREATE TABLE known_places (
    position         INTEGER PRIMARY KEY,
    title            TEXT NOT NULL,
    words            TEXT NOT NULL,
    place            TEXT NOT NULL              -- JSON
) STRICT;
