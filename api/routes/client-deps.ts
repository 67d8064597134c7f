import type { JobLimits } from "@framewright/contracts/job-limits.ts";
import type { EgressService } from "../egress/client.ts";
import type { GlossaryStore } from "../glossaries/glossary-store.ts";
import type { ClientService } from "../jobs/client-service.ts";
import type { TusUploads } from "../jobs/tus-server.ts";
import type { Planner } from "../jobs/planner.ts";
import type { Profiles } from "../jobs/profiles.ts";
import type { PlaybackLinks } from "../jobs/view.ts";
import type { Callers } from "../keys/callers.ts";
import type { KeyStore } from "../keys/key-store.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { DeliveryStore } from "../webhooks/delivery-store.ts";
import type { EndpointStore } from "../webhooks/endpoint-store.ts";
import type { WorkerAdmin } from "../workers/worker-admin.ts";
import type { Metrics } from "../metrics.ts";
import type { Notifier } from "../backends/notifier.ts";
import type { InputBuckets } from "../backends/input-buckets.ts";
import type { ObjectStore } from "../backends/object-store.ts";
import type { EventStreams } from "./event-streams.ts";

/** What the routes of the client API work with. */
export interface ClientDeps {
  readonly service: ClientService;
  readonly egress: EgressService;
  readonly tus: Pick<TusUploads, "answer">;
  readonly callers: Callers;
  readonly keys: Pick<KeyStore, "create" | "list" | "revoke">;
  readonly projects: ProjectStore;
  readonly glossaries: GlossaryStore;
  readonly webhooks: { readonly endpoints: EndpointStore; readonly deliveries: DeliveryStore };
  readonly workers: WorkerAdmin;
  readonly store: Pick<ObjectStore, "read" | "stat" | "sizes">;
  readonly notifier: Pick<Notifier, "live" | "onJob" | "onKeyRevoked">;
  readonly metrics: Metrics;
  readonly profiles: Profiles;
  readonly planner: Planner;
  readonly inputBuckets: InputBuckets;
  /** What is told of jobs in advance. */
  readonly limits: JobLimits;
  /** Open event streams of jobs and recordings together. */
  readonly streams: EventStreams;
  readonly links: PlaybackLinks;
  /** Ends open event streams, so that their clients go to another replica. */
  readonly closing: AbortSignal;
}
