-- Up Migration

-- The lines of a dub. They are apart from the job's row, which is read far more often and must stay small.
CREATE TABLE transcripts (
  job_id uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
  lines jsonb NOT NULL
);

-- Down Migration

DROP TABLE transcripts;
