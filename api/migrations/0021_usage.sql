-- Up Migration

-- What an attempt used, as its worker measured it, with what that cost at the prices of the time.
ALTER TABLE attempts ADD COLUMN usage jsonb;

-- Down Migration

ALTER TABLE attempts DROP COLUMN usage;
