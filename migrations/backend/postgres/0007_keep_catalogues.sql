-- What devices are given to work with: the newest list of each kind, as it was signed, and its content beside it.
CREATE TABLE catalogues (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    kind             text COLLATE "C" NOT NULL, -- 'cards', 'inspections', 'places', 'settings'
    version          bigint NOT NULL CHECK (version > 0),
    envelope         bytea NOT NULL,
    content_hash     bytea NOT NULL CHECK (octet_length(content_hash) = 32), -- as the envelope names it
    content          bytea NOT NULL,            -- the very bytes that were hashed
    PRIMARY KEY (register, kind)
);
CREATE INDEX catalogues_by_content ON catalogues (register, content_hash);
CALL keep_apart('catalogues');
