-- The number that people call a record by is the end of its operation's id: found without reading past a million others.
CREATE INDEX operations_by_number ON operations (register, substr(CAST(operation AS text), 29));
