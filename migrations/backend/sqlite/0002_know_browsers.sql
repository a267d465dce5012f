-- Browsers somebody signed in from: what is guessed elsewhere does not count for these.
CREATE TABLE known_browsers (
    browser_hash     TEXT NOT NULL,             -- SHA-256 of its cookie
    login            TEXT NOT NULL REFERENCES accounts (login),
    network          TEXT NOT NULL,             -- where it last was: an IPv4 address, or the first of an IPv6 /48
    last_used_at     TEXT NOT NULL,
    PRIMARY KEY (login, browser_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_browsers_by_hash ON known_browsers (browser_hash);
