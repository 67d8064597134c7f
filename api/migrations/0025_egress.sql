-- Up Migration

-- Live streams that are recorded. As for jobs, attempt is the fencing token: every write of a recorder carries it. Recorders
-- have no row of their own: their name and ticket are all that they are.
CREATE TABLE egress_tasks (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  kind text NOT NULL,
  source_kind text NOT NULL,
  source_host text NOT NULL,
  -- Forgotten when the task ends, as it may carry a key.
  source_url text,
  region text,
  -- What was asked for, but for the source and the metadata.
  request jsonb NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'running', 'stopping', 'stopped', 'failed', 'timed-out')),
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  lease_owner text,
  lease_until timestamptz,
  -- Since when it waits for a recorder.
  waits_since timestamptz NOT NULL DEFAULT now(),
  failures integer NOT NULL DEFAULT 0,
  stop_requested boolean NOT NULL DEFAULT false,
  reason jsonb,
  -- What the segments add up to.
  seconds double precision NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  first_media_at timestamptz,
  mp4 jsonb,
  warnings jsonb NOT NULL DEFAULT '[]',
  job_id uuid,
  -- For the job that follows.
  created_by jsonb NOT NULL,
  request_id text NOT NULL,
  idempotency_key text,
  idempotency_digest bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (project_id, idempotency_key),
  CONSTRAINT egress_running_has_lease CHECK (state <> 'running' OR lease_owner IS NOT NULL),
  CONSTRAINT egress_lease_is_whole CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
  CONSTRAINT egress_ended_has_time
    CHECK ((state IN ('stopped', 'failed', 'timed-out')) = (finished_at IS NOT NULL)),
  CONSTRAINT egress_ended_has_reason CHECK (finished_at IS NULL OR reason IS NOT NULL)
);
CREATE INDEX egress_by_project ON egress_tasks (project_id, id);
CREATE INDEX egress_waiting ON egress_tasks (waits_since) WHERE lease_owner IS NULL AND finished_at IS NULL;
CREATE INDEX egress_leases ON egress_tasks (lease_until) WHERE lease_owner IS NOT NULL;
CREATE INDEX egress_by_end ON egress_tasks (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX egress_before_job ON egress_tasks (finished_at)
  WHERE state = 'stopped' AND job_id IS NULL AND request ? 'then';

-- What the store has confirmed. The playlist is made of these rows, so that one attempt goes on where another was lost.
CREATE TABLE egress_segments (
  egress_id uuid NOT NULL REFERENCES egress_tasks ON DELETE CASCADE,
  attempt integer NOT NULL,
  part integer NOT NULL,
  number integer NOT NULL,
  path text NOT NULL,
  init_path text NOT NULL,
  init_bytes bigint NOT NULL,
  seconds double precision NOT NULL,
  bytes bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (egress_id, attempt, part, number)
);

CREATE TABLE egress_snapshots (
  egress_id uuid NOT NULL REFERENCES egress_tasks ON DELETE CASCADE,
  attempt integer NOT NULL,
  path text NOT NULL,
  bytes bigint NOT NULL,
  at_seconds double precision NOT NULL,
  PRIMARY KEY (egress_id, at_seconds, attempt, path)
);

CREATE TABLE egress_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  egress_id uuid NOT NULL REFERENCES egress_tasks ON DELETE CASCADE,
  type text NOT NULL,
  attempt integer NOT NULL,
  reason jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX egress_events_of_task ON egress_events (egress_id, id);

-- What a project stores: of a recording once it has ended.
CREATE FUNCTION count_egress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project_use SET bytes_stored = bytes_stored
    + CASE WHEN NEW.finished_at IS NULL THEN 0 ELSE NEW.bytes + coalesce((NEW.mp4 ->> 'bytes')::bigint, 0) END
    - CASE WHEN OLD.finished_at IS NULL THEN 0 ELSE OLD.bytes + coalesce((OLD.mp4 ->> 'bytes')::bigint, 0) END
  WHERE project_id = coalesce(NEW.project_id, OLD.project_id);
  RETURN NULL;
END $$;
CREATE TRIGGER count_egress AFTER DELETE ON egress_tasks
  FOR EACH ROW EXECUTE FUNCTION count_egress();
CREATE TRIGGER count_egress_end AFTER UPDATE OF finished_at ON egress_tasks
  FOR EACH ROW WHEN (OLD.finished_at IS DISTINCT FROM NEW.finished_at) EXECUTE FUNCTION count_egress();

ALTER TABLE deletions DROP CONSTRAINT deletions_prefix_check;
ALTER TABLE deletions ADD CONSTRAINT deletions_prefix_check CHECK
  (prefix ~ '^((jobs|egress)/[0-9a-f-]{36}/|uploads/[0-9a-f-]{36}/[0-9a-f-]{36}([.]tail-)?$)');

-- Changes of state are announced to webhook endpoints, as those of jobs are.
ALTER TABLE webhook_deliveries ADD COLUMN egress_id uuid REFERENCES egress_tasks ON DELETE CASCADE;
CREATE INDEX webhook_deliveries_of_egress ON webhook_deliveries (egress_id) WHERE egress_id IS NOT NULL;

CREATE FUNCTION announce_egress() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  event text := CASE
    WHEN NEW.state = 'queued' AND TG_OP = 'UPDATE' THEN 'egress.requeued'
    ELSE 'egress.' || NEW.state END;
BEGIN
  INSERT INTO webhook_deliveries (id, endpoint_id, type, egress_id, body)
  SELECT new_time_ordered_id(), e.id, event, NEW.id, json_build_object(
      'type', event,
      'timestamp', utc_text(now()),
      'data', json_strip_nulls(json_build_object(
        'egressId', NEW.id,
        'kind', NEW.kind,
        'state', NEW.state,
        'attempt', NEW.attempt,
        'metadata', NEW.metadata,
        'createdAt', utc_text(NEW.created_at),
        'startedAt', utc_text(NEW.started_at),
        'finishedAt', utc_text(NEW.finished_at),
        'durationSeconds', NEW.seconds,
        'reason', NEW.reason)))::text
  FROM webhook_endpoints e
  WHERE e.project_id = NEW.project_id AND e.deleted_at IS NULL AND e.disabled_at IS NULL
    AND (e.event_types IS NULL OR event = ANY (e.event_types))
  FOR KEY SHARE OF e;
  RETURN NULL;
END $$;
CREATE TRIGGER announce_new_egress AFTER INSERT ON egress_tasks
  FOR EACH ROW EXECUTE FUNCTION announce_egress();
CREATE TRIGGER announce_egress_state AFTER UPDATE OF state ON egress_tasks
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION announce_egress();

-- A job may work on the MP4 of a recording. No foreign key: the recording may be deleted once the job has ended.
ALTER TABLE jobs ADD COLUMN source_recording uuid;
ALTER TABLE jobs DROP CONSTRAINT jobs_one_input;
ALTER TABLE jobs ADD CONSTRAINT jobs_one_input CHECK (num_nonnulls(upload_id, source_url, source_bucket,
  source_recording, CASE WHEN source_output = 'result' THEN source_job END) = 1);
CREATE INDEX jobs_on_recordings ON jobs (source_recording)
  WHERE source_recording IS NOT NULL AND finished_at IS NULL;

-- Down Migration

DROP INDEX jobs_on_recordings;
DELETE FROM jobs WHERE source_recording IS NOT NULL;
ALTER TABLE jobs DROP CONSTRAINT jobs_one_input;
ALTER TABLE jobs DROP COLUMN source_recording;
ALTER TABLE jobs ADD CONSTRAINT jobs_one_input CHECK (num_nonnulls(upload_id, source_url, source_bucket,
  CASE WHEN source_output = 'result' THEN source_job END) = 1);
DELETE FROM webhook_deliveries WHERE egress_id IS NOT NULL;
ALTER TABLE webhook_deliveries DROP COLUMN egress_id;
DROP TABLE egress_events, egress_snapshots, egress_segments, egress_tasks;
DROP FUNCTION announce_egress, count_egress;
DELETE FROM deletions WHERE prefix LIKE 'egress/%';
ALTER TABLE deletions DROP CONSTRAINT deletions_prefix_check;
ALTER TABLE deletions ADD CONSTRAINT deletions_prefix_check CHECK
  (prefix ~ '^(jobs/[0-9a-f-]{36}/|uploads/[0-9a-f-]{36}/[0-9a-f-]{36}([.]tail-)?$)');
