-- What is done about a report beside moving and assigning it: tasks with a day, notes, referrals. Each is a step.
ALTER TABLE report_steps ADD COLUMN act TEXT;           -- 'plan', 'end', 'note', 'refer', 'answer'; none: moved or assigned
ALTER TABLE report_steps ADD COLUMN what TEXT           -- which task, how it ended, which note, to whom, which answer: a code
    CHECK ((act IS NULL) = (what IS NULL));
ALTER TABLE report_steps ADD COLUMN due TEXT            -- of a task: its day, as the municipality counts days
    CHECK ((due IS NOT NULL) = (act IS NOT NULL AND act = 'plan'));
ALTER TABLE report_steps ADD COLUMN of_place INTEGER    -- the step that ends or answers another: the place of that
    CHECK ((of_place IS NOT NULL) = (act IS NOT NULL AND act IN ('end', 'answer')));
ALTER TABLE report_steps ADD COLUMN persons INTEGER     -- of a referral: of how many persons something is passed on
    CHECK ((persons IS NOT NULL) = (act IS NOT NULL AND act = 'refer'));
ALTER TABLE report_steps ADD COLUMN ground TEXT         -- of a referral: what allows it, a code
    CHECK ((ground IS NOT NULL) = (act IS NOT NULL AND act = 'refer'));
ALTER TABLE report_steps ADD COLUMN text_hash TEXT;     -- SHA-256 of the sealed text that belongs to the step
-- Sealed in a browser to those who may see the report; nothing here can open them.
CREATE TABLE report_texts (
    report           INTEGER NOT NULL,
    place            INTEGER NOT NULL,          -- the step it belongs to
    epoch            INTEGER NOT NULL CHECK (epoch > 0),  -- of the key directory it was sealed by
    sealed           BLOB NOT NULL,             -- an age file
    PRIMARY KEY (report, place),
    FOREIGN KEY (report, place) REFERENCES report_steps (report, place)
) STRICT;
CREATE TRIGGER report_texts_are_append_only BEFORE UPDATE ON report_texts
    BEGIN SELECT RAISE(ABORT, 'texts are append-only'); END;
CREATE TRIGGER report_texts_keep_everything BEFORE DELETE ON report_texts
    BEGIN SELECT RAISE(ABORT, 'texts are append-only'); END;
-- The tasks there are, folded from the steps and compared by `verify`: for lists that begin with what is due first.
CREATE TABLE report_tasks (
    report           INTEGER NOT NULL,
    place            INTEGER NOT NULL,          -- the step that planned it
    shown_to         TEXT NOT NULL,             -- as of the report
    task             TEXT NOT NULL,             -- a code
    due              TEXT NOT NULL,
    holder           TEXT,                      -- whose it is, by login; none: of whoever has the report
    is_open          INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    PRIMARY KEY (report, place),
    FOREIGN KEY (report, place) REFERENCES report_steps (report, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_tasks_due ON report_tasks (shown_to, is_open, due, report, place);
CREATE INDEX report_tasks_held ON report_tasks (holder, shown_to, is_open, due, report, place) WHERE holder IS NOT NULL;
-- Who read what, by what was read.
CREATE INDEX audit_of_readings ON audit (object_id, object, actor, at) WHERE action = 'read' AND result = 'ok';
