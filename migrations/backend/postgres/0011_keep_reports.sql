-- Reports of a possible victim: made from observations, or entered by hand. What they are about never changes; where they
-- stand is folded from their steps, which are only added, and compared by `verify`.
CREATE TABLE reports (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    number           bigint NOT NULL,
    year             bigint NOT NULL,           -- what it is called by: M-2026-031
    sequence         bigint NOT NULL CHECK (sequence > 0),
    source           text COLLATE "C" NOT NULL, -- 'observations', or how it came in
    level            text COLLATE "C" NOT NULL,
    organisation     text COLLATE "C" NOT NULL, -- whose it is, where the level is 'eigen'
    shown_to         text COLLATE "C" NOT NULL, -- as of standings
    form             text COLLATE "C" NOT NULL,
    place_kind       text COLLATE "C" NOT NULL,
    district         text COLLATE "C",
    urgency          text COLLATE "C" NOT NULL,
    made_by          text COLLATE "C" NOT NULL, -- account login
    made_at          timestamptz NOT NULL,
    state            text COLLATE "C" NOT NULL,
    since            timestamptz NOT NULL,
    holder           text COLLATE "C",          -- whom it is assigned to
    ever_concrete    boolean NOT NULL,
    closed           boolean NOT NULL,
    steps            bigint NOT NULL CHECK (steps >= 0),
    PRIMARY KEY (register, number),
    UNIQUE (register, year, sequence)
);
CREATE INDEX reports_listed ON reports (register, shown_to, closed, number DESC);
CREATE INDEX reports_held ON reports (register, holder, shown_to, closed, number DESC) WHERE holder IS NOT NULL;
CREATE TABLE report_steps (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    report           bigint NOT NULL,
    place            bigint NOT NULL CHECK (place > 0),  -- 1, 2, … without a gap
    state            text COLLATE "C",          -- where it went; none where it was assigned
    reason           text COLLATE "C",          -- why it went there, a code
    doubles          bigint,
    assigned_to      text COLLATE "C",          -- to whom; none: to nobody
    actor            text COLLATE "C" NOT NULL, -- account login
    at               timestamptz NOT NULL,
    PRIMARY KEY (register, report, place),
    FOREIGN KEY (register, report) REFERENCES reports (register, number),
    FOREIGN KEY (register, doubles) REFERENCES reports (register, number),
    CHECK ((state IS NULL) = (reason IS NULL))
);
CREATE FUNCTION refuse_change_of_reports() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'reports are kept and their steps append-only'; END $$;
CREATE TRIGGER report_steps_are_append_only BEFORE UPDATE OR DELETE ON report_steps
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reports();
CREATE TRIGGER report_steps_keep_everything BEFORE TRUNCATE ON report_steps
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_reports();
CREATE TRIGGER reports_keep_everything BEFORE DELETE ON reports
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reports();
CALL keep_apart('reports');
CALL keep_apart('report_steps');
REVOKE DELETE ON reports FROM baken_program;
REVOKE UPDATE, DELETE ON report_steps FROM baken_program;
-- The report that an observation became: of the act, and of the observation until somebody reopens it.
ALTER TABLE handling_acts ADD COLUMN report bigint;
ALTER TABLE handling_acts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE reports NO FORCE ROW LEVEL SECURITY;
ALTER TABLE handling_acts ADD FOREIGN KEY (register, report) REFERENCES reports (register, number);
ALTER TABLE reports FORCE ROW LEVEL SECURITY;
ALTER TABLE handling_acts FORCE ROW LEVEL SECURITY;
ALTER TABLE standings ADD COLUMN report bigint;
CREATE INDEX standings_of_report ON standings (register, report) WHERE report IS NOT NULL;
