-- The log: what was entered, one after the other without a gap over the whole register, whatever it is. A batch is entered
-- today, under the number that its receipt says. What else is entered one day gets a kind of its own, and none moves.
CREATE TABLE log_entries (
    leaf_index       INTEGER PRIMARY KEY CHECK (leaf_index >= 0),
    kind             TEXT NOT NULL,             -- 'batch'
    hash             TEXT NOT NULL,             -- of what was entered
    received_at      TEXT NOT NULL
) STRICT;
INSERT INTO log_entries (leaf_index, kind, hash, received_at)
    SELECT leaf_index, 'batch', hash, received_at FROM batches ORDER BY leaf_index;
