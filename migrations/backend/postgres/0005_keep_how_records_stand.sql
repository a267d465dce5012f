-- How each observation stands: what the operations of its device add up to. Written with each operation, made anew where
-- terms are reckoned otherwise (`reckoning`), compared by `verify`. A list is read from here, in its order, and counted.
ALTER TABLE operations ADD COLUMN standing bigint;  -- of an observation: the number of the first operation of it
CREATE TABLE standings (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    number           bigint NOT NULL,           -- the first operation of it
    shown            bigint NOT NULL,           -- the operation that a list shows
    shown_to         text COLLATE "C" NOT NULL, -- 'team', 'zorg', or 'eigen' with the organisation
    quarantined      boolean NOT NULL,
    urgency          text COLLATE "C" NOT NULL, -- the strictest; empty where the vocabulary knows none of them
    urgent_since     timestamptz NOT NULL,
    due_at           timestamptz,               -- the earliest term
    received_at      timestamptz NOT NULL,      -- when the operation came that a list shows
    amended_at       timestamptz,
    retracted_at     timestamptz,
    PRIMARY KEY (register, number),
    FOREIGN KEY (register, number) REFERENCES operations (register, number),
    FOREIGN KEY (register, shown) REFERENCES operations (register, number)
);
CREATE INDEX standings_by_term ON standings (register, shown_to, quarantined, urgency, due_at, shown DESC);
CREATE INDEX standings_by_urgency ON standings (register, shown_to, quarantined, urgency, urgent_since DESC, shown DESC);
CREATE INDEX standings_by_arrival ON standings (register, shown_to, quarantined, urgency, received_at DESC, shown DESC);
CALL keep_apart('standings');
-- How many there are of each kind, so that nobody has to go through them to count.
CREATE TABLE standing_counts (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    shown_to         text COLLATE "C" NOT NULL,
    quarantined      boolean NOT NULL,
    urgency          text COLLATE "C" NOT NULL,
    observations     bigint NOT NULL CHECK (observations >= 0),
    PRIMARY KEY (register, shown_to, quarantined, urgency)
);
CALL keep_apart('standing_counts');
-- What terms were reckoned by: the urgencies with their periods, and the zone.
CREATE TABLE reckoning (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    id               bigint NOT NULL CHECK (id = 1),
    terms            text COLLATE "C" NOT NULL,
    PRIMARY KEY (register, id)
);
CALL keep_apart('reckoning');
-- What a list is narrowed to.
CREATE INDEX operations_of_standing ON operations (register, standing) WHERE standing IS NOT NULL;
CREATE INDEX observations_by_district ON operations (register, district, standing) WHERE kind = 'observation';
CREATE INDEX observations_by_place_kind ON operations (register, place_kind, standing) WHERE kind = 'observation';
CREATE INDEX observations_by_moment ON operations (register, observed_at, standing) WHERE kind = 'observation';
CREATE INDEX operations_by_form ON operation_codes (register, code, number) WHERE list = 'form';
