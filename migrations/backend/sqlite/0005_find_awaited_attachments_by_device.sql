-- What a device has still to send is asked at each sync. By device, not by chain: a record that a device had to send
-- again on another chain stays where it was first placed. And in an index of its own, so that no other device's
-- announcements are read on the way.
ALTER TABLE attachments ADD COLUMN device TEXT NOT NULL DEFAULT '';
UPDATE attachments SET device = (SELECT device FROM operations o WHERE o.operation = attachments.operation);
DROP INDEX attachments_awaited;
CREATE INDEX attachments_awaited_by_device ON attachments (device, sha256) WHERE completed_at IS NULL;
