-- What was signed is found again: by its words, and by what it is about, without a look at what was signed and sealed.
-- The database keeps this itself, in the transaction that signs, so that nothing is signed that cannot be found.

-- A line for each record: what its newest step says that says something, at the place of its first step.
CREATE TABLE listed (
    position         INTEGER PRIMARY KEY REFERENCES operations (position),
    shown            INTEGER NOT NULL,          -- the step that says it
    kind             TEXT NOT NULL,
    finalised_at     TEXT NOT NULL,             -- of the first step
    inspection       TEXT,                      -- an inspection belongs to itself
    place_kind       TEXT,
    forms            TEXT                       -- JSON
) STRICT;
CREATE INDEX listed_by_inspection ON listed (inspection) WHERE inspection IS NOT NULL;

-- What waits apart is never looked for by a look at all that is sent.
CREATE INDEX outbox_refused ON outbox_entries (position) WHERE refused IS NOT NULL;

-- A form that this version cannot read says nothing, and keeps nothing from being signed.
CREATE VIEW operations_in_short AS
    SELECT position, kind, finalised_at,
           CASE kind WHEN 'inspection' THEN entity ELSE CAST(form ->> '$.inspection' AS TEXT) END AS inspection,
           CAST(form ->> '$.place.kind' AS TEXT) AS place_kind,
           CAST(form ->> '$.forms' AS TEXT) AS forms
    FROM (SELECT position, entity, kind, finalised_at, CASE WHEN json_valid(form) THEN form ELSE '{}' END AS form
          FROM operations);

-- The words of each record: its author's own, the place, the persons, and the number by which it is named.
CREATE VIEW words_of_records AS
    SELECT position,
           concat_ws(' ', form ->> '$.narrative', form ->> '$.reason',
                     (SELECT group_concat(atom, ' ') FROM json_each(form, '$.place')
                      WHERE type = 'text' AND key NOT IN ('district', 'coordinatesTyped')),
                     (SELECT group_concat(concat_ws(' ', value ->> '$.pseudonym', value ->> '$.role',
                                                    value ->> '$.language', value ->> '$.needs',
                                                    value ->> '$.description'), ' ')
                      FROM json_each(form, '$.persons') WHERE type = 'object'),
                     substr(operation, -8, 4), substr(operation, -4)) AS words
    FROM (SELECT l.position, o.operation, CASE WHEN json_valid(o.form) THEN o.form ELSE '{}' END AS form
          FROM listed l CROSS JOIN operations o ON o.position = l.shown);

-- The words stand in what was signed: here is nothing but where each is found.
CREATE VIRTUAL TABLE record_words USING fts5 (
    words, content = 'words_of_records', content_rowid = 'position', columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2'
);
-- A word that is taken out leaves no trace in the index.
INSERT INTO record_words (record_words, rank) VALUES ('secure-delete', 1);

INSERT INTO listed
    SELECT s.position, coalesce((SELECT max(c.position) FROM corrections c
                                 WHERE c.first = s.position AND c.action = 'amend'), s.position),
           s.kind, s.finalised_at, s.inspection, s.place_kind, s.forms
    FROM operations_in_short s
    WHERE NOT EXISTS (SELECT 1 FROM corrections c WHERE c.position = s.position)
    ORDER BY s.position;
UPDATE listed
    SET (inspection, place_kind, forms) =
        (SELECT s.inspection, s.place_kind, s.forms FROM operations_in_short s WHERE s.position = listed.shown)
    WHERE shown <> position;
INSERT INTO record_words (rowid, words) SELECT position, words FROM words_of_records ORDER BY position;

CREATE TRIGGER list_record AFTER INSERT ON operations BEGIN
    INSERT INTO listed
        SELECT position, position, kind, finalised_at, inspection, place_kind, forms
        FROM operations_in_short WHERE position = NEW.position;
    INSERT INTO record_words (rowid, words) SELECT position, words FROM words_of_records WHERE position = NEW.position;
END;

-- A correction is a step of a record, and no line of its own.
CREATE TRIGGER list_correction AFTER INSERT ON corrections BEGIN
    INSERT INTO record_words (record_words, rowid, words)
        SELECT 'delete', position, words FROM words_of_records WHERE position IN (NEW.first, NEW.position);
    DELETE FROM listed WHERE position = NEW.position;
    UPDATE listed
        SET (shown, inspection, place_kind, forms) =
            (SELECT s.position, s.inspection, s.place_kind, s.forms
             FROM operations_in_short s WHERE s.position = NEW.position)
        WHERE position = NEW.first AND NEW.action = 'amend';
    INSERT INTO record_words (rowid, words) SELECT position, words FROM words_of_records WHERE position = NEW.first;
END;

-- Whatever goes is found no more.
CREATE TRIGGER unlist_record BEFORE DELETE ON operations BEGIN
    INSERT INTO record_words (record_words, rowid, words)
        SELECT 'delete', position, words FROM words_of_records WHERE position = OLD.position;
    DELETE FROM listed WHERE position = OLD.position;
END;
