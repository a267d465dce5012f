-- A contact moment is a record too, and a draft before it. Nothing of the tables' rows changes but what may come to them, so
-- their texts are changed and no record is written anew (sqlite.org/lang_altertable.html, section 7).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'CHECK (kind IN (''inspection'', ''observation'', ''participation''))',
                  'CHECK (kind IN (''inspection'', ''observation'', ''participation'', ''contact''))')
WHERE type = 'table' AND name = 'operations';
UPDATE sqlite_schema
SET sql = replace(sql, 'CHECK (kind IN (''inspection'', ''observation''))',
                  'CHECK (kind IN (''inspection'', ''observation'', ''contact''))')
WHERE type = 'table' AND name = 'drafts';
PRAGMA writable_schema = RESET;

-- Its words are found too: its note, and who was met. What was found before is found by the same words.
DROP VIEW words_of_records;
CREATE VIEW words_of_records AS
    SELECT position,
           concat_ws(' ', form ->> '$.narrative', form ->> '$.note', form ->> '$.reason',
                     (SELECT group_concat(atom, ' ') FROM json_each(form, '$.place')
                      WHERE type = 'text' AND key NOT IN ('district', 'coordinatesTyped')),
                     (SELECT group_concat(concat_ws(' ', value ->> '$.pseudonym', value ->> '$.role',
                                                    value ->> '$.language', value ->> '$.needs',
                                                    value ->> '$.description'), ' ')
                      FROM json_each(form, '$.persons') WHERE type = 'object'),
                     form ->> '$.person.pseudonym', form ->> '$.person.role', form ->> '$.person.language',
                     form ->> '$.person.needs', form ->> '$.person.description',
                     substr(operation, -8, 4), substr(operation, -4)) AS words
    FROM (SELECT l.position, o.operation, CASE WHEN json_valid(o.form) THEN o.form ELSE '{}' END AS form
          FROM listed l CROSS JOIN operations o ON o.position = l.shown);
