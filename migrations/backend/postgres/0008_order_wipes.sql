-- A revoked device that is to destroy the keys of what it holds, and when it came for that order.
ALTER TABLE devices ADD COLUMN wipe_ordered_at timestamptz;
ALTER TABLE devices ADD COLUMN wipe_ordered_by text COLLATE "C";
ALTER TABLE devices ADD COLUMN wipe_fetched_at timestamptz;
