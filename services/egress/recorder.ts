import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { EgressEnv, TicketEnv } from "../../egress/env.ts";
import type { EgressSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";
import type { Endpoint } from "../kit/app.ts";
import { secret, type EnvFor } from "../kit/env.ts";
import type { MediaStore } from "../kit/media-store.ts";
import type { FirstStep } from "../kit/pod.ts";
import { appProbes } from "../kit/probes.ts";

/** What recorders of every kind need. */
export interface RecorderArgs {
  readonly cluster: Pick<Cluster, "image">;
  readonly api: { readonly endpoint: Endpoint; readonly adminSecret: pulumi.Output<string> };
  readonly mediaStore: Pick<MediaStore, "endpoint">;
  /** The way to http and https. */
  readonly proxy: Endpoint;
  readonly section: EgressSection;
  readonly logLevel: LogLevel;
}

/** Seed 003. */
export const healthPort = 8182;
export const workDirectory = "/work";
/** To close what is open after recordings were handed over. */
export const closeSeconds = 15;
export const recorderProbes = appProbes({ port: "metrics", alive: "/healthz", ready: "/readyz" });

const ticketFolder = "/run/framewright";
const ticketFile = `${ticketFolder}/recorder-ticket`;

/** A bucket of the cloud, whose addresses nobody knows: it is reached as everything outside. */
function isOutside({ endpoint: store }: RecorderArgs["mediaStore"]): boolean {
  return !("app" in store);
}

export function recorderEnv({ api, section, logLevel, proxy, mediaStore }: RecorderArgs) {
  const proxyUrl = `http://${proxy.host}:${proxy.port}`;
  return {
    WORKER_API_URL: `http://${api.endpoint.host}:${api.endpoint.port}`,
    POD_NAME: { field: "metadata.name" },
    RECORDER_TICKET_FILE: ticketFile,
    POD_REGION: section.region === "" ? undefined : section.region,
    SOURCE_PROXY: proxyUrl,
    STORE_PROXY: isOutside(mediaStore) ? proxyUrl : undefined,
    WORK_DIR: workDirectory,
    HEALTH_PORT: healthPort,
    LOG_LEVEL: logLevel,
    DRAIN_SECONDS: section.drainSeconds,
  } satisfies Partial<EnvFor<EgressEnv>>;
}

/** Has the admin secret, which the container that reads strangers' streams must not have. */
export function ticketStep({ api }: Pick<RecorderArgs, "api">): FirstStep {
  const env = {
    WORKER_ADMIN_SECRET: secret(api.adminSecret),
    POD_NAME: { field: "metadata.name" },
    RECORDER_TICKET_FILE: ticketFile,
  } satisfies EnvFor<TicketEnv>;
  return { name: "ticket", args: ["egress/ticket.ts"], env, leavesIn: ticketFolder };
}
