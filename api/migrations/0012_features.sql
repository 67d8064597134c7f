-- Up Migration

-- What a worker must be able to do for a job, and what a worker can do; the defaults are for the version before.
ALTER TABLE jobs ADD COLUMN needs text[] NOT NULL DEFAULT '{}';
ALTER TABLE workers ADD COLUMN features text[] NOT NULL DEFAULT '{}';

-- Replicas of the version before do not look at these when they give jobs away: here such a job stays where it is.
CREATE FUNCTION keep_from_unable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.needs <@ (SELECT features FROM workers WHERE id = NEW.lease_owner) THEN RETURN NEW; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_from_unable BEFORE UPDATE OF state ON jobs FOR EACH ROW
  WHEN (OLD.state = 'queued' AND NEW.state = 'running' AND NEW.needs <> '{}')
  EXECUTE FUNCTION keep_from_unable();

-- Down Migration

DROP TRIGGER keep_from_unable ON jobs;
DROP FUNCTION keep_from_unable;
ALTER TABLE workers DROP COLUMN features;
ALTER TABLE jobs DROP COLUMN needs;
