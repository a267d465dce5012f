-- Reports of a possible victim: made from observations, or entered by hand. What they are about never changes; where they
-- stand is folded from their steps, which are only added, and compared by `verify`.
CREATE TABLE reports (
    number           INTEGER PRIMARY KEY,
    year             INTEGER NOT NULL,          -- what it is called by: M-2026-031
    sequence         INTEGER NOT NULL CHECK (sequence > 0),
    source           TEXT NOT NULL,             -- 'observations', or how it came in
    level            TEXT NOT NULL,
    organisation     TEXT NOT NULL,             -- whose it is, where the level is 'eigen'
    shown_to         TEXT NOT NULL,             -- as of standings
    form             TEXT NOT NULL,
    place_kind       TEXT NOT NULL,
    district         TEXT,
    urgency          TEXT NOT NULL,
    made_by          TEXT NOT NULL,             -- account login
    made_at          TEXT NOT NULL,
    state            TEXT NOT NULL,
    since            TEXT NOT NULL,
    holder           TEXT,                      -- whom it is assigned to
    ever_concrete    INTEGER NOT NULL CHECK (ever_concrete IN (0, 1)),
    closed           INTEGER NOT NULL CHECK (closed IN (0, 1)),
    steps            INTEGER NOT NULL CHECK (steps >= 0),
    UNIQUE (year, sequence)
) STRICT;
CREATE INDEX reports_listed ON reports (shown_to, closed, number DESC);
CREATE INDEX reports_held ON reports (holder, shown_to, closed, number DESC) WHERE holder IS NOT NULL;
CREATE TABLE report_steps (
    report           INTEGER NOT NULL REFERENCES reports (number),
    place            INTEGER NOT NULL CHECK (place > 0),  -- 1, 2, … without a gap
    state            TEXT,                      -- where it went; none where it was assigned
    reason           TEXT,                      -- why it went there, a code
    doubles          INTEGER REFERENCES reports (number),
    assigned_to      TEXT,                      -- to whom; none: to nobody
    actor            TEXT NOT NULL,             -- account login
    at               TEXT NOT NULL,
    PRIMARY KEY (report, place),
    CHECK ((state IS NULL) = (reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER report_steps_are_append_only BEFORE UPDATE ON report_steps
    BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;
CREATE TRIGGER report_steps_keep_everything BEFORE DELETE ON report_steps
    BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;
CREATE TRIGGER reports_keep_everything BEFORE DELETE ON reports
    BEGIN SELECT RAISE(ABORT, 'reports are kept'); END;
-- The report that an observation became: of the act, and of the observation until somebody reopens it.
ALTER TABLE handling_acts ADD COLUMN report INTEGER REFERENCES reports (number);
ALTER TABLE standings ADD COLUMN report INTEGER;
CREATE INDEX standings_of_report ON standings (report) WHERE report IS NOT NULL;
