import type { AttemptView, Job, JobEvent } from "@framewright/contracts/client-api.ts";
import { playbackExpiry, signPlayback } from "../keys/playback-token.ts";
import type { AttemptJson, EventRow, JobRow } from "./rows.ts";

export interface PlaybackLinks {
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly secret: string;
  readonly ttlSeconds: number;
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
    ...(attempt.error && { error: attempt.error }),
  };
}

function published({ id, result }: JobRow, links: PlaybackLinks, nowMs: number): Partial<Job> {
  if (!result) return {};
  const expiresAt = playbackExpiry(nowMs, links.ttlSeconds);
  const token = signPlayback({ jobId: id, expiresAt }, links.secret);
  const base = `${links.publicUrl}/v1/playback/${token}`;
  return {
    playbackUrl: `${base}/${result.master}`,
    posterUrl: `${base}/${result.poster}`,
    playbackExpiresAt: expiresAt.toISOString(),
    durationSeconds: result.durationSeconds,
    source: result.source,
    renditions: result.renditions,
    checks: result.checks,
    timings: result.timings,
  };
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

/** A job as clients see it. */
export function jobView(row: JobRow, links: PlaybackLinks, nowMs: number = Date.now()): Job {
  return {
    id: row.id,
    state: row.state,
    profile: row.profile,
    priority: row.priority,
    uploadId: row.upload_id,
    createdAt: row.created_at.toISOString(),
    cancelRequested: row.cancel_requested,
    attempts: row.attempts.map(attemptView),
    ...times(row),
    ...(row.progress && { progress: row.progress }),
    ...(row.error && { error: row.error }),
    ...published(row, links, nowMs),
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
