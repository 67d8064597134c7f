import { text } from "node:stream/consumers";
import type { JobError } from "@framewright/contracts/job.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import type { ObjectStore, Side } from "../backends/object-store.ts";
import { readMediaPlaylist } from "../results/read-playlist.ts";
import { changedSince, requireObject } from "./bucket-sources.ts";
import type { EngineContext } from "./context.ts";
import { mediaOf } from "./result-media.ts";
import { attemptPrefix, recordingPrefix, type SourceColumns, type StoredResult } from "./rows.ts";

/** A source may be large and the link slow; a URL opens one object. */
const sourceUrlSeconds = 6 * 3600;
/** Of the two playlists, in milliseconds. */
const readMs = 10_000;

/** What a claim reads of the job's source. */
export interface LeasedSource extends Omit<SourceColumns, "upload_id"> {
  readonly id: string;
  readonly project_id: string;
  /** Of a job that works on an upload. */
  readonly object_key: string | null;
  readonly size_bytes: string | null;
}

/** The source, or why it cannot be had any more. */
export type FoundSource = { readonly source: Lease["source"] } | { readonly error: JobError };

type Track = Extract<Lease["source"], { tracks: unknown }>["tracks"][number];

interface Place {
  readonly store: ObjectStore;
  readonly side: Side;
}

/** The files of a media playlist of ours in their order, each with a URL. */
async function trackOf({ store, side }: Place, prefix: string, playlist: string): Promise<Track> {
  const signal = AbortSignal.timeout(readMs);
  const found = await store.read(`${prefix}${playlist}`, { signal });
  if (found === undefined || typeof found === "string") {
    throw new Error(`${prefix}${playlist} is not in the object store`);
  }
  const { map, segments } = readMediaPlaylist(await text(found.body));
  const folder = `${prefix}${playlist.slice(0, playlist.lastIndexOf("/") + 1)}`;
  const sizes = await store.sizes(folder, signal);
  const files = [...(map === undefined ? [] : [map]), ...segments].map(async (name) => {
    const sizeBytes = sizes.get(name);
    if (sizeBytes === undefined) throw new Error(`${folder}${name} is not in the object store`);
    return {
      url: await store.presignGet(side, `${folder}${name}`, sourceUrlSeconds),
      sizeBytes,
    };
  });
  return { files: await Promise.all(files) };
}

async function fromResult(
  { db, store }: EngineContext,
  jobId: string,
  side: Side,
): Promise<FoundSource> {
  const { rows } = await db.query<{ result: StoredResult; published_attempt: number }>({
    name: "result-of-job",
    text: "SELECT result, published_attempt FROM jobs WHERE id = $1 AND state = 'succeeded'",
    values: [jobId],
  });
  const [row] = rows;
  if (!row) {
    const message = `Job ${jobId}, whose result this job works on, is not there any more`;
    return { error: { kind: "input", code: "earlier-job-gone", message } };
  }
  const media = mediaOf(row.result);
  if (!media) throw new Error(`job ${jobId} has a result without film and sound`);
  const prefix = attemptPrefix(jobId, row.published_attempt);
  if ("path" in media) {
    const url = await store.presignGet(side, `${prefix}${media.path}`, sourceUrlSeconds);
    return { source: { url, sizeBytes: media.sizeBytes } };
  }
  const tracks = await Promise.all(
    media.playlists.map((playlist) => trackOf({ store, side }, prefix, playlist)),
  );
  return { source: { tracks } };
}

async function fromRecording(
  { db, store }: EngineContext,
  recordingId: string,
  side: Side,
): Promise<FoundSource> {
  const { rows } = await db.query<{ mp4: { path: string; bytes: number; attempt: number } }>({
    name: "film-of-recording",
    text: "SELECT mp4 FROM egress_tasks WHERE id = $1 AND mp4 IS NOT NULL",
    values: [recordingId],
  });
  const [row] = rows;
  if (!row) {
    const message = `Recording ${recordingId}, which this job works on, is not there any more`;
    return { error: { kind: "input", code: "recording-gone", message } };
  }
  const key = `${recordingPrefix(recordingId, row.mp4.attempt)}${row.mp4.path}`;
  const url = await store.presignGet(side, key, sourceUrlSeconds);
  return { source: { url, sizeBytes: row.mp4.bytes } };
}

async function fromBucket(
  context: EngineContext,
  projectId: string,
  named: { readonly bucket: string; readonly key: string },
): Promise<FoundSource> {
  try {
    const { sizeBytes, bucket } = await requireObject(context, projectId, named);
    const url = await bucket.store.presignGet("inside", named.key, sourceUrlSeconds);
    return { source: { url, sizeBytes } };
  } catch (error) {
    const changed = changedSince(error);
    if (changed) return { error: changed };
    throw error;
  }
}

/** What the worker fetches, with addresses that open it and nothing else. */
export async function leasedSource(
  context: EngineContext,
  row: LeasedSource,
  side: Side,
): Promise<FoundSource> {
  const { source_url: externalUrl, object_key: objectKey } = row;
  if (externalUrl !== null) return { source: { externalUrl } };
  const { source_bucket: bucket, source_key: key } = row;
  if (bucket !== null && key !== null) return fromBucket(context, row.project_id, { bucket, key });
  if (objectKey !== null) {
    const url = await context.store.presignGet(side, objectKey, sourceUrlSeconds);
    return { source: { url, sizeBytes: Number(row.size_bytes) } };
  }
  if (row.source_recording !== null) return fromRecording(context, row.source_recording, side);
  if (row.source_job !== null) return fromResult(context, row.source_job, side);
  throw new Error(`job ${row.id} has no source`);
}
