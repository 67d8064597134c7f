import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { EgressEnv, TicketEnv } from "../../egress/env.ts";
import type { EgressSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";
import type { App, Endpoint } from "../kit/app.ts";
import { secret, type EnvFor } from "../kit/pods/env.ts";
import { mediaStorePart, type MediaStore } from "../kit/backends/media-store.ts";
import { openEdge } from "../kit/network/network.ts";
import type { FirstStep, PodArgs } from "../kit/pods/pod.ts";
import { opsProbes } from "../kit/pods/probes.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";

/** What recorders of every kind need. */
export interface RecorderArgs {
  readonly cluster: Pick<Cluster, "image" | "userNamespaces">;
  readonly api: { readonly endpoint: Endpoint; readonly adminSecret: SecretText };
  readonly mediaStore: Pick<MediaStore, "endpoint" | "ca">;
  /** The way to http and https. */
  readonly proxy: Endpoint;
  readonly section: EgressSection;
  readonly logLevel: LogLevel;
}

/** Seed 003. */
export const healthPort = 8182;
const workDirectory = "/work";
/** To close what is open after recordings were handed over. */
const closeSeconds = 15;

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
function ticketStep({ api }: Pick<RecorderArgs, "api">): FirstStep {
  const env = {
    WORKER_ADMIN_SECRET: secret(api.adminSecret),
    POD_NAME: { field: "metadata.name" },
    RECORDER_TICKET_FILE: ticketFile,
  } satisfies EnvFor<TicketEnv>;
  return { name: "ticket", args: ["egress/ticket.ts"], env, leavesIn: ticketFolder };
}

/** What the pods of recorders of every kind have in common. */
export function recorderPod(args: RecorderArgs, scratch: string) {
  return {
    files: mediaStorePart(args.mediaStore).files,
    ports: { metrics: healthPort },
    first: ticketStep(args),
    scratch: { [workDirectory]: scratch },
    probes: opsProbes,
    priority: "platform-critical",
    ownUsers: args.cluster.userNamespaces,
    // A recording that is handed over has a gap.
    stays: true,
    graceSeconds: args.section.drainSeconds + closeSeconds,
  } as const satisfies Partial<PodArgs>;
}

/** The ways of recorders of every kind: to the API, to the proxy, and to a store that is in the cluster. */
export function openRecorderWays(
  name: string,
  { from, api, proxy, mediaStore }: RecorderArgs & { readonly from: App },
  opts: pulumi.CustomResourceOptions,
): void {
  openEdge(`${name}-to-api`, { from, to: api.endpoint }, opts);
  openEdge(`${name}-to-proxy`, { from, to: proxy }, opts);
  const store = mediaStore.endpoint;
  if ("app" in store) openEdge(`${name}-to-object-store`, { from, to: store }, opts);
}
