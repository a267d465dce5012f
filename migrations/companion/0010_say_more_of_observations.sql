-- The schema of the batch that a record travels in, where it is not the first one that does what it does.
ALTER TABLE operations ADD COLUMN schema INTEGER CHECK (schema >= 1);

-- What its author says of a photo, and where it stands among the others. Of equal places the order of taking in decides.
ALTER TABLE photos ADD COLUMN caption TEXT NOT NULL DEFAULT '';
ALTER TABLE photos ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
