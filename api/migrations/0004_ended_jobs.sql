-- Up Migration

-- The last jobs of a class say how long those that wait may take.
CREATE INDEX jobs_ended ON jobs (class, finished_at DESC) WHERE state IN ('succeeded', 'failed');

-- Down Migration

DROP INDEX jobs_ended;
