-- Up Migration

-- A worker that registers again is another worker; the row of the earlier one stays for the history of its attempts.
-- The name is unique among all rows as long as the version before runs beside, so the ended row gives its name up.
ALTER TABLE workers ADD COLUMN ended_at timestamptz;

-- Down Migration

ALTER TABLE workers DROP COLUMN ended_at;
