-- What is still on its way, without reading past all that arrived: every device asks for it at each sync.
CREATE INDEX attachments_awaited ON attachments (operation) WHERE completed_at IS NULL;
