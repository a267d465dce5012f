-- What the office asks the author of an observation, and what became of each, to be told to its device.
ALTER TABLE handling_acts ADD COLUMN question TEXT      -- what is asked, a code
    CHECK ((act = 'ask') = (question IS NOT NULL));
ALTER TABLE standings ADD COLUMN question TEXT;         -- what is asked of its author now
-- The last change of each observation that is told to its device. Numbers only grow: a change takes the next one, and the
-- row of the one before goes. What is told then is read from how the observation is in hand.
CREATE TABLE outcomes (
    number           INTEGER PRIMARY KEY CHECK (number > 0),
    standing         INTEGER NOT NULL UNIQUE REFERENCES operations (number),  -- the observation, by its first operation
    device           TEXT NOT NULL,             -- whose it is
    since            TEXT NOT NULL              -- when it changed
) STRICT;
CREATE INDEX outcomes_of_device ON outcomes (device, number);
-- What was done about an observation before anybody was told is told too, in the order in which it was done.
INSERT INTO outcomes (number, standing, device, since)
    SELECT row_number() OVER (ORDER BY a.at, a.standing), a.standing, o.device, a.at
    FROM handling_acts a JOIN standings s ON s.number = a.standing AND s.acts = a.place
    JOIN operations o ON o.number = a.standing;
