-- Up Migration

-- A job may work on an earlier one: on its result, or on what that one worked on, which then stands in upload_id, source_url or
-- the bucket as well. No foreign key: the earlier job may be deleted once this one has ended.
ALTER TABLE jobs ADD COLUMN source_job uuid;
ALTER TABLE jobs ADD COLUMN source_output text CHECK (source_output IN ('result', 'source'));
-- Or on an object in a bucket that the stack's config has under this name.
ALTER TABLE jobs ADD COLUMN source_bucket text;
ALTER TABLE jobs ADD COLUMN source_key text;
ALTER TABLE jobs DROP CONSTRAINT jobs_one_input;
ALTER TABLE jobs ADD CONSTRAINT jobs_one_input CHECK (num_nonnulls(upload_id, source_url, source_bucket,
  CASE WHEN source_output = 'result' THEN source_job END) = 1);
ALTER TABLE jobs ADD CONSTRAINT jobs_bucket_has_key CHECK ((source_bucket IS NULL) = (source_key IS NULL));
CREATE INDEX jobs_on_results ON jobs (source_job) WHERE source_output = 'result' AND finished_at IS NULL;

-- Down Migration

DROP INDEX jobs_on_results;
DELETE FROM jobs WHERE num_nonnulls(upload_id, source_url) <> 1;
ALTER TABLE jobs DROP CONSTRAINT jobs_bucket_has_key;
ALTER TABLE jobs DROP CONSTRAINT jobs_one_input;
ALTER TABLE jobs DROP COLUMN source_key, DROP COLUMN source_bucket, DROP COLUMN source_output, DROP COLUMN source_job;
ALTER TABLE jobs ADD CONSTRAINT jobs_one_input CHECK (num_nonnulls(upload_id, source_url) = 1);
