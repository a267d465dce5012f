-- How many records stand where is kept, so that the home screen looks at none of them. It is kept by the database itself,
-- in the transaction that moves a record. Vastleggen moves none: what has no entry yet is counted when it is asked.

-- Where each entry stands. The one place that says so, for a record in the list and for the counts.
CREATE VIEW outbox_standings AS
    SELECT e.position, e.kind, e.chain, e.seq,
           CASE WHEN e.refused IS NOT NULL THEN 'refused'
                WHEN e.seq IS NULL THEN 'waiting'
                ELSE 'batched' END AS standing,
           EXISTS (SELECT 1 FROM standing_receipts r WHERE r.chain = e.chain AND r.seq = e.seq) AS received
    FROM outbox_entries e;

CREATE TABLE outbox_counts (
    kind             TEXT NOT NULL,
    standing         TEXT NOT NULL CHECK (standing IN ('waiting', 'batched', 'refused')),
    received         INTEGER NOT NULL CHECK (received IN (0, 1)),
    records          INTEGER NOT NULL,
    PRIMARY KEY (kind, standing, received)
) STRICT, WITHOUT ROWID;

INSERT INTO outbox_counts
    SELECT kind, standing, received, count(*) FROM outbox_standings GROUP BY kind, standing, received;

CREATE TRIGGER count_entry AFTER INSERT ON outbox_entries BEGIN
    INSERT INTO outbox_counts
        SELECT kind, standing, received, 1 FROM outbox_standings WHERE position = NEW.position
        ON CONFLICT DO UPDATE SET records = records + excluded.records;
END;

CREATE TRIGGER count_entry_before_it_moves BEFORE UPDATE OF chain, seq, refused ON outbox_entries BEGIN
    INSERT INTO outbox_counts
        SELECT kind, standing, received, -1 FROM outbox_standings WHERE position = OLD.position
        ON CONFLICT DO UPDATE SET records = records + excluded.records;
END;

CREATE TRIGGER count_entry_once_it_moved AFTER UPDATE OF chain, seq, refused ON outbox_entries BEGIN
    INSERT INTO outbox_counts
        SELECT kind, standing, received, 1 FROM outbox_standings WHERE position = NEW.position
        ON CONFLICT DO UPDATE SET records = records + excluded.records;
END;

-- The first receipt of a batch that stands: all of the batch is received by it.
CREATE TRIGGER count_what_is_received AFTER INSERT ON receipts
WHEN EXISTS (SELECT 1 FROM standing_receipts r WHERE r.hash = NEW.hash)
     AND NOT EXISTS (SELECT 1 FROM standing_receipts r
                     WHERE r.chain = NEW.chain AND r.seq = NEW.seq AND r.hash <> NEW.hash)
BEGIN
    INSERT INTO outbox_counts
        SELECT s.kind, s.standing, side.received, side.sign * count(*)
        FROM outbox_standings s CROSS JOIN (SELECT 0 AS received, -1 AS sign UNION ALL SELECT 1, 1) side
        WHERE s.chain = NEW.chain AND s.seq = NEW.seq
        GROUP BY s.kind, s.standing, side.received
        ON CONFLICT DO UPDATE SET records = records + excluded.records;
END;

-- A log that was cut off takes receipts with it, of whatever batches: counted anew.
CREATE TRIGGER count_anew AFTER INSERT ON log_continuations BEGIN
    DELETE FROM outbox_counts;
    INSERT INTO outbox_counts
        SELECT kind, standing, received, count(*) FROM outbox_standings GROUP BY kind, standing, received;
END;

-- What the backend does not hold yet, without a look at what it does. Before a record is signed its photos are not in it.
CREATE INDEX photos_unsent ON photos (operation) WHERE uploaded_at IS NULL AND operation IS NOT NULL;
