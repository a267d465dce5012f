-- How each observation stands: what the operations of its device add up to. Written with each operation, made anew where
-- terms are reckoned otherwise (`reckoning`), compared by `verify`. A list is read from here, in its order, and counted.
ALTER TABLE operations ADD COLUMN standing INTEGER;  -- of an observation: the number of the first operation of it
CREATE TABLE standings (
    number           INTEGER PRIMARY KEY REFERENCES operations (number),  -- the first operation of it
    shown            INTEGER NOT NULL REFERENCES operations (number),     -- the operation that a list shows
    shown_to         TEXT NOT NULL,             -- 'team', 'zorg', or 'eigen' with the organisation
    quarantined      INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    urgency          TEXT NOT NULL,             -- the strictest; empty where the vocabulary knows none of them
    urgent_since     TEXT NOT NULL,
    due_at           TEXT,                      -- the earliest term
    received_at      TEXT NOT NULL,             -- when the operation came that a list shows
    amended_at       TEXT,
    retracted_at     TEXT
) STRICT;
CREATE INDEX standings_by_term ON standings (shown_to, quarantined, urgency, due_at, shown DESC);
CREATE INDEX standings_by_urgency ON standings (shown_to, quarantined, urgency, urgent_since DESC, shown DESC);
CREATE INDEX standings_by_arrival ON standings (shown_to, quarantined, urgency, received_at DESC, shown DESC);
-- How many there are of each kind, so that nobody has to go through them to count.
CREATE TABLE standing_counts (
    shown_to         TEXT NOT NULL,
    quarantined      INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    urgency          TEXT NOT NULL,
    observations     INTEGER NOT NULL CHECK (observations >= 0),
    PRIMARY KEY (shown_to, quarantined, urgency)
) STRICT, WITHOUT ROWID;
-- What terms were reckoned by: the urgencies with their periods, and the zone.
CREATE TABLE reckoning (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    terms            TEXT NOT NULL
) STRICT;
-- What a list is narrowed to.
CREATE INDEX operations_of_standing ON operations (standing) WHERE standing IS NOT NULL;
CREATE INDEX observations_by_district ON operations (district, standing) WHERE kind = 'observation';
CREATE INDEX observations_by_place_kind ON operations (place_kind, standing) WHERE kind = 'observation';
CREATE INDEX observations_by_moment ON operations (observed_at, standing) WHERE kind = 'observation';
CREATE INDEX operations_by_form ON operation_codes (code, number) WHERE list = 'form';
