import type { CreateEgress, EgressReason, EgressState } from "@framewright/contracts/egress.ts";
import type { EgressKind, EgressSourceKind } from "@framewright/contracts/egress-kinds.ts";
import type { EgressComplete } from "@framewright/contracts/recorder-api.ts";
import type { Metadata } from "@framewright/contracts/job-request.ts";

/** The request without what has columns of its own. */
export type EgressRequest = Omit<CreateEgress, "source" | "metadata" | "kind" | "region">;

export interface EgressRow {
  readonly id: string;
  readonly kind: EgressKind;
  readonly source_kind: EgressSourceKind;
  readonly source_host: string;
  readonly region: string | null;
  readonly request: EgressRequest;
  readonly metadata: Metadata;
  readonly state: EgressState;
  readonly attempt: number;
  readonly stop_requested: boolean;
  readonly reason: EgressReason | null;
  readonly seconds: number;
  readonly bytes: string;
  readonly first_media_at: Date | null;
  /** With the attempt whose file it is. */
  readonly mp4: (NonNullable<EgressComplete["mp4"]> & { readonly attempt: number }) | null;
  /** Of a page that did not become ready, with the attempt whose file it is. */
  readonly screenshot: { readonly attempt: number; readonly path: string } | null;
  readonly warnings: string[];
  readonly job_id: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  /** Initialisation segments that it has. */
  readonly parts: number;
  readonly snapshots: readonly SnapshotJson[];
}

export interface SnapshotJson {
  readonly attempt: number;
  readonly path: string;
  readonly at: number;
}

export function egressColumns(shownSnapshots: number): string {
  return `t.id, t.kind, t.source_kind, t.source_host, t.region, t.request, t.metadata, t.state, t.attempt,
    t.stop_requested, t.reason, t.seconds, t.bytes, t.first_media_at, t.mp4, t.screenshot, t.warnings, t.job_id, t.created_at,
    t.started_at, t.finished_at,
    (SELECT count(*)::int FROM (SELECT DISTINCT attempt, part FROM egress_segments WHERE egress_id = t.id) AS p) AS parts,
    coalesce((SELECT json_agg(s) FROM (SELECT attempt, path, at_seconds AS at FROM egress_snapshots
      WHERE egress_id = t.id ORDER BY at_seconds DESC LIMIT ${shownSnapshots}) AS s), '[]') AS snapshots`;
}

export function egressPrefix(egressId: string): string {
  return `egress/${egressId}/`;
}

export interface EgressEventRow {
  readonly id: string;
  readonly type: string;
  readonly attempt: number;
  readonly reason: EgressReason | null;
  readonly created_at: Date;
}

export interface SegmentRow {
  readonly attempt: number;
  readonly part: number;
  readonly path: string;
  readonly init_path: string;
  readonly seconds: number;
  readonly at: Date;
}
