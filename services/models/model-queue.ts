import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { QueueEnv } from "../../models/env.ts";
import type { ModelServiceSection, Resources } from "../../config/schema.ts";
import { namespaces, type Cluster, type ModelService } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, metadata, type App, type Endpoint } from "../kit/app.ts";
import type { EnvFor } from "../kit/pods/env.ts";
import { openEdge } from "../kit/network/network.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import type { QueueScaling } from "../kit/scaling/queue-scaler.ts";
import { serviceSpec } from "../kit/workloads/service.ts";
import { Workload } from "../kit/workloads/workload.ts";

const ports = { http: 8000, metrics: 9090 } as const;

/** Beside the workers that ask: the quota of a service's own namespace is for its models. */
function queueApp(name: string): App {
  return { name: `${name}-queue`, namespace: namespaces.workers, component: "model-queue" };
}

/** Where a queue says how much waits for its service. */
export function queueFigures(name: string): Endpoint {
  return endpoint(queueApp(name), ports.metrics);
}

/** What a pod of a queue needs: it keeps no request, and passes bytes on. */
const resources: Resources = {
  requests: { cpu: "20m", memory: "80Mi" },
  limits: { cpu: "500m", memory: "256Mi" },
};

/** Answers that are under way when a pod is stopped. */
const graceSeconds = 120;

/** How KEDA is to be told of what waits. */
export type Scaler = Pick<QueueScaling, "scaler" | "pollingSeconds">;

/** Depth first; the wait finds out what one request for each pod hides, that each takes long. */
export function modelScaling(
  name: string,
  { queue }: Pick<ModelServiceSection, "queue">,
  scaler: Scaler,
): QueueScaling {
  const { host, port } = queueFigures(name);
  const url = `http://${host}:${port}/scaling`;
  return {
    ...scaler,
    triggers: [
      { kind: "figure", url, key: "asked", perPod: queue.requestsForPod },
      { kind: "level", url, key: "waitP95Seconds", target: queue.waitSeconds },
    ],
  };
}

export interface ModelQueueArgs {
  readonly service: ModelService;
  readonly section: Pick<ModelServiceSection, "queue">;
  readonly cluster: Pick<Cluster, "image">;
  readonly logLevel: LogLevel;
  /** A name for the pods that are ready, and their port. */
  readonly pods: Endpoint;
}

/**
 * Stands before the pods of a model service, whichever image they run: requests wait there while there is none, and
 * it knows how many wait and for how long. What it loses when it goes is asked for again.
 */
export class ModelQueue extends Component {
  readonly endpoint: Endpoint;
  readonly metrics: Endpoint;

  constructor(name: string, args: ModelQueueArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "ModelQueue", name, opts);
    const { service, section, pods, logLevel } = args;
    const app = queueApp(pods.app.name);
    this.endpoint = endpoint(app, ports.http);
    this.metrics = endpoint(app, ports.metrics);
    openEdge(`${name}-to-pods`, { from: app, to: pods }, { parent: this });
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata: metadata(app), spec: serviceSpec(app, ports) },
      { parent: this },
    );
    const env = {
      SERVICE: service,
      PODS_HOST: pods.host,
      PODS_PORT: pods.port,
      PORT: ports.http,
      OPS_PORT: ports.metrics,
      REQUESTS_PER_POD: section.queue.atOnce,
      WAITING_LIMIT: section.queue.waitingLimit,
      LOG_LEVEL: logLevel,
    } satisfies EnvFor<QueueEnv>;
    new Workload(
      `${name}-pods`,
      {
        app,
        // One: two would each know half of what waits.
        replicas: 1,
        pod: {
          image: args.cluster.image("model-queue"),
          ports: { ...ports },
          env,
          probes: backendProbes((timing) => http("/healthz", "metrics", timing), 60),
          resources,
          priority: "platform-critical",
          graceSeconds,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
