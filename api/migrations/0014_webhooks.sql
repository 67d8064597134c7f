-- Up Migration

-- Where a project wants to be told of its jobs. Secrets are sealed with a key that the database does not have; two sign while
-- one replaces the other. A deleted endpoint is disabled first, and its row goes after the last of its deliveries.
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  -- NULL is every type.
  event_types text[],
  secret bytea NOT NULL,
  previous_secret bytea,
  previous_secret_until timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  deleted_at timestamptz,
  -- The first failure since the last success, and the latest one.
  failing_since timestamptz,
  last_failure_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT webhook_endpoints_disabled_has_reason
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
  CONSTRAINT webhook_endpoints_deleted_is_disabled
    CHECK (deleted_at IS NULL OR disabled_at IS NOT NULL)
);
CREATE INDEX webhook_endpoints_by_project ON webhook_endpoints (project_id, id) WHERE deleted_at IS NULL;
CREATE INDEX webhook_endpoints_deleted ON webhook_endpoints (deleted_at) WHERE deleted_at IS NOT NULL;

-- One event for one endpoint. attempts is the fencing token of the senders, failures the place in the schedule. The body is
-- text, since the same bytes must be signed and sent each time. It has the client's own metadata, and goes with the job.
CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints,
  type text NOT NULL,
  job_id uuid REFERENCES jobs ON DELETE CASCADE,
  body text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'succeeded', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  leased_until timestamptz,
  last_error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT webhook_deliveries_ended_has_time CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_of_job ON webhook_deliveries (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (endpoint_id, next_attempt_at)
  WHERE state = 'pending';
CREATE INDEX webhook_deliveries_leased ON webhook_deliveries (endpoint_id, leased_until)
  WHERE leased_until IS NOT NULL;
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (endpoint_id, ended_at)
  WHERE state = 'failed';
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
  delivery_id uuid NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
  number integer NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  status integer,
  response_body text,
  error jsonb,
  PRIMARY KEY (delivery_id, number)
);

-- A UUID of version 7 (RFC 9562), as api/ids.ts makes them: sorts by time of making.
CREATE FUNCTION new_time_ordered_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

CREATE FUNCTION utc_text(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Each change of a job's state is announced in its own transaction, whichever version of the API writes: none is lost,
-- and none that was rolled back is sent. KEY SHARE, as the foreign key takes it: an endpoint that goes meanwhile is left out.
CREATE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  event text := CASE
    WHEN NEW.state = 'queued' AND TG_OP = 'UPDATE' THEN 'job.requeued'
    ELSE 'job.' || NEW.state END;
BEGIN
  INSERT INTO webhook_deliveries (id, endpoint_id, type, job_id, body)
  SELECT new_time_ordered_id(), e.id, event, NEW.id, json_build_object(
      'type', event,
      'timestamp', utc_text(now()),
      'data', json_strip_nulls(json_build_object(
        'jobId', NEW.id,
        'kind', NEW.kind,
        'state', NEW.state,
        'profile', NEW.profile,
        'uploadId', NEW.upload_id,
        'attempt', NEW.attempt,
        'metadata', NEW.metadata,
        'createdAt', utc_text(NEW.created_at),
        'startedAt', utc_text(NEW.started_at),
        'finishedAt', utc_text(NEW.finished_at),
        'durationSeconds', NEW.result -> 'durationSeconds',
        'error', NEW.error)))::text
  FROM webhook_endpoints e
  WHERE e.project_id = NEW.project_id AND e.deleted_at IS NULL AND e.disabled_at IS NULL
    AND (e.event_types IS NULL OR event = ANY (e.event_types))
  FOR KEY SHARE OF e;
  RETURN NULL;
END $$;
CREATE TRIGGER announce_new_job AFTER INSERT ON jobs
  FOR EACH ROW EXECUTE FUNCTION announce_job();
CREATE TRIGGER announce_job_state AFTER UPDATE OF state ON jobs
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION announce_job();

-- Down Migration

DROP TRIGGER announce_job_state ON jobs;
DROP TRIGGER announce_new_job ON jobs;
DROP FUNCTION announce_job, utc_text, new_time_ordered_id;
DROP TABLE webhook_attempts, webhook_deliveries, webhook_endpoints;
