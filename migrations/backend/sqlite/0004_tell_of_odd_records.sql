-- What a record was kept with and coordinators are told of, with the record itself to whoever may see it: its device
-- signed another first one under the same id; it is sealed to an organisation that is not its device's; it is sealed
-- under an epoch no key directory here has.
CREATE TABLE oddities (
    device           TEXT NOT NULL,
    operation        TEXT NOT NULL,
    code             TEXT NOT NULL CHECK (code IN ('created-again', 'sealed-to-others', 'sealed-for-later')),
    PRIMARY KEY (code, device, operation),
    FOREIGN KEY (device, operation) REFERENCES operations (device, operation)
) STRICT, WITHOUT ROWID;
