import type { Egress, EgressEvent } from "@framewright/contracts/egress.ts";
import { EgressEvent as EventSchema } from "@framewright/contracts/egress.ts";
import { Value } from "typebox/value";
import { playbackExpiry, signPlayback } from "../keys/playback-token.ts";
import type { PlaybackLinks } from "../jobs/view.ts";
import type { EgressEventRow, EgressRow } from "./rows.ts";

function filesView(row: EgressRow, base: string): Partial<Egress> {
  const { mp4, screenshot, snapshots, request } = row;
  const url = (attempt: number, path: string) => `${base}/a${attempt}/${path}`;
  return {
    ...(row.first_media_at && { playbackUrl: `${base}/index.m3u8` }),
    ...(mp4 && {
      mp4: {
        url: url(mp4.attempt, mp4.path),
        bytes: mp4.bytes,
        durationSeconds: mp4.seconds,
        ...(mp4.frames !== undefined && { frames: mp4.frames }),
      },
    }),
    ...(screenshot && { screenshot: { url: url(screenshot.attempt, screenshot.path) } }),
    ...(request.outputs?.snapshots && {
      snapshots: snapshots.map(({ attempt, path, at }) => ({
        url: url(attempt, path),
        atSeconds: at,
      })),
    }),
  };
}

function timesView(row: EgressRow): Partial<Egress> {
  const { started_at: started, first_media_at: first, finished_at: finished } = row;
  return {
    ...(started && { startedAt: started.toISOString() }),
    ...(first && { firstMediaAt: first.toISOString() }),
    ...(finished && { finishedAt: finished.toISOString() }),
  };
}

/** What a client sees, with addresses that need no key and expire. */
export function egressView(row: EgressRow, links: PlaybackLinks, nowMs = Date.now()): Egress {
  const expiresAt = playbackExpiry(nowMs, links.ttlSeconds);
  const token = signPlayback({ jobId: row.id, expiresAt }, links.secrets[0]);
  const files = filesView(row, `${links.publicUrl}/v1/recordings/${token}`);
  return {
    ...{ id: row.id, kind: row.kind, state: row.state, metadata: row.metadata },
    source: { kind: row.source_kind, host: row.source_host },
    ...(row.region !== null && { region: row.region }),
    attempt: row.attempt,
    createdAt: row.created_at.toISOString(),
    ...timesView(row),
    stopRequested: row.stop_requested,
    ...(row.reason && { reason: row.reason }),
    durationSeconds: row.seconds,
    bytes: Number(row.bytes),
    discontinuities: Math.max(0, row.parts - 1),
    ...files,
    ...(Object.keys(files).length > 0 && { playbackExpiresAt: expiresAt.toISOString() }),
    warnings: row.warnings,
    ...(row.job_id !== null && { jobId: row.job_id }),
  };
}

export function egressEventView(egressId: string, row: EgressEventRow): EgressEvent {
  return Value.Parse(EventSchema, {
    id: Number(row.id),
    type: row.type,
    egressId,
    attempt: row.attempt,
    at: row.created_at.toISOString(),
    ...(row.reason && { reason: row.reason }),
  });
}
