-- Up Migration

-- When nothing of an attempt that published nothing is in the bucket any more.
ALTER TABLE attempts ADD COLUMN objects_deleted_at timestamptz;
CREATE INDEX attempts_abandoned ON attempts (finished_at)
  WHERE objects_deleted_at IS NULL AND outcome IN ('failed', 'released', 'cancelled', 'lost');

-- From expired_at on no job may use an upload, so that its object can be deleted.
ALTER TABLE uploads ADD COLUMN expired_at timestamptz;
ALTER TABLE uploads ADD COLUMN object_deleted_at timestamptz;
CREATE INDEX uploads_kept ON uploads (created_at) WHERE object_deleted_at IS NULL;
CREATE INDEX jobs_of_upload ON jobs (upload_id);

-- Down Migration

DROP INDEX jobs_of_upload, uploads_kept, attempts_abandoned;
ALTER TABLE uploads DROP COLUMN object_deleted_at;
ALTER TABLE uploads DROP COLUMN expired_at;
ALTER TABLE attempts DROP COLUMN objects_deleted_at;
