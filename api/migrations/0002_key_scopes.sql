-- Up Migration

-- Keys of before could do everything, and still can. The default is for replicas of before, until they are replaced.
ALTER TABLE api_keys ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,submit,admin}'
  CHECK (cardinality(scopes) > 0 AND scopes <@ '{read,submit,admin}');
ALTER TABLE api_keys ALTER COLUMN scopes SET DEFAULT '{read,submit}';

-- Down Migration

ALTER TABLE api_keys DROP COLUMN scopes;
