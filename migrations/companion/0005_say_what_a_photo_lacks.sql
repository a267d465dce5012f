-- A photo of which the file held only a part waits, with the file as it came, until its author keeps it as
-- incomplete or takes it out. Nothing that is not decided on is signed.
ALTER TABLE photos ADD COLUMN condition TEXT NOT NULL DEFAULT 'whole'
    CHECK (condition IN ('whole', 'undecided', 'incomplete'))
    CHECK (condition <> 'undecided' OR operation IS NULL);
-- The file held more pictures than the one that was taken in.
ALTER TABLE photos ADD COLUMN first_of_several INTEGER NOT NULL DEFAULT 0 CHECK (first_of_several IN (0, 1));
ALTER TABLE photos ADD COLUMN original BLOB CHECK ((condition = 'undecided') = (original IS NOT NULL));
