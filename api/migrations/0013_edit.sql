-- Up Migration

-- What a job changes of the film: nothing in rows of the version before.
ALTER TABLE jobs ADD COLUMN edit jsonb;

-- Down Migration

ALTER TABLE jobs DROP COLUMN edit;
