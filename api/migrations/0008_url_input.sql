-- Up Migration

-- A job works on an upload or on a URL. Replicas of the version before know uploads alone: they claim no other job.
ALTER TABLE jobs ALTER COLUMN upload_id DROP NOT NULL;
ALTER TABLE jobs ADD COLUMN source_url text;
ALTER TABLE jobs ADD CONSTRAINT jobs_one_input CHECK (num_nonnulls(upload_id, source_url) = 1);

-- What a worker can start from; the default is for workers of the version before.
ALTER TABLE workers ADD COLUMN inputs text[] NOT NULL DEFAULT '{upload}';

-- Down Migration

DELETE FROM jobs WHERE upload_id IS NULL;
ALTER TABLE workers DROP COLUMN inputs;
ALTER TABLE jobs DROP CONSTRAINT jobs_one_input;
ALTER TABLE jobs DROP COLUMN source_url;
ALTER TABLE jobs ALTER COLUMN upload_id SET NOT NULL;
