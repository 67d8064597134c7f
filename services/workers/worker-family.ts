import type * as pulumi from "@pulumi/pulumi";
import type { Accel } from "@framewright/contracts/job.ts";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { TicketEnv, WorkerEnv } from "../../worker/env.ts";
import type { InputBucketList, UrlInputSection } from "../../config/schema.ts";
import { parseQuantity } from "../../config/units.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret, type Env, type EnvFor } from "../kit/pods/env.ts";
import { jobLimitsEnv, type JobLimitsSection } from "../kit/settings/job-limits.ts";
import { mediaStorePart, type MediaStore } from "../kit/backends/media-store.ts";
import type { FirstStep } from "../kit/pods/pod.ts";
import { authoritiesOf } from "../kit/tls/inside-tls.ts";
import { openToInputBuckets } from "../kit/backends/input-buckets.ts";
import { openEdge, openToOutside, openWay } from "../kit/network/network.ts";
import { openToTraces, tracesEnv, type Traces } from "../kit/settings/traces.ts";
import { urlInputEnv } from "../kit/settings/url-input.ts";
import { appProbes } from "../kit/pods/probes.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import { Workload } from "../kit/workloads/workload.ts";
import { classesOf, workloadOf, type Flavour } from "./flavours.ts";
import { workerQueue, type WorkerQueueArgs } from "./queue.ts";

export interface WorkerFamilyArgs {
  readonly cluster: Pick<Cluster, "image" | "userNamespaces">;
  readonly api: { readonly endpoint: Endpoint; readonly adminSecret: SecretText };
  readonly broker: {
    readonly endpoint: Endpoint;
    readonly url: SecretText;
    readonly ca?: pulumi.Output<string> | undefined;
  };
  readonly mediaStore: Pick<MediaStore, "endpoint" | "ca">;
  readonly flavour: Flavour;
  readonly logLevel: LogLevel;
  readonly limits: JobLimitsSection;
  readonly urlInput: UrlInputSection;
  readonly traces?: Traces | undefined;
  readonly inputBuckets: InputBucketList;
  /** Set: what waits for them moves their number. */
  readonly queue?: WorkerQueueArgs | undefined;
  /** What dubs are made with; without it these workers make none. */
  readonly models?: DubModels | undefined;
}

/** The services that hear, translate and speak, and one that moves lips where there is one. */
interface DubModels {
  readonly endpoints: Readonly<Record<"stt" | "mt" | "tts", Endpoint>> & {
    readonly "lip-sync"?: Endpoint;
  };
  /** Lines that a worker has spoken side by side. */
  readonly linesAtOnce: number;
  /** Pieces of a film whose lips are moved side by side. */
  readonly piecesAtOnce: number;
}

function modelEnv(models: DubModels | undefined) {
  if (models === undefined) return {};
  const url = ({ host, port }: Endpoint): string => `http://${host}:${port}`;
  const { stt, mt, tts, "lip-sync": lips } = models.endpoints;
  return {
    ...{ STT_URL: url(stt), MT_URL: url(mt), TTS_URL: url(tts) },
    DUB_LINES_AT_ONCE: models.linesAtOnce,
    ...(lips && { LIP_SYNC_URL: url(lips), LIP_SYNC_AT_ONCE: models.piecesAtOnce }),
  };
}

const workDirectory = "/work";
const healthPort = 8080;
const ticketFolder = "/run/framewright";
const ticketFile = `${ticketFolder}/worker-ticket`;

/**
 * A worker answers before it has proven its encoders. No request is sent to it, so that a look costs nothing but itself: at the seed's
 * ten seconds, a worker that is ready waited five of them on average to be called so.
 */
const probes = appProbes({ port: "health", alive: "/health", ready: "/ready", readyEvery: 2 });

/** The component types of the flavours; Pulumi makes them part of every name under them. */
const typeNames = {
  cpu: "CpuWorkers",
  nvenc: "NvencWorkers",
  vaapi: "VaapiWorkers",
} as const satisfies Record<Accel, string>;

/** By upload or by URL, whichever is larger. */
function largestSource({ maxUploadBytes }: JobLimitsSection, url: UrlInputSection): number {
  const sources = [maxUploadBytes, ...(url.enabled ? [url.maxBytes] : [])];
  return Math.max(...sources.map(parseQuantity));
}

