-- Up Migration

-- The newest connection by which a worker says that it is there (api/workers/connections.ts).
ALTER TABLE workers ADD COLUMN connection_id uuid;

-- Down Migration

ALTER TABLE workers DROP COLUMN connection_id;
