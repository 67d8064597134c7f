-- Up Migration

-- An upload by tus has its metadata as the client sent them, and comes in parts as others do (0011_multipart.sql). One request at
-- a time writes to it: `writer`, until `writer_until`, which it puts off while it goes on. `writer_asked`: another request waits
-- for it to end.
ALTER TABLE uploads ADD COLUMN tus_metadata text;
ALTER TABLE uploads ADD COLUMN writer uuid;
ALTER TABLE uploads ADD COLUMN writer_until timestamptz;
ALTER TABLE uploads ADD COLUMN writer_asked boolean NOT NULL DEFAULT false;

-- Beginnings of parts lie beside the file, and go once it is whole.
ALTER TABLE deletions DROP CONSTRAINT deletions_prefix_check;
ALTER TABLE deletions ADD CONSTRAINT deletions_prefix_check
  CHECK (prefix ~ '^(jobs/[0-9a-f-]{36}/|uploads/[0-9a-f-]{36}/[0-9a-f-]{36}([.]tail-)?$)');

-- Down Migration

DELETE FROM deletions WHERE prefix LIKE '%.tail-';
ALTER TABLE deletions DROP CONSTRAINT deletions_prefix_check;
ALTER TABLE deletions ADD CONSTRAINT deletions_prefix_check
  CHECK (prefix ~ '^(jobs/[0-9a-f-]{36}/|uploads/[0-9a-f-]{36}/[0-9a-f-]{36}$)');
ALTER TABLE uploads DROP COLUMN writer_asked, DROP COLUMN writer_until, DROP COLUMN writer, DROP COLUMN tus_metadata;
