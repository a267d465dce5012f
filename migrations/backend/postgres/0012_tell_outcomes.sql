-- What the office asks the author of an observation, and what became of each, to be told to its device.
ALTER TABLE handling_acts ADD COLUMN question text COLLATE "C"  -- what is asked, a code
    CHECK ((act = 'ask') = (question IS NOT NULL));
ALTER TABLE standings ADD COLUMN question text COLLATE "C";     -- what is asked of its author now
-- The last change of each observation that is told to its device. Numbers only grow: a change takes the next one, and the
-- row of the one before goes. What is told then is read from how the observation is in hand.
CREATE TABLE outcomes (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    number           bigint NOT NULL CHECK (number > 0),
    standing         bigint NOT NULL,           -- the observation, by its first operation
    device           uuid NOT NULL,             -- whose it is
    since            timestamptz NOT NULL,      -- when it changed
    PRIMARY KEY (register, number),
    UNIQUE (register, standing)
);
CREATE INDEX outcomes_of_device ON outcomes (register, device, number);
-- What was done about an observation before anybody was told is told too, in the order in which it was done.
ALTER TABLE handling_acts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE standings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE operations NO FORCE ROW LEVEL SECURITY;
INSERT INTO outcomes (register, number, standing, device, since)
    SELECT a.register, row_number() OVER (PARTITION BY a.register ORDER BY a.at, a.standing), a.standing, o.device, a.at
    FROM handling_acts a JOIN standings s ON s.register = a.register AND s.number = a.standing AND s.acts = a.place
    JOIN operations o ON o.register = a.register AND o.number = a.standing;
ALTER TABLE outcomes ADD FOREIGN KEY (register, standing) REFERENCES operations (register, number);
ALTER TABLE operations FORCE ROW LEVEL SECURITY;
ALTER TABLE standings FORCE ROW LEVEL SECURITY;
ALTER TABLE handling_acts FORCE ROW LEVEL SECURITY;
CALL keep_apart('outcomes');
