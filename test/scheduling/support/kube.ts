import { setTimeout as sleep } from "node:timers/promises";
import { KubernetesObjectApi, PatchStrategy } from "@kubernetes/client-node";
import { listAt, objectAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Api } from "../../standins/cluster/api/api.ts";
import { apiOf, type ClusterAccess } from "../../standins/cluster/cluster.ts";
import { textsOf } from "../../standins/cluster/pools/inputs.ts";

const pollMs = 100;

/** What became of a pod. */
export interface Seen {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly node: string | undefined;
  /** What the scheduler says of a pod without a node. */
  readonly refusal: string | undefined;
  /** What became of a pod that its node refused. */
  readonly failure: string | undefined;
}

export interface SeenNode {
  readonly name: string;
  readonly pool: string;
  readonly zone: string;
  readonly isReady: boolean;
  readonly slices: number;
}

function seenPod(pod: JsonObject): Seen {
  const scheduled = listAt(pod, "status", "conditions").find(
    (condition) => textAt(condition, "type") === "PodScheduled",
  );
  return {
    name: textAt(pod, "metadata", "name") ?? "",
    namespace: textAt(pod, "metadata", "namespace") ?? "",
    labels: textsOf(objectAt(pod, "metadata", "labels")),
    phase: textAt(pod, "status", "phase") ?? "",
    node: textAt(pod, "spec", "nodeName"),
    refusal: textAt(scheduled, "message"),
    failure: textAt(pod, "status", "message"),
  };
}

function seenNode(node: JsonObject): SeenNode {
  const labels = textsOf(objectAt(node, "metadata", "labels"));
  const conditions = listAt(node, "status", "conditions");
  return {
    name: textAt(node, "metadata", "name") ?? "",
    pool: labels["framewright.dev/pool"] ?? "",
    zone: labels["topology.kubernetes.io/zone"] ?? "",
    isReady: conditions.some(
      (item) => textAt(item, "type") === "Ready" && textAt(item, "status") === "True",
    ),
    slices: Number(textAt(node, "status", "allocatable", "nvidia.com/gpu") ?? 0),
  };
}

/** A simulated cluster, as a test looks at it. */
export class Kube {
  readonly api: Api;
  readonly #objects: KubernetesObjectApi;

  constructor(access: ClusterAccess) {
    this.api = apiOf(access);
    this.#objects = KubernetesObjectApi.makeApiClient(this.api.config);
  }

  async apply(...objects: JsonObject[]): Promise<void> {
    const strategy = PatchStrategy.ServerSideApply;
    for (const object of objects) {
      await this.#objects.patch(object, undefined, undefined, "test", true, strategy);
    }
  }

  async pods(namespace?: string): Promise<Seen[]> {
    const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
    return (await this.api.list(`/api/v1${scope}/pods`)).map(seenPod);
  }

  async nodes(pool?: string): Promise<SeenNode[]> {
    const nodes = (await this.api.list("/api/v1/nodes")).map(seenNode);
    return nodes.filter((node) => pool === undefined || node.pool === pool);
  }

  async cordon(node: string, isCordoned: boolean): Promise<void> {
    await this.api.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable: isCordoned } });
  }

  async deletePod(namespace: string, name: string): Promise<void> {
    await this.api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`);
  }
}

/** Waits until something holds, and says what it last saw when it does not. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  seconds = 30,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) {
      const shown = JSON.stringify(seen).slice(0, 2000);
      throw new Error(`${what}: not after ${seconds.toString()} s; seen: ${shown}`);
    }
    await sleep(pollMs);
  }
}

/** Looks on for a while, and throws as soon as something no longer holds. */
export async function holdsFor<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  seconds: number,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const seen = await look();
    if (!holds(seen)) throw new Error(`${what}: ${JSON.stringify(seen).slice(0, 2000)}`);
    await sleep(pollMs);
  }
}
