import type { Logger } from "pino";
import type { EgressReason, EgressEvent } from "@framewright/contracts/egress.ts";
import type { EgressSourceKind } from "@framewright/contracts/egress-kinds.ts";
import type { Db, Queryable } from "../backends/db.ts";
import type { Notifier } from "../backends/notifier.ts";
import type { ObjectStore } from "../backends/object-store.ts";
import type { Submission } from "../jobs/insert-job.ts";
import type { Profiles } from "../jobs/profiles.ts";

/** How recordings are handed out. */
export interface EgressSettings {
  /** Sources that the stack's recorders take; none where it has no recorders. */
  readonly sources: readonly EgressSourceKind[];
  /** A task that waits for longer times out. */
  readonly queueSeconds: number;
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
}

export interface EgressContext {
  readonly db: Db;
  readonly store: ObjectStore;
  readonly notifier: Notifier;
  readonly profiles: Profiles;
  readonly log: Logger;
  readonly settings: EgressSettings;
  /** After how many days an ended task is deleted with its files; 0 keeps it. */
  readonly retentionDays: number;
  readonly submit: (submission: Submission) => Promise<string>;
}

export interface NewEgressEvent {
  readonly egressId: string;
  readonly type: EgressEvent["type"];
  readonly attempt: number;
  readonly reason?: EgressReason | undefined;
}

/** Call it after the task's row is locked or written: that is what keeps a task's events in order. */
export async function addEgressEvent(client: Queryable, event: NewEgressEvent): Promise<void> {
  await client.query({
    name: "add-egress-event",
    text: "INSERT INTO egress_events (egress_id, type, attempt, reason) VALUES ($1, $2, $3, $4)",
    values: [event.egressId, event.type, event.attempt, event.reason ?? null],
  });
}
