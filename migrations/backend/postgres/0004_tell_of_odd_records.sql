-- What a record was kept with and coordinators are told of, with the record itself to whoever may see it: its device
-- signed another first one under the same id; it is sealed to an organisation that is not its device's; it is sealed
-- under an epoch no key directory here has.
CREATE TABLE oddities (
    register         text COLLATE "C" NOT NULL DEFAULT current_setting('baken.register') CHECK (register <> ''),
    device           uuid NOT NULL,
    operation        uuid NOT NULL,
    code             text COLLATE "C" NOT NULL CHECK (code IN ('created-again', 'sealed-to-others', 'sealed-for-later')),
    PRIMARY KEY (register, code, device, operation),
    FOREIGN KEY (register, device, operation) REFERENCES operations (register, device, operation)
);
CALL keep_apart('oddities');
