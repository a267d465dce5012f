-- What coordinators do about an observation, one act after the other. Acts are only added: what was done is countered by
-- another act. How an observation is in hand is folded from them, kept beside how it stands, and compared by `verify`.
CREATE TABLE handling_acts (
    standing         INTEGER NOT NULL REFERENCES operations (number),  -- the observation, by its first operation
    place            INTEGER NOT NULL CHECK (place > 0),               -- 1, 2, … without a gap
    act              TEXT NOT NULL,             -- 'take-on', 'put-back', 'handle', 'reopen'
    reason           TEXT,                      -- why it was handled or reopened, a code
    passed_to        TEXT,                      -- the organisation it was passed on to
    doubles          INTEGER REFERENCES operations (number),           -- the observation it doubles
    actor            TEXT,                      -- account login; none where the register itself reopened it
    at               TEXT NOT NULL,
    PRIMARY KEY (standing, place),
    CHECK ((act IN ('handle', 'reopen')) = (reason IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER acts_are_append_only BEFORE UPDATE ON handling_acts
    BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END;
CREATE TRIGGER acts_keep_everything BEFORE DELETE ON handling_acts
    BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END;
ALTER TABLE standings ADD COLUMN acts INTEGER NOT NULL DEFAULT 0 CHECK (acts >= 0);  -- how many there are of it
ALTER TABLE standings ADD COLUMN holder TEXT;       -- who took it on and has it still
ALTER TABLE standings ADD COLUMN handled_at TEXT;   -- since when it is handled
-- A list of what is open is read from indexes that hold nothing else, however much was handled.
DROP INDEX standings_by_term;
DROP INDEX standings_by_urgency;
DROP INDEX standings_by_arrival;
CREATE INDEX standings_by_term ON standings (shown_to, quarantined, urgency, due_at, shown DESC)
    WHERE handled_at IS NULL;
CREATE INDEX standings_by_urgency ON standings (shown_to, quarantined, urgency, urgent_since DESC, shown DESC)
    WHERE handled_at IS NULL;
CREATE INDEX standings_by_arrival ON standings (shown_to, quarantined, urgency, received_at DESC, shown DESC)
    WHERE handled_at IS NULL;
CREATE INDEX standings_handled ON standings (shown_to, quarantined, urgency, handled_at DESC, shown DESC)
    WHERE handled_at IS NOT NULL;
CREATE INDEX standings_handled_by_arrival ON standings (shown_to, quarantined, urgency, received_at DESC, shown DESC)
    WHERE handled_at IS NOT NULL;
CREATE INDEX standings_held ON standings (holder, shown_to, quarantined, urgency) WHERE holder IS NOT NULL;
ALTER TABLE standing_counts RENAME TO counts_before;
CREATE TABLE standing_counts (
    shown_to         TEXT NOT NULL,
    quarantined      INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    urgency          TEXT NOT NULL,
    handled          INTEGER NOT NULL CHECK (handled IN (0, 1)),
    observations     INTEGER NOT NULL CHECK (observations >= 0),
    PRIMARY KEY (shown_to, quarantined, urgency, handled)
) STRICT, WITHOUT ROWID;
INSERT INTO standing_counts (shown_to, quarantined, urgency, handled, observations)
    SELECT shown_to, quarantined, urgency, 0, observations FROM counts_before;
DROP TABLE counts_before;
