-- Up Migration

-- An upload whose text is burnt into a film is used as one that is a source.
CREATE INDEX jobs_subtitles_upload ON jobs ((edit #>> '{subtitles,input,uploadId}'))
  WHERE edit #>> '{subtitles,input,uploadId}' IS NOT NULL;

-- Down Migration

DROP INDEX jobs_subtitles_upload;
