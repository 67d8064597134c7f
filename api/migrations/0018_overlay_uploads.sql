-- Up Migration

-- An upload that is the picture of an overlay is used as one that is a source.
CREATE INDEX jobs_overlay_upload ON jobs ((edit #>> '{overlay,input,uploadId}'))
  WHERE edit #>> '{overlay,input,uploadId}' IS NOT NULL;

-- Down Migration

DROP INDEX jobs_overlay_upload;
