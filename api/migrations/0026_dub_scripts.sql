-- Up Migration

-- What somebody has corrected of a transcript: a list, all of it at once.
ALTER TABLE transcripts ADD COLUMN corrections jsonb;

-- The lines that a job is to speak, frozen when it was submitted; apart from the job's row, as transcripts are.
CREATE TABLE dub_scripts (
  job_id uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
  lines jsonb NOT NULL
);

-- Down Migration

DROP TABLE dub_scripts;
ALTER TABLE transcripts DROP COLUMN corrections;
