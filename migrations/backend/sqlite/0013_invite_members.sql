-- Members who are made in the console: invited by an administrator, let in by somebody who reads already.
-- Since when somebody who reads has vouched for the account; until then it reads nothing. Those there are stay as they were.
ALTER TABLE accounts ADD COLUMN admitted_at TEXT;
UPDATE accounts SET admitted_at = created_at;
-- Invitations that were neither used nor withdrawn: at most one of each login.
CREATE TABLE member_invitations (
    login            TEXT PRIMARY KEY,
    code_hash        TEXT NOT NULL UNIQUE,      -- SHA-256 of the code, which is shown once
    organisation     TEXT NOT NULL,
    roles            TEXT NOT NULL,             -- JSON array
    levels           TEXT NOT NULL,             -- JSON array
    invited_by       TEXT NOT NULL REFERENCES accounts (login),
    invited_at       TEXT NOT NULL,
    expires_at       TEXT NOT NULL
) STRICT;
-- Of which teams a member was given a key under a key of their own that they have no more: whoever leaves has had them all.
CREATE TABLE former_team_keys (
    login            TEXT NOT NULL REFERENCES accounts (login),
    team             TEXT NOT NULL,
    PRIMARY KEY (login, team)
) STRICT, WITHOUT ROWID;
