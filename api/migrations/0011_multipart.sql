-- Up Migration

-- An upload that comes in parts has part_bytes, and is unfinished until completed_at. store_upload_id is the store's own name
-- for it. While the store joins the parts, completing_until keeps other requests from doing the same; the API sets it, and a
-- later one goes on where it has passed.
ALTER TABLE uploads ADD COLUMN part_bytes bigint CHECK (part_bytes > 0);
ALTER TABLE uploads ADD COLUMN store_upload_id text;
ALTER TABLE uploads ADD COLUMN completing_until timestamptz;
ALTER TABLE uploads ADD COLUMN completed_at timestamptz;
CREATE INDEX uploads_unfinished ON uploads (created_at)
  WHERE part_bytes IS NOT NULL AND completed_at IS NULL;

-- Down Migration

DROP INDEX uploads_unfinished;
ALTER TABLE uploads DROP COLUMN completed_at, DROP COLUMN completing_until, DROP COLUMN store_upload_id,
  DROP COLUMN part_bytes;
