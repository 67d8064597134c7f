-- Up Migration

-- What a project stores has the files beside the segments too; results of earlier versions have none.
CREATE OR REPLACE FUNCTION output_bytes(result jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum((file ->> 'bytes')::numeric), 0)::bigint FROM (
    SELECT jsonb_array_elements(
      coalesce(result -> 'renditions', '[]') || coalesce(result -> 'audioTracks', '[]')) AS file
    UNION ALL SELECT value FROM jsonb_each(coalesce(result -> 'outputs', '{}'))) AS files
$$;

-- Down Migration

CREATE OR REPLACE FUNCTION output_bytes(result jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum((file ->> 'bytes')::numeric), 0)::bigint FROM jsonb_array_elements(
    coalesce(result -> 'renditions', '[]') || coalesce(result -> 'audioTracks', '[]')) AS file
$$;