function workerEnv(args: WorkerFamilyArgs): Env {
  const { api, broker, flavour, limits, urlInput, logLevel } = args;
  const own = {
    WORKER_API_URL: `http://${api.endpoint.host}:${api.endpoint.port}`,
    WORKER_TICKET_FILE: ticketFile,
    AMQP_URL: secret(broker.url),
    AMQP_CA_FILE: authoritiesOf("broker", broker.ca).path,
    WORKER_NAME: { field: "metadata.name" },
    WORKER_CLASSES: classesOf(flavour).join(","),
    WORKER_SLOTS: flavour.slots,
    WORKER_ACCEL: flavour.accel,
    WORK_DIR: workDirectory,
    WORK_DIR_BYTES: parseQuantity(flavour.workDirectory),
    MEDIA_SANDBOX: flavour.sandbox,
    HEALTH_PORT: healthPort,
    LOG_LEVEL: logLevel,
    MAX_SOURCE_BYTES: largestSource(limits, urlInput),
    ...jobLimitsEnv(limits),
    ...urlInputEnv(urlInput),
    THREADS: flavour.threads,
    DRAIN_SECONDS: flavour.stop.drainSeconds,
    ...modelEnv(args.models),
    ...tracesEnv(args.traces),
  } satisfies EnvFor<WorkerEnv>;
  return { ...own, ...flavour.deviceEnv };
}

/** Has the admin secret, which the container that decodes strangers' files must not have. */
function ticketStep({ api }: WorkerFamilyArgs): FirstStep {
  const env = {
    WORKER_ADMIN_SECRET: secret(api.adminSecret),
    WORKER_NAME: { field: "metadata.name" },
    WORKER_TICKET_FILE: ticketFile,
  } satisfies EnvFor<TicketEnv>;
  return { name: "ticket", args: ["worker/ticket.ts"], env, leavesIn: ticketFolder };
}

/** Workers of one flavour: all encode by the same means. They hold no credentials but their own broker user. */
export class WorkerFamily extends Component {
  readonly metrics: Endpoint;

  constructor(name: string, args: WorkerFamilyArgs, opts: pulumi.ComponentResourceOptions) {
    const { flavour } = args;
    super("services", typeNames[flavour.accel], name, opts);
    const from: App = {
      name: workloadOf(flavour),
      namespace: namespaces.workers,
      component: "worker",
    };
    this.metrics = endpoint(from, healthPort);
    openEdge(`${name}-to-api`, { from, to: args.api.endpoint }, { parent: this });
    openEdge(`${name}-to-broker`, { from, to: args.broker.endpoint }, { parent: this });
    openWay(`${name}-to-object-store`, { from, to: args.mediaStore.endpoint }, { parent: this });
    openToTraces(name, { from, traces: args.traces }, this);
    const { enabled, ports, ranges } = args.urlInput;
    // To where clients have their files.
    if (enabled) openToOutside(`${name}-to-sources`, { from, ports, ranges }, { parent: this });
    for (const [model, to] of Object.entries(args.models?.endpoints ?? {})) {
      openEdge(`${name}-to-${model}`, { from, to }, { parent: this });
    }
    openToInputBuckets(name, { from, buckets: args.inputBuckets }, this);
    const store = mediaStorePart(args.mediaStore);
    new Workload(
      `${name}-pods`,
      {
        app: from,
        replicas: flavour.replicas,
        scaling: flavour.scaling,
        queue: args.queue && workerQueue(args.queue, flavour),
        budget: flavour.budget,
        // Such pools grow from nothing when a pod asks for a node.
        awaitPods: flavour.device === undefined && flavour.nodes === undefined,
        pod: {
          image: args.cluster.image("worker"),
          ports: { health: healthPort },
          env: { ...workerEnv(args), ...store.env },
          files: { ...authoritiesOf("broker", args.broker.ca).files, ...store.files },
          first: ticketStep(args),
          scratch: { [workDirectory]: flavour.workDirectory },
          probes,
          resources: flavour.resources,
          device: flavour.device,
          nodes: flavour.nodes,
          priority: flavour.priority,
          ownUsers: args.cluster.userNamespaces,
          // A job that is handed back begins again. Idle workers leave with the next scale-in, and then their node.
          stays: true,
          graceSeconds: flavour.stop.graceSeconds,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
