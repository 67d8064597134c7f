import type { AttemptView, Job, JobEvent } from "@framewright/contracts/client-api.ts";
import type { JobError, JobKind, SourceInfo } from "@framewright/contracts/job.ts";
import {
  defaultOutputs,
  type JobFiles,
  type OutputResults,
} from "@framewright/contracts/outputs.ts";
import { traceIdOf } from "@framewright/contracts/trace.ts";
import { playbackExpiry, signPlayback } from "../keys/playback-token.ts";
import { editView } from "./edit-inputs.ts";
import { costOf } from "./cost.ts";
import { earlyPath } from "./early-playback.ts";
import type { QueuePlace } from "./queue-place.ts";
import type { AttemptJson, EventRow, JobRow } from "./rows.ts";

export interface PlaybackLinks {
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** The first signs, all are accepted. */
  readonly secrets: readonly [string, ...string[]];
  readonly ttlSeconds: number;
}

/** Without the source, which the job itself shows. */
function errorView({ kind, code, message, detail }: JobError): JobError {
  return { kind, code, message, ...(detail !== undefined && { detail }) };
}

function attemptView(attempt: AttemptJson): AttemptView {
  return {
    number: attempt.number,
    worker: attempt.worker,
    outcome: attempt.outcome,
    startedAt: new Date(attempt.startedAt).toISOString(),
    ...(attempt.finishedAt !== null && {
      finishedAt: new Date(attempt.finishedAt).toISOString(),
    }),
    ...(attempt.error && { error: errorView(attempt.error) }),
  };
}

/** The same with addresses. */
function filesView(results: OutputResults, base: string): JobFiles {
  const { dash, mp4, audio, lipSync, thumbnails, sprite } = results;
  const url = (path: string): string => `${base}/${path}`;
  return {
    ...(dash && { dash: { url: url(dash.path), ...dash } }),
    ...(mp4 && { mp4: { url: url(mp4.path), ...mp4 } }),
    ...(audio && { audio: { url: url(audio.path), ...audio } }),
    ...(lipSync && { lipSync: { url: url(lipSync.path), ...lipSync } }),
    ...(thumbnails && { thumbnails: { baseUrl: `${base}/`, ...thumbnails } }),
    ...(sprite && { sprite: { url: url(sprite.path), ...sprite } }),
  };
}

function publishedStream(
  { id, result }: JobRow,
  links: PlaybackLinks,
  nowMs: number,
): Partial<Job> {
  if (!result) return {};
  const expiresAt = playbackExpiry(nowMs, links.ttlSeconds);
  const token = signPlayback({ jobId: id, expiresAt }, links.secrets[0]);
  const base = `${links.publicUrl}/v1/playback/${token}`;
  return {
    ...(result.master !== undefined && { playbackUrl: `${base}/${result.master}` }),
    ...(result.poster !== undefined && { posterUrl: `${base}/${result.poster}` }),
    playbackExpiresAt: expiresAt.toISOString(),
    durationSeconds: result.durationSeconds,
    renditions: result.renditions,
    ...(result.outputs && { results: filesView(result.outputs, base) }),
    ...(result.audioTracks && { audioTracks: result.audioTracks }),
    ...(result.subtitles && { subtitles: result.subtitles }),
    ...(result.loudness && { loudness: result.loudness }),
    ...(result.dub && { dub: result.dub }),
    warnings: result.warnings ?? [],
    choices: result.choices ?? [],
    checks: result.checks,
    timings: result.timings,
  };
}

/** How far it is, and where one rendition can be played already. */
function runningView(
  { id, state, attempt, progress }: JobRow,
  links: PlaybackLinks,
  nowMs: number,
) {
  if (!progress) return {};
  const { early, ...own } = progress;
  if (!early || state !== "running") return { progress: own };
  const expiresAt = playbackExpiry(nowMs, links.ttlSeconds);
  const token = signPlayback({ jobId: id, expiresAt }, links.secrets[0]);
  const path = earlyPath(attempt, "master.m3u8");
  return { progress: own, earlyPlaybackUrl: `${links.publicUrl}/v1/playback/${token}/${path}` };
}

/** What a succeeded job has to show, by its kind. */
const published = {
  transcode: publishedStream,
} as const satisfies Record<
  JobKind,
  (row: JobRow, links: PlaybackLinks, nowMs: number) => Partial<Job>
>;

/** What the published attempt found in the file, or else the newest of those that failed. */
function sourceOf({ result, attempts }: JobRow): SourceInfo | undefined {
  return result?.source ?? attempts.findLast(({ error }) => error?.source)?.error?.source;
}

/** As the request named it. A URL without its query, which may be a secret. */
function inputView(row: JobRow): Pick<Job, "input" | "uploadId"> {
  const { upload_id: uploadId, source_url: url, source_job: jobId, source_bucket: bucket } = row;
  if (jobId !== null) return { input: { jobId, output: row.source_output ?? "result" } };
  if (uploadId !== null) return { input: { uploadId }, uploadId };
  if (row.source_recording !== null) return { input: { recordingId: row.source_recording } };
  if (bucket !== null) return { input: { bucket, key: row.source_key ?? "" } };
  return { input: { url: url?.replace(/[?#].*$/s, "") } };
}

function times(row: JobRow): Partial<Job> {
  const { created_at, started_at, finished_at } = row;
  return {
    ...(started_at && {
      startedAt: started_at.toISOString(),
      queuedMs: Math.max(0, started_at.getTime() - created_at.getTime()),
    }),
    ...(finished_at && { finishedAt: finished_at.toISOString() }),
  };
}

function placeView(place: QueuePlace | undefined, nowMs: number): Partial<Job> {
  if (!place) return {};
  const { position, startsInMs } = place;
  return {
    queuePosition: position,
    ...(startsInMs !== undefined && {
      estimatedStartAt: new Date(nowMs + startsInMs).toISOString(),
    }),
  };
}

function traceView({ traceparent }: JobRow): Partial<Job> {
  return traceparent === null ? {} : { traceId: traceIdOf(traceparent) };
}

interface ViewOptions {
  readonly place?: QueuePlace | undefined;
  /** @default now */
  readonly nowMs?: number;
}

/** A job as clients see it. */
export function jobView(row: JobRow, links: PlaybackLinks, options: ViewOptions = {}): Job {
  const { place, nowMs = Date.now() } = options;
  const source = sourceOf(row);
  const cost = costOf(row);
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    profile: row.profile,
    ...(row.ladder && { ladder: row.ladder }),
    ...(row.edit && { edit: editView(row.edit) }),
    outputs: row.outputs ?? defaultOutputs,
    priority: row.priority,
    ...inputView(row),
    ...(row.file_name !== null && { fileName: row.file_name }),
    metadata: row.metadata,
    ...(row.deadline && { deadline: row.deadline.toISOString() }),
    createdAt: row.created_at.toISOString(),
    cancelRequested: row.cancel_requested,
    attempts: row.attempts.map(attemptView),
    ...times(row),
    ...placeView(place, nowMs),
    ...runningView(row, links, nowMs),
    ...traceView(row),
    ...(row.error && { error: row.error }),
    ...(source && { source }),
    ...(cost && { cost }),
    ...published[row.kind](row, links, nowMs),
  };
}

export function eventView(jobId: string, row: EventRow): JobEvent {
  return {
    id: Number(row.id),
    type: row.type,
    jobId,
    attempt: row.attempt,
    at: row.created_at.toISOString(),
    ...(row.error && { error: row.error }),
  };
}
