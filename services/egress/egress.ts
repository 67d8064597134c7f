import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { EgressEnv, TicketEnv } from "../../egress/env.ts";
import type { EgressSection } from "../../config/schema.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret, type EnvFor } from "../kit/env.ts";
import { recordedSources } from "../kit/recorded-sources.ts";
import type { MediaStore } from "../kit/media-store.ts";
import { openEdge, openToOutside } from "../kit/network.ts";
import type { FirstStep } from "../kit/pod.ts";
import { appProbes } from "../kit/probes.ts";
import { scaling } from "../kit/scaling.ts";
import { Workload } from "../kit/workload.ts";
import type { LivekitServer } from "./livekit.ts";
import { egressQueue, type EgressQueueArgs } from "./queue.ts";

export interface EgressArgs {
  readonly cluster: Pick<Cluster, "image">;
  readonly api: { readonly endpoint: Endpoint; readonly adminSecret: pulumi.Output<string> };
  readonly mediaStore: Pick<MediaStore, "endpoint">;
  /** The way to http and https. */
  readonly proxy: Endpoint;
  /** Whose rooms are recorded. */
  readonly livekit?: LivekitServer | undefined;
  readonly section: EgressSection;
  readonly logLevel: LogLevel;
  /** Set: used slots move their number, beside their load. */
  readonly queue?: EgressQueueArgs | undefined;
}

const app: App = { name: "egress", namespace: namespaces.workers, component: "egress" };
/** Seed 003. */
const healthPort = 8182;
const workDirectory = "/work";
const ticketFolder = "/run/framewright";
const ticketFile = `${ticketFolder}/recorder-ticket`;
const probes = appProbes({ port: "metrics", alive: "/healthz", ready: "/readyz" });
/** To close what is open after recordings were handed over. */
const closeSeconds = 15;

/** A bucket of the cloud, whose addresses nobody knows: it is reached as everything outside. */
function isOutside({ endpoint: store }: EgressArgs["mediaStore"]): boolean {
  return !("app" in store);
}

function livekitEnv(livekit: LivekitServer | undefined) {
  if (livekit === undefined) return {};
  return {
    LIVEKIT_URL: livekit.url,
    LIVEKIT_API_KEY: secret(livekit.apiKey),
    LIVEKIT_API_SECRET: secret(livekit.apiSecret),
    LIVEKIT_MEDIA_PORT: livekit.media.port,
  };
}

function egressEnv({ api, section, logLevel, proxy, mediaStore, livekit }: EgressArgs) {
  const { slots, tcpPorts, udpPorts, ranges, region, drainSeconds } = section;
  const proxyUrl = `http://${proxy.host}:${proxy.port}`;
  return {
    WORKER_API_URL: `http://${api.endpoint.host}:${api.endpoint.port}`,
    POD_NAME: { field: "metadata.name" },
    RECORDER_TICKET_FILE: ticketFile,
    POD_WORKERS: slots,
    POD_REGION: region === "" ? undefined : region,
    SOURCE_KINDS: recordedSources(section).join(","),
    SOURCE_PORTS: [...tcpPorts, ...udpPorts].join(","),
    SOURCE_RANGES: ranges.length === 0 ? undefined : ranges.join(","),
    SOURCE_PROXY: proxyUrl,
    STORE_PROXY: isOutside(mediaStore) ? proxyUrl : undefined,
    WORK_DIR: workDirectory,
    HEALTH_PORT: healthPort,
    LOG_LEVEL: logLevel,
    DRAIN_SECONDS: drainSeconds,
    ...livekitEnv(livekit),
  } satisfies EnvFor<EgressEnv>;
}

/** Has the admin secret, which the container that reads strangers' streams must not have. */
function ticketStep({ api }: EgressArgs): FirstStep {
  const env = {
    WORKER_ADMIN_SECRET: secret(api.adminSecret),
    POD_NAME: { field: "metadata.name" },
    RECORDER_TICKET_FILE: ticketFile,
  } satisfies EnvFor<TicketEnv>;
  return { name: "ticket", args: ["egress/ticket.ts"], env, leavesIn: ticketFolder };
}

/** Recorders of live streams. They have no database, broker or bucket, and connect where clients say. */
export class Egress extends Component {
  readonly metrics: Endpoint = endpoint(app, healthPort);

  constructor(name: string, args: EgressArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Egress", name, opts);
    const { section } = args;
    const { tcpPorts, udpPorts, ranges, drainSeconds } = section;
    const child = { parent: this };
    const from = app;
    openEdge(`${name}-to-api`, { from, to: args.api.endpoint }, child);
    openEdge(`${name}-to-proxy`, { from, to: args.proxy }, child);
    const store = args.mediaStore.endpoint;
    if ("app" in store) openEdge(`${name}-to-object-store`, { from, to: store }, child);
    args.livekit?.openTo(name, from, this);
    openToOutside(`${name}-to-streams`, { from, ports: tcpPorts, ranges }, child);
    const udp = { from, ports: udpPorts, ranges, protocol: "UDP" } as const;
    openToOutside(`${name}-to-streams-udp`, udp, child);
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: section.replicas,
        scaling: scaling.egress,
        queue: args.queue && egressQueue(args.queue, section),
        budget: section.budget,
        pod: {
          image: args.cluster.image("egress"),
          ports: { metrics: healthPort },
          env: egressEnv(args),
          first: ticketStep(args),
          scratch: { [workDirectory]: section.workDirectory },
          probes,
          resources: section.resources,
          priority: "platform-critical",
          // A recording that is handed over has a gap.
          stays: true,
          graceSeconds: drainSeconds + closeSeconds,
        },
      },
      child,
    );
    this.registerOutputs({});
  }
}
