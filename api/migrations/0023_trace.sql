-- Up Migration

-- Where the submission of a job is in its trace (W3C Trace Context): what the job leads to later belongs to it. Null where the
-- submission was not recorded.
ALTER TABLE jobs ADD COLUMN traceparent text CHECK (length(traceparent) = 55);

-- Down Migration

ALTER TABLE jobs DROP COLUMN traceparent;
