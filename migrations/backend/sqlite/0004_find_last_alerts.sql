-- The last alert of each kind about each device, and how many there are, however many one device causes.
CREATE INDEX alerts_by_kind ON alerts (code, device, id);
