-- Up Migration

-- A project owns keys, uploads and jobs; what belongs to another project does not exist for a caller.
CREATE TABLE projects (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO projects (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'default');

-- Only the SHA-256 of a key is kept: 30 random base62 characters need no slow hash.
CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  name text NOT NULL,
  prefix text NOT NULL,
  digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_keys_by_prefix ON api_keys (prefix);

CREATE TABLE workers (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  key_prefix text NOT NULL,
  key_digest bytea NOT NULL CHECK (length(key_digest) = 32),
  accel text NOT NULL,
  classes text[] NOT NULL,
  encoders text[] NOT NULL,
  version text NOT NULL,
  draining boolean NOT NULL DEFAULT false,
  registered_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX workers_by_key_prefix ON workers (key_prefix);

CREATE TABLE uploads (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  object_key text NOT NULL UNIQUE,
  filename text,
  content_type text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- attempt is the fencing token: it grows with every claim, and every write of a worker carries it.
CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  upload_id uuid NOT NULL REFERENCES uploads,
  profile text NOT NULL,
  priority text NOT NULL CHECK (priority IN ('normal', 'high')),
  class text NOT NULL,
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  lease_owner uuid REFERENCES workers,
  lease_until timestamptz,
  cancel_requested boolean NOT NULL DEFAULT false,
  available_at timestamptz NOT NULL DEFAULT now(),
  failures jsonb NOT NULL DEFAULT '{}',
  progress jsonb,
  result jsonb,
  published_attempt integer,
  error jsonb,
  request_id text NOT NULL,
  idempotency_key text,
  idempotency_digest bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (project_id, idempotency_key),
  CONSTRAINT jobs_running_has_lease
    CHECK ((state = 'running') = (lease_owner IS NOT NULL AND lease_until IS NOT NULL)),
  CONSTRAINT jobs_succeeded_is_published
    CHECK ((state = 'succeeded') = (published_attempt IS NOT NULL AND result IS NOT NULL)),
  CONSTRAINT jobs_ended_has_time
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX jobs_by_project ON jobs (project_id, id);
CREATE INDEX jobs_by_project_state ON jobs (project_id, state, id);
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_of_worker ON jobs (lease_owner) WHERE state = 'running';
CREATE INDEX jobs_waiting ON jobs (class, priority, id) WHERE state = 'queued';

CREATE TABLE attempts (
  job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
  number integer NOT NULL,
  worker_id uuid NOT NULL REFERENCES workers,
  worker_name text NOT NULL,
  outcome text NOT NULL DEFAULT 'running'
    CHECK (outcome IN ('running', 'succeeded', 'failed', 'released', 'cancelled', 'lost')),
  error jsonb,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (job_id, number)
);
-- Whatever else goes wrong, a job is worked on by one attempt at a time and published by one.
CREATE UNIQUE INDEX attempts_one_running ON attempts (job_id) WHERE outcome = 'running';
CREATE UNIQUE INDEX attempts_one_success ON attempts (job_id) WHERE outcome = 'succeeded';

-- One row for each queued job; published_at is set once the broker has confirmed the message.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id uuid NOT NULL UNIQUE REFERENCES jobs ON DELETE CASCADE,
  class text NOT NULL,
  priority text NOT NULL,
  next_try_at timestamptz NOT NULL,
  published_at timestamptz,
  tries integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_unpublished ON outbox (next_try_at) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (class, published_at) WHERE published_at IS NOT NULL;

CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
  type text NOT NULL,
  attempt integer NOT NULL,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX events_of_job ON events (job_id, id);

-- Down Migration

DROP TABLE events, outbox, attempts, jobs, uploads, workers, api_keys, projects;
