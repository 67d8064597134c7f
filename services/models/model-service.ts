import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ModelServiceSection } from "../../config/schema.ts";
import { parseQuantity } from "../../config/units.ts";
import {
  gpuResource,
  modelNamespaces,
  poolLabels,
  type Cluster,
  type ModelService as ServiceName,
  type Priority,
} from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, metadata, type App, type Endpoint } from "../kit/app.ts";
import { openToOutside } from "../kit/network/network.ts";
import { gpuTaints, type Device } from "../kit/pods/placement.ts";
import { http, startWithin, type Probes } from "../kit/pods/probes.ts";
import { scaling } from "../kit/scaling/scaling.ts";
import { serviceSpec } from "../kit/workloads/service.ts";
import { Workload } from "../kit/workloads/workload.ts";
import { modelScaling, type Scaler } from "./model-queue.ts";
import { cacheDirectory, ownImages, portNameOf, presets, type PresetRow } from "./presets.ts";

export interface ModelServiceArgs {
  readonly service: ServiceName;
  readonly section: ModelServiceSection;
  readonly cluster: Pick<Cluster, "pools" | "gpuRuntimeClass" | "image">;
  /** Set: a queue is before the pods, and what waits in it moves their number, down to none. */
  readonly scaler?: Scaler | undefined;
}

/** Seconds in which a request ends that is worked on when a pod is stopped. */
const graceSeconds = 120;

type Gpu = NonNullable<ModelServiceSection["gpu"]>;

function poolsOf({ pools }: ModelServiceArgs["cluster"], gpu: Gpu) {
  return pools.flatMap((pool) => (pool.gpu?.model === gpu ? [pool.gpu] : []));
}

function deviceOf({ section, cluster }: ModelServiceArgs): Device | undefined {
  if (section.gpu === undefined) return undefined;
  return {
    resource: gpuResource,
    nodes: { [poolLabels.gpu]: section.gpu },
    tolerates: gpuTaints,
    runtimeClass: cluster.gpuRuntimeClass,
  };
}

/** By the tier of the pools that have its GPU (seed 004). */
function priorityOf({ section, cluster }: ModelServiceArgs): Priority {
  if (section.gpu === undefined) return "batch-low";
  const isPremium = poolsOf(cluster, section.gpu).some(({ tier }) => tier === "premium");
  return isPremium ? "gpu-premium" : "gpu-standard";
}

/** The most pods that share a GPU of the kind, for which each must leave room. */
function slicesOf({ section, cluster }: ModelServiceArgs): number {
  if (section.gpu === undefined) return 1;
  return Math.max(1, ...poolsOf(cluster, section.gpu).map(({ slicesPerGpu }) => slicesPerGpu));
}

/** A model of gigabytes is minutes away from its first answer, and a busy one answers late. */
function probesOf({ preset, loadSeconds }: ModelServiceSection): Probes {
  const { health } = presets[preset];
  const port = portNameOf(presets[preset]);
  return {
    startup: http(health, port, startWithin(loadSeconds)),
    readiness: http(health, port, { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
    liveness: http(health, port, { periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 }),
  };
}

/** That of the section, or ours: the rules of the config let it be empty where we have one. */
function imageOf({ service, section, cluster }: ModelServiceArgs): string {
  const own = ownImages[service];
  if (section.image !== "" || own === undefined) return section.image;
  return cluster.image(own);
}

function podOf(args: ModelServiceArgs) {
  const { section } = args;
  const { port, env, args: own, threads }: PresetRow = presets[section.preset];
  const cores = Math.max(1, Math.floor(parseQuantity(section.cpu)));
  const amounts = { cpu: section.cpu, memory: section.memory };
  return {
    image: imageOf(args),
    args: [...section.args, ...(section.gpu === undefined ? [] : own(slicesOf(args)))],
    ports: { [portNameOf(presets[section.preset])]: port },
    env: { ...env, ...(threads !== undefined && { [threads]: cores }) },
    scratch: { [cacheDirectory]: section.cache },
    probes: probesOf(section),
    resources: { requests: section.reserved ?? amounts, limits: amounts },
    device: deviceOf(args),
    priority: priorityOf(args),
    graceSeconds,
  };
}

/** Resolves to the addresses of the pods, where a Service with an address of its own would choose among them. */
function namePods(
  name: string,
  { app, preset }: { readonly app: App; readonly preset: PresetRow },
  parent: pulumi.Resource,
): void {
  new k8s.core.v1.Service(
    `${app.name}-pod-names`,
    {
      // It may be without a pod for days.
      metadata: { ...metadata(app, name), annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { ...serviceSpec(app, { [portNameOf(preset)]: preset.port }), clusterIP: "None" },
    },
    { parent },
  );
}

/** One model service, in a namespace with a quota of its own: it holds no credentials, and connects to nothing unless config says so. */
export class ModelService extends Component {
  /** Who calls it opens an edge to it. */
  readonly endpoint: Endpoint;
  /** Where it answers /metrics; undefined where its server may have none. */
  readonly metrics: Endpoint | undefined;
  /** A name for the pods that are ready, for what gives each its work itself. */
  readonly pods: Endpoint;

  constructor(name: string, args: ModelServiceArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "ModelService", name, opts);
    const { service, section } = args;
    const app: App = { name, namespace: modelNamespaces[service], component: "model" };
    const preset: PresetRow = presets[section.preset];
    const { port, isSmall = false } = preset;
    const podsName = `${name}-pods`;
    this.pods = endpoint(app, port, podsName);
    this.endpoint = endpoint(app, port);
    this.metrics = preset.hasMetrics === true ? this.endpoint : undefined;
    new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: isSmall
          ? metadata(app)
          : // It has no ready pod until a node with a GPU has come and loaded gigabytes.
            { ...metadata(app), annotations: { "pulumi.com/skipAwait": "true" } },
        spec: serviceSpec(app, { [portNameOf(preset)]: port }),
      },
      { parent: this },
    );
    if (args.scaler !== undefined) namePods(podsName, { app, preset }, this);
    if (section.downloads) {
      openToOutside(
        `${name}-to-weights`,
        { from: app, ports: [443], ranges: [] },
        { parent: this },
      );
    }
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: section.replicas,
        scaling: scaling.models,
        queue: args.scaler && modelScaling(name, section, args.scaler),
        budget: section.budget,
        awaitPods: isSmall,
        pod: podOf(args),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
