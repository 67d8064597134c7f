-- Up Migration

-- What is still to be deleted from the bucket: every object whose key begins with the prefix. A row stays until the store
-- has confirmed it after the last presigned URL that could write there has ended. The check keeps a mistake from
-- naming more than one job or upload.
CREATE TABLE deletions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  prefix text NOT NULL CHECK (prefix ~ '^(jobs/[0-9a-f-]{36}/|uploads/[0-9a-f-]{36}/[0-9a-f-]{36}$)'),
  writable_until timestamptz NOT NULL,
  next_try_at timestamptz NOT NULL DEFAULT now(),
  tries integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deletions_due ON deletions (next_try_at);

-- An upload can be deleted while jobs that have ended still name it. A job that is submitted locks its upload's row.
ALTER TABLE jobs DROP CONSTRAINT jobs_upload_id_fkey;
CREATE INDEX uploads_by_age ON uploads (created_at);
DROP INDEX uploads_kept;

-- What has ended is deleted by age, its events before it.
ALTER TABLE jobs ADD COLUMN events_deleted boolean NOT NULL DEFAULT false;
CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_with_events ON jobs (finished_at) WHERE finished_at IS NOT NULL AND NOT events_deleted;

-- Foreign keys ask by these columns when a worker is deleted.
CREATE INDEX attempts_of_worker ON attempts (worker_id);
CREATE INDEX jobs_leased ON jobs (lease_owner) WHERE lease_owner IS NOT NULL;
DROP INDEX jobs_of_worker;

-- Who wrote what through the client API. It refers to nothing, so that it outlives what it tells of.
CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  project_id uuid NOT NULL,
  key_id uuid NOT NULL,
  key_name text NOT NULL,
  action text NOT NULL,
  target_id text NOT NULL,
  request_id text NOT NULL,
  address text NOT NULL
);
CREATE INDEX audit_by_project ON audit (project_id, id);

-- Down Migration

DROP TABLE audit;
CREATE INDEX jobs_of_worker ON jobs (lease_owner) WHERE state = 'running';
DROP INDEX jobs_leased, attempts_of_worker, jobs_with_events, jobs_by_end;
ALTER TABLE jobs DROP COLUMN events_deleted;
CREATE INDEX uploads_kept ON uploads (created_at) WHERE object_deleted_at IS NULL;
DROP INDEX uploads_by_age;
-- Not checked for what is there: the uploads of some jobs are gone.
ALTER TABLE jobs ADD CONSTRAINT jobs_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES uploads NOT VALID;
DROP TABLE deletions;
