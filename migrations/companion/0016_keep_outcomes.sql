-- What became of records at the office, as it was told last: by the first step of each. It goes with what is purged.
CREATE TABLE outcomes (
    position         INTEGER PRIMARY KEY REFERENCES operations (position),
    state            TEXT NOT NULL,             -- a code, perhaps of a later version
    since            TEXT NOT NULL,
    question         TEXT,                      -- what is asked, a code
    closed_as        TEXT,                      -- what it was closed with, a code
    answered         INTEGER NOT NULL DEFAULT 0 CHECK (answered IN (0, 1))  -- since then, by what was signed here
) STRICT;
CREATE INDEX outcomes_asked ON outcomes (position) WHERE question IS NOT NULL AND NOT answered;

-- What corrects a record is the answer, also before it has left.
CREATE TRIGGER answer_question AFTER INSERT ON corrections BEGIN
    UPDATE outcomes SET answered = 1 WHERE position = NEW.first AND question IS NOT NULL;
END;
CREATE TRIGGER forget_outcome_of_purged AFTER INSERT ON purged BEGIN
    DELETE FROM outcomes WHERE position = NEW.position;
END;
CREATE TRIGGER forget_outcome BEFORE DELETE ON operations BEGIN
    DELETE FROM outcomes WHERE position = OLD.position;
END;
