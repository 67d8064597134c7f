-- Up Migration

-- What a job is made into, whatever the config says later; null in rows of the version before, which name a profile alone.
ALTER TABLE jobs ADD COLUMN profile_definition jsonb;

-- Down Migration

ALTER TABLE jobs DROP COLUMN profile_definition;
