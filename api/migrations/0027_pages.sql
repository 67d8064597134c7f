-- Up Migration

-- How a page looked that did not become ready: the path of the picture, and the attempt whose file it is.
ALTER TABLE egress_tasks ADD COLUMN screenshot jsonb;

-- Down Migration

ALTER TABLE egress_tasks DROP COLUMN screenshot;
