-- The log: what was entered, one after the other without a gap over the whole register, whatever it is. A batch is entered
-- today, under the number that its receipt says. What else is entered one day gets a kind of its own, and none moves.
CREATE TABLE log_entries (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    leaf_index       bigint NOT NULL CHECK (leaf_index >= 0),
    kind             text COLLATE "C" NOT NULL, -- 'batch'
    hash             bytea NOT NULL CHECK (octet_length(hash) = 32),  -- of what was entered
    received_at      timestamptz NOT NULL,
    PRIMARY KEY (register, leaf_index)
);
ALTER TABLE batches NO FORCE ROW LEVEL SECURITY;
INSERT INTO log_entries (register, leaf_index, kind, hash, received_at)
    SELECT register, leaf_index, 'batch', hash, received_at FROM batches;
ALTER TABLE batches FORCE ROW LEVEL SECURITY;
CALL keep_apart('log_entries');
