-- What is done about a report beside moving and assigning it: tasks with a day, notes, referrals. Each is a step.
ALTER TABLE report_steps ADD COLUMN act text COLLATE "C";   -- 'plan', 'end', 'note', 'refer', 'answer'; none: moved or assigned
ALTER TABLE report_steps ADD COLUMN what text COLLATE "C"   -- which task, how it ended, which note, to whom, which answer: a code
    CHECK ((act IS NULL) = (what IS NULL));
ALTER TABLE report_steps ADD COLUMN due text COLLATE "C"    -- of a task: its day, as the municipality counts days
    CHECK ((due IS NOT NULL) = (act IS NOT NULL AND act = 'plan'));
ALTER TABLE report_steps ADD COLUMN of_place bigint         -- the step that ends or answers another: the place of that
    CHECK ((of_place IS NOT NULL) = (act IS NOT NULL AND act IN ('end', 'answer')));
ALTER TABLE report_steps ADD COLUMN persons bigint          -- of a referral: of how many persons something is passed on
    CHECK ((persons IS NOT NULL) = (act IS NOT NULL AND act = 'refer'));
ALTER TABLE report_steps ADD COLUMN ground text COLLATE "C" -- of a referral: what allows it, a code
    CHECK ((ground IS NOT NULL) = (act IS NOT NULL AND act = 'refer'));
ALTER TABLE report_steps ADD COLUMN text_hash bytea         -- SHA-256 of the sealed text that belongs to the step
    CHECK (octet_length(text_hash) = 32);
-- Sealed in a browser to those who may see the report; nothing here can open them.
CREATE TABLE report_texts (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    report           bigint NOT NULL,
    place            bigint NOT NULL,           -- the step it belongs to
    epoch            bigint NOT NULL CHECK (epoch > 0),  -- of the key directory it was sealed by
    sealed           bytea NOT NULL,            -- an age file
    PRIMARY KEY (register, report, place),
    FOREIGN KEY (register, report, place) REFERENCES report_steps (register, report, place)
);
CREATE TRIGGER report_texts_are_append_only BEFORE UPDATE OR DELETE ON report_texts
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reports();
CREATE TRIGGER report_texts_keep_everything BEFORE TRUNCATE ON report_texts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_reports();
CALL keep_apart('report_texts');
REVOKE UPDATE, DELETE ON report_texts FROM baken_program;
-- The tasks there are, folded from the steps and compared by `verify`: for lists that begin with what is due first.
CREATE TABLE report_tasks (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    report           bigint NOT NULL,
    place            bigint NOT NULL,           -- the step that planned it
    shown_to         text COLLATE "C" NOT NULL, -- as of the report
    task             text COLLATE "C" NOT NULL, -- a code
    due              text COLLATE "C" NOT NULL,
    holder           text COLLATE "C",          -- whose it is, by login; none: of whoever has the report
    is_open          boolean NOT NULL,
    PRIMARY KEY (register, report, place),
    FOREIGN KEY (register, report, place) REFERENCES report_steps (register, report, place)
);
CREATE INDEX report_tasks_due ON report_tasks (register, shown_to, is_open, due, report, place);
CREATE INDEX report_tasks_held ON report_tasks (register, holder, shown_to, is_open, due, report, place)
    WHERE holder IS NOT NULL;
CALL keep_apart('report_tasks');
-- Who read what, by what was read.
CREATE INDEX audit_of_readings ON audit (register, object_id, object, actor, at) WHERE action = 'read' AND result = 'ok';
