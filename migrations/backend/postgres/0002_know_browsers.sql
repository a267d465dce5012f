-- Browsers somebody signed in from: what is guessed elsewhere does not count for these.
CREATE TABLE known_browsers (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    browser_hash     bytea NOT NULL CHECK (octet_length(browser_hash) = 32), -- SHA-256 of its cookie
    login            text COLLATE "C" NOT NULL,
    network          text COLLATE "C" NOT NULL, -- where it last was: an IPv4 address, or the first of an IPv6 /48
    last_used_at     timestamptz NOT NULL,
    PRIMARY KEY (register, login, browser_hash),
    FOREIGN KEY (register, login) REFERENCES accounts (register, login)
);
CREATE INDEX known_browsers_by_hash ON known_browsers (register, browser_hash);
CALL keep_apart('known_browsers');
