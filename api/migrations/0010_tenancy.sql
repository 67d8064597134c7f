-- Up Migration

-- Quotas: NULL is no limit.
ALTER TABLE projects ADD COLUMN archived_at timestamptz;
ALTER TABLE projects ADD COLUMN max_queued integer CHECK (max_queued >= 0);
ALTER TABLE projects ADD COLUMN max_running integer CHECK (max_running >= 0);
ALTER TABLE projects ADD COLUMN max_minutes_per_month integer CHECK (max_minutes_per_month >= 0);
ALTER TABLE projects ADD COLUMN max_bytes_stored bigint CHECK (max_bytes_stored >= 0);

-- Whoever has `platform` makes projects, and keys for them.
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check
  CHECK (cardinality(scopes) > 0 AND scopes <@ '{read,submit,admin,platform}');

-- What a project uses. Triggers keep it, so that it is right whichever version of the API writes, and a quota costs no count.
-- The row is locked from a change to its commit: two jobs of a project never both take the last place.
CREATE TABLE project_use (
  project_id uuid PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
  queued integer NOT NULL DEFAULT 0,
  running integer NOT NULL DEFAULT 0,
  bytes_stored bigint NOT NULL DEFAULT 0,
  -- Seconds of media that succeeded in the month, by UTC.
  month date NOT NULL DEFAULT date_trunc('month', now() AT TIME ZONE 'UTC'),
  seconds double precision NOT NULL DEFAULT 0,
  -- Turns go round: of projects with as many running jobs, the one that was served longest ago is next.
  claimed_at timestamptz
) WITH (fillfactor = 50);

CREATE FUNCTION output_bytes(result jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum((file ->> 'bytes')::numeric), 0)::bigint FROM jsonb_array_elements(
    coalesce(result -> 'renditions', '[]') || coalesce(result -> 'audioTracks', '[]')) AS file
$$;

CREATE FUNCTION start_project_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO project_use (project_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER start_project_use AFTER INSERT ON projects
  FOR EACH ROW EXECUTE FUNCTION start_project_use();

CREATE FUNCTION count_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  this_month date := date_trunc('month', now() AT TIME ZONE 'UTC');
  was text := coalesce(OLD.state, '');
  is_now text := coalesce(NEW.state, '');
BEGIN
  UPDATE project_use SET
    queued = queued + (is_now = 'queued')::int - (was = 'queued')::int,
    running = running + (is_now = 'running')::int - (was = 'running')::int,
    bytes_stored = bytes_stored + output_bytes(NEW.result) - output_bytes(OLD.result),
    seconds = CASE WHEN month = this_month THEN seconds ELSE 0 END
      + CASE WHEN is_now = 'succeeded' THEN (NEW.result ->> 'durationSeconds')::float8 ELSE 0 END,
    month = this_month,
    claimed_at = CASE WHEN is_now = 'running' THEN clock_timestamp() ELSE claimed_at END
  WHERE project_id = coalesce(NEW.project_id, OLD.project_id);
  RETURN NULL;
END $$;
CREATE TRIGGER count_job AFTER INSERT OR DELETE ON jobs
  FOR EACH ROW EXECUTE FUNCTION count_job();
CREATE TRIGGER count_job_state AFTER UPDATE OF state ON jobs
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION count_job();

CREATE FUNCTION count_upload() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project_use
  SET bytes_stored = bytes_stored + coalesce(NEW.size_bytes, 0) - coalesce(OLD.size_bytes, 0)
  WHERE project_id = coalesce(NEW.project_id, OLD.project_id);
  RETURN NULL;
END $$;
CREATE TRIGGER count_upload AFTER INSERT OR DELETE ON uploads
  FOR EACH ROW EXECUTE FUNCTION count_upload();

-- What is there. The triggers above hold back who writes until this has committed.
INSERT INTO project_use (project_id, queued, running, bytes_stored, seconds)
SELECT p.id,
  (SELECT count(*) FROM jobs j WHERE j.project_id = p.id AND j.state = 'queued'),
  (SELECT count(*) FROM jobs j WHERE j.project_id = p.id AND j.state = 'running'),
  (SELECT coalesce(sum(u.size_bytes), 0) FROM uploads u WHERE u.project_id = p.id)
    + (SELECT coalesce(sum(output_bytes(j.result)), 0) FROM jobs j WHERE j.project_id = p.id),
  (SELECT coalesce(sum((j.result ->> 'durationSeconds')::float8), 0) FROM jobs j
   WHERE j.project_id = p.id AND j.state = 'succeeded'
     AND j.finished_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')
FROM projects p;

CREATE INDEX jobs_waiting_of_project ON jobs (project_id, class, priority, id) WHERE state = 'queued';

-- Down Migration

DROP INDEX jobs_waiting_of_project;
DROP TRIGGER count_upload ON uploads;
DROP TRIGGER count_job_state ON jobs;
DROP TRIGGER count_job ON jobs;
DROP TRIGGER start_project_use ON projects;
DROP FUNCTION count_upload, count_job, start_project_use, output_bytes;
DROP TABLE project_use;
UPDATE api_keys SET scopes = array_remove(scopes, 'platform') WHERE scopes <> '{platform}';
DELETE FROM api_keys WHERE scopes = '{platform}';
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check
  CHECK (cardinality(scopes) > 0 AND scopes <@ '{read,submit,admin}');
ALTER TABLE projects DROP COLUMN max_bytes_stored, DROP COLUMN max_minutes_per_month,
  DROP COLUMN max_running, DROP COLUMN max_queued, DROP COLUMN archived_at;
