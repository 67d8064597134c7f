-- Up Migration

-- The defaults are for replicas of the version before, which insert jobs without these.
ALTER TABLE jobs ADD COLUMN kind text NOT NULL DEFAULT 'transcode';
ALTER TABLE jobs ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}';
ALTER TABLE jobs ADD COLUMN deadline timestamptz;
-- Every heartbeat of a job writes all indexes of its row: one without metadata has none here.
CREATE INDEX jobs_by_metadata ON jobs USING gin (metadata jsonb_path_ops) WHERE metadata <> '{}';
CREATE INDEX jobs_with_deadline ON jobs (deadline) WHERE state = 'queued' AND deadline IS NOT NULL;

-- Down Migration

DROP INDEX jobs_with_deadline, jobs_by_metadata;
ALTER TABLE jobs DROP COLUMN deadline;
ALTER TABLE jobs DROP COLUMN metadata;
ALTER TABLE jobs DROP COLUMN kind;
