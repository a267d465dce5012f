-- A step in taking part in an inspection is a record too. It is never a draft. Nothing of the table's rows changes but
-- what may come to them, so its text is changed and no record is written anew (sqlite.org/lang_altertable.html,
-- section 7).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'CHECK (kind IN (''inspection'', ''observation''))',
                  'CHECK (kind IN (''inspection'', ''observation'', ''participation''))')
WHERE type = 'table' AND name = 'operations';
PRAGMA writable_schema = RESET;

-- The inspections that several devices do together, as far as this one takes part.
CREATE TABLE joint_inspections (
    device           TEXT NOT NULL,             -- whose inspection; this device's own where it started it
    entity           TEXT NOT NULL,
    started_by       TEXT NOT NULL,             -- the organisation of the device that started it
    role             TEXT NOT NULL,             -- of this device
    secret           TEXT NOT NULL,             -- what the join code carries
    code             TEXT,                      -- the join code as it was last shown or read
    joined_at        TEXT NOT NULL,
    closed_at        TEXT,                      -- when this device said that it is done
    form             TEXT NOT NULL,             -- the inspection as it is known here; JSON
    PRIMARY KEY (device, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX joint_inspections_by_entity ON joint_inspections (entity);
