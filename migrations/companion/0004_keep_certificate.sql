-- The municipality's word on this device, its key and organisation (device-certificate.v1, DSSE JSON). A store enrolled
-- before there was one has none until it enrols anew.
ALTER TABLE enrolment ADD COLUMN certificate BLOB;
