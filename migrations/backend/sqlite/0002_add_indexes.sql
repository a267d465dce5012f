-- What every row of the inbox and every device asks for, without reading the whole table.
CREATE INDEX attachments_by_operation ON attachments (operation);
CREATE INDEX batches_by_device ON batches (device);
CREATE INDEX operations_by_device ON operations (device);
