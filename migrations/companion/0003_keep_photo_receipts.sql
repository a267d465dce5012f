-- The backend's signed word that it holds a photo, kept for ever. A photo that was sent before there was such a word
-- is asked after once more: it is there already, so nothing but the receipt travels.
ALTER TABLE photos ADD COLUMN receipt BLOB;     -- DSSE JSON as received
UPDATE photos SET uploaded_at = NULL WHERE uploaded_at IS NOT NULL;
