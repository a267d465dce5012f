-- Members who are made in the console: invited by an administrator, let in by somebody who reads already.
-- Since when somebody who reads has vouched for the account; until then it reads nothing. Those there are stay as they were.
ALTER TABLE accounts ADD COLUMN admitted_at timestamptz;
-- Of all registers: the owner migrates, whom the policy would show none of them.
ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY;
UPDATE accounts SET admitted_at = created_at;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
-- Invitations that were neither used nor withdrawn: at most one of each login.
CREATE TABLE member_invitations (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    login            text COLLATE "C" NOT NULL,
    code_hash        bytea NOT NULL CHECK (octet_length(code_hash) = 32), -- SHA-256 of the code, which is shown once
    organisation     text COLLATE "C" NOT NULL,
    roles            text COLLATE "C" NOT NULL, -- JSON array
    levels           text COLLATE "C" NOT NULL, -- JSON array
    invited_by       text COLLATE "C" NOT NULL,
    invited_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    PRIMARY KEY (register, login),
    UNIQUE (register, code_hash),
    FOREIGN KEY (register, invited_by) REFERENCES accounts (register, login)
);
CALL keep_apart('member_invitations');
-- Of which teams a member was given a key under a key of their own that they have no more: whoever leaves has had them all.
CREATE TABLE former_team_keys (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    login            text COLLATE "C" NOT NULL,
    team             text COLLATE "C" NOT NULL,
    PRIMARY KEY (register, login, team),
    FOREIGN KEY (register, login) REFERENCES accounts (register, login)
);
CALL keep_apart('former_team_keys');
