-- A spoken note is an attachment too. Whatever seals, sends, counts, carries and purges photos does the same with it, so it is
-- a row of their table. It has no width and no height.
ALTER TABLE photos ADD COLUMN class TEXT NOT NULL DEFAULT 'photo' CHECK (class IN ('photo', 'audio'));
-- How long it is: so many samples, of which 16,000 are a second.
ALTER TABLE photos ADD COLUMN samples INTEGER NOT NULL DEFAULT 0 CHECK ((class = 'audio') = (samples > 0));

-- What was said so far, in the pieces in which it came: each is on disk before the next, and none is written twice. They are
-- put together at Vastleggen.
CREATE TABLE spoken_pieces (
    note             TEXT NOT NULL REFERENCES photos (photo) ON DELETE CASCADE,
    piece            INTEGER NOT NULL,          -- from 0
    flac             BLOB NOT NULL,             -- whole frames
    PRIMARY KEY (note, piece)
) STRICT;
