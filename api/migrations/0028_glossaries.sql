-- Up Migration

-- What the dubs of a project say for its terms; read when a job is submitted.
CREATE TABLE glossaries (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  from_language text NOT NULL,
  to_language text NOT NULL,
  terms jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT glossaries_of_a_pair UNIQUE (project_id, from_language, to_language)
);

-- Those that a job follows, frozen when it was submitted as its lines are; it may have either.
ALTER TABLE dub_scripts ALTER COLUMN lines DROP NOT NULL;
ALTER TABLE dub_scripts ADD COLUMN glossaries jsonb;

-- Down Migration

DELETE FROM dub_scripts WHERE lines IS NULL;
ALTER TABLE dub_scripts DROP COLUMN glossaries;
ALTER TABLE dub_scripts ALTER COLUMN lines SET NOT NULL;
DROP TABLE glossaries;
