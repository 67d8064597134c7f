import type * as pulumi from "@pulumi/pulumi";
import type { Tier } from "@framewright/contracts/job.ts";
import type { LogLevel, ReplicaBounds } from "../../config/schema.ts";
import type { WorkerEnv } from "../../worker/env.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import type { App, Endpoint } from "../kit/app.ts";
import { secret, type EnvFor } from "../kit/env.ts";
import { openEdge } from "../kit/network.ts";
import { http, livenessTiming, readinessTiming, startWithin, type Probes } from "../kit/probes.ts";
import { Workload } from "../kit/workload.ts";
import { workerResources, type SizingArgs } from "./resources.ts";

export interface WorkersArgs extends SizingArgs {
  readonly cluster: Cluster;
  readonly api: { readonly endpoint: Endpoint; readonly adminSecret: pulumi.Output<string> };
  readonly broker: { readonly endpoint: Endpoint; readonly url: pulumi.Output<string> };
  readonly objectStore: Endpoint;
  readonly replicas: ReplicaBounds;
  readonly threads: number;
  readonly workDirectory: string;
  readonly drainSeconds: number;
  readonly logLevel: LogLevel;
}

const app: App = { name: "worker-cpu", namespace: namespaces.workers, component: "worker" };
const workDirectory = "/work";
const healthPort = 8080;
/** Seconds to hand jobs back and to close, after the drain. */
const handBackSeconds = 15;

/** The figures of seed 000. The start includes a test encode for each encoder. */
const probes: Probes = {
  startup: http("/health", "health", startWithin(120)),
  readiness: http("/ready", "health", readinessTiming),
  liveness: http("/health", "health", livenessTiming),
};

export function workerClasses(tiers: readonly Tier[]): string {
  return tiers.map((tier) => `cpu.${tier}`).join(",");
}

function workerEnv(args: WorkersArgs) {
  return {
    WORKER_API_URL: `http://${args.api.endpoint.host}:${args.api.endpoint.port}`,
    WORKER_ADMIN_SECRET: secret(args.api.adminSecret),
    AMQP_URL: secret(args.broker.url),
    WORKER_NAME: { field: "metadata.name" },
    WORKER_CLASSES: workerClasses(args.tiers),
    WORKER_SLOTS: args.slots,
    WORKER_ACCEL: "cpu",
    WORK_DIR: workDirectory,
    HEALTH_PORT: healthPort,
    LOG_LEVEL: args.logLevel,
    THREADS: args.threads,
    DRAIN_SECONDS: args.drainSeconds,
  } satisfies EnvFor<WorkerEnv>;
}

/** Workers that encode in software. They hold no credentials but their own broker user. */
export class CpuWorkers extends Component {
  constructor(name: string, args: WorkersArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "CpuWorkers", name, opts);
    const from = app;
    openEdge(`${name}-to-api`, { from, to: args.api.endpoint }, { parent: this });
    openEdge(`${name}-to-broker`, { from, to: args.broker.endpoint }, { parent: this });
    openEdge(`${name}-to-object-store`, { from, to: args.objectStore }, { parent: this });
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: args.replicas,
        pod: {
          image: args.cluster.image("worker"),
          ports: { health: healthPort },
          env: workerEnv(args),
          scratch: { [workDirectory]: args.workDirectory },
          probes,
          resources: workerResources(args),
          priority: "batch-low",
          graceSeconds: args.drainSeconds + handBackSeconds,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
