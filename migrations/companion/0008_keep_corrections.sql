-- What corrects a record that was signed here: an amendment or a retraction, and the first step of what it corrects. A
-- first step has no row, so most of what is signed costs no page more.
CREATE TABLE corrections (
    position         INTEGER PRIMARY KEY REFERENCES operations (position),
    first            INTEGER NOT NULL REFERENCES operations (position),
    action           TEXT NOT NULL CHECK (action IN ('amend', 'retract')),
    CHECK (first < position)
) STRICT;
CREATE INDEX corrections_by_first ON corrections (first, position);

-- Corrections that must wait: a step before them is in no batch. What arrives last is what is shown, so the steps of one
-- record leave in the order in which they were signed. Only those with an entry in the outbox are looked at.
CREATE VIEW outbox_held AS
    SELECT c.position FROM corrections c
    WHERE EXISTS (SELECT 1 FROM outbox_entries e WHERE e.position = c.first AND e.chain IS NULL)
       OR EXISTS (SELECT 1 FROM corrections b CROSS JOIN outbox_entries e ON e.position = b.position
                  WHERE b.first = c.first AND b.position < c.position AND e.chain IS NULL);

-- The first step of the record that a draft amends; at most one draft for each.
ALTER TABLE drafts ADD COLUMN amends INTEGER REFERENCES operations (position);
CREATE UNIQUE INDEX drafts_by_what_they_amend ON drafts (amends) WHERE amends IS NOT NULL;
