-- What the municipality holds need not be read on this device for ever. Of a record whose time is over the readable copy goes:
-- its forms, the pixels and captions of its photos, its words. What was signed and sealed stays as it was, with its
-- receipts, so that a backend that was restored from a backup can be given it again.

-- By the first step of each record.
CREATE TABLE purged (
    position         INTEGER PRIMARY KEY REFERENCES operations (position),
    purged_at        TEXT NOT NULL
) STRICT;

-- The number by which it is named, its time, its inspection and the kind of place stay to be found by.
CREATE TRIGGER purge_record AFTER INSERT ON purged BEGIN
    INSERT INTO record_words (record_words, rowid, words)
        SELECT 'delete', position, words FROM words_of_records WHERE position = NEW.position;
    UPDATE photos SET jpeg = x'', caption = ''
        WHERE operation IN (SELECT operation FROM operations
                            WHERE position IN (SELECT NEW.position UNION ALL
                                               SELECT position FROM corrections WHERE first = NEW.position));
    UPDATE operations SET form = ''
        WHERE position IN (SELECT NEW.position UNION ALL SELECT position FROM corrections WHERE first = NEW.position);
    UPDATE listed SET forms = NULL WHERE position = NEW.position;
    INSERT INTO record_words (rowid, words) SELECT position, words FROM words_of_records WHERE position = NEW.position;
END;
