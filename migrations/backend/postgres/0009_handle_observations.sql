-- What coordinators do about an observation, one act after the other. Acts are only added: what was done is countered by
-- another act. How an observation is in hand is folded from them, kept beside how it stands, and compared by `verify`.
CREATE TABLE handling_acts (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    standing         bigint NOT NULL,           -- the observation, by its first operation
    place            bigint NOT NULL CHECK (place > 0),  -- 1, 2, … without a gap
    act              text COLLATE "C" NOT NULL, -- 'take-on', 'put-back', 'handle', 'reopen'
    reason           text COLLATE "C",          -- why it was handled or reopened, a code
    passed_to        text COLLATE "C",          -- the organisation it was passed on to
    doubles          bigint,                    -- the observation it doubles
    actor            text COLLATE "C",          -- account login; none where the register itself reopened it
    at               timestamptz NOT NULL,
    PRIMARY KEY (register, standing, place),
    FOREIGN KEY (register, standing) REFERENCES operations (register, number),
    FOREIGN KEY (register, doubles) REFERENCES operations (register, number),
    CHECK ((act IN ('handle', 'reopen')) = (reason IS NOT NULL))
);
CREATE FUNCTION refuse_change_of_acts() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'acts are append-only'; END $$;
CREATE TRIGGER acts_are_append_only BEFORE UPDATE OR DELETE ON handling_acts
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_acts();
CREATE TRIGGER acts_keep_everything BEFORE TRUNCATE ON handling_acts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_acts();
CALL keep_apart('handling_acts');
REVOKE UPDATE, DELETE ON handling_acts FROM baken_program;
ALTER TABLE standings ADD COLUMN acts bigint NOT NULL DEFAULT 0 CHECK (acts >= 0);  -- how many there are of it
ALTER TABLE standings ADD COLUMN holder text COLLATE "C";    -- who took it on and has it still
ALTER TABLE standings ADD COLUMN handled_at timestamptz;     -- since when it is handled
-- A list of what is open is read from indexes that hold nothing else, however much was handled.
DROP INDEX standings_by_term;
DROP INDEX standings_by_urgency;
DROP INDEX standings_by_arrival;
CREATE INDEX standings_by_term ON standings (register, shown_to, quarantined, urgency, due_at, shown DESC)
    WHERE handled_at IS NULL;
CREATE INDEX standings_by_urgency ON standings (register, shown_to, quarantined, urgency, urgent_since DESC, shown DESC)
    WHERE handled_at IS NULL;
CREATE INDEX standings_by_arrival ON standings (register, shown_to, quarantined, urgency, received_at DESC, shown DESC)
    WHERE handled_at IS NULL;
CREATE INDEX standings_handled ON standings (register, shown_to, quarantined, urgency, handled_at DESC, shown DESC)
    WHERE handled_at IS NOT NULL;
CREATE INDEX standings_handled_by_arrival ON standings
    (register, shown_to, quarantined, urgency, received_at DESC, shown DESC) WHERE handled_at IS NOT NULL;
CREATE INDEX standings_held ON standings (register, holder, shown_to, quarantined, urgency) WHERE holder IS NOT NULL;
ALTER TABLE standing_counts ADD COLUMN handled boolean NOT NULL DEFAULT false;
ALTER TABLE standing_counts DROP CONSTRAINT standing_counts_pkey;
ALTER TABLE standing_counts ADD PRIMARY KEY (register, shown_to, quarantined, urgency, handled);
