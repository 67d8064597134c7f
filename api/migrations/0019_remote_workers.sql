-- Up Migration

-- The defaults are for replicas of the version before, which register workers without these.
ALTER TABLE workers ADD COLUMN store text NOT NULL DEFAULT 'inside' CHECK (store IN ('inside', 'public'));
ALTER TABLE workers ADD COLUMN drain_requested_at timestamptz;
ALTER TABLE workers ADD COLUMN revoked_at timestamptz;

-- A worker that rotates its key has two: the next one until it is first used, then the previous one for a minute.
ALTER TABLE workers ADD COLUMN next_key_prefix text;
ALTER TABLE workers ADD COLUMN next_key_digest bytea CHECK (length(next_key_digest) = 32);
ALTER TABLE workers ADD COLUMN previous_key_prefix text;
ALTER TABLE workers ADD COLUMN previous_key_digest bytea CHECK (length(previous_key_digest) = 32);
ALTER TABLE workers ADD COLUMN previous_key_until timestamptz;
CREATE INDEX workers_by_next_key ON workers (next_key_prefix) WHERE next_key_prefix IS NOT NULL;
CREATE INDEX workers_by_previous_key ON workers (previous_key_prefix) WHERE previous_key_prefix IS NOT NULL;

-- Each registers one worker, once. Only the SHA-256 is kept.
CREATE TABLE worker_tokens (
  id uuid PRIMARY KEY,
  prefix text NOT NULL,
  digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
  worker_name text,
  project_id uuid NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  worker_id uuid,
  revoked_at timestamptz
);
CREATE INDEX worker_tokens_by_expiry ON worker_tokens (expires_at);

-- Down Migration

DROP TABLE worker_tokens;
DROP INDEX workers_by_previous_key, workers_by_next_key;
ALTER TABLE workers DROP COLUMN previous_key_until, DROP COLUMN previous_key_digest,
  DROP COLUMN previous_key_prefix, DROP COLUMN next_key_digest, DROP COLUMN next_key_prefix,
  DROP COLUMN revoked_at, DROP COLUMN drain_requested_at, DROP COLUMN store;
