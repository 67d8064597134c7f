import { parseQuantity } from "../../../../config/units.ts";
import {
  listAt,
  objectAt,
  scalarText,
  textAt,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import { textsOf } from "../pools/inputs.ts";
import { zoneLabel, type Amounts, type Cloud, type NodeShape } from "../pools/pool.ts";
import {
  drainUntilAnnotation,
  poolLabel,
  readyAtAnnotation,
  shapeAnnotation,
} from "./node-object.ts";

/** What of a Node object matters here. */
export interface SimulatedNode {
  readonly name: string;
  readonly pool: string;
  readonly zone: string;
  readonly isReady: boolean;
  readonly isCordoned: boolean;
  readonly readyAt: number;
  readonly drainUntil: number | undefined;
  readonly shapeHash: string;
  readonly shape: NodeShape;
}

function amountsOf(object: JsonObject | undefined): Amounts {
  return Object.fromEntries(
    Object.entries(object ?? {}).map(([key, value]) => [key, parseQuantity(scalarText(value))]),
  );
}

function shapeOf(node: JsonObject, labels: Record<string, string>): NodeShape {
  // What the control plane puts on a node that starts or goes is no property of it.
  const taints = listAt(node, "spec", "taints")
    .map((taint) => ({
      key: textAt(taint, "key") ?? "",
      value: textAt(taint, "value") ?? "",
      effect: textAt(taint, "effect") ?? "",
    }))
    .filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
  return {
    labels,
    taints,
    capacity: amountsOf(objectAt(node, "status", "capacity")),
    allocatable: amountsOf(objectAt(node, "status", "allocatable")),
  };
}

function parse(node: JsonObject, cloud: Cloud): SimulatedNode {
  const labels = textsOf(objectAt(node, "metadata", "labels"));
  const annotations = textsOf(objectAt(node, "metadata", "annotations"));
  const drain = annotations[drainUntilAnnotation];
  const ready = listAt(node, "status", "conditions").find(
    (item) => textAt(item, "type") === "Ready",
  );
  return {
    name: textAt(node, "metadata", "name") ?? "",
    pool: labels[poolLabel[cloud]] ?? "",
    zone: labels[zoneLabel] ?? "",
    isReady: textAt(ready, "status") === "True",
    isCordoned: node["spec"] !== undefined && objectAt(node, "spec")?.["unschedulable"] === true,
    readyAt: Number(annotations[readyAtAnnotation] ?? 0),
    drainUntil: drain === undefined ? undefined : Number(drain),
    shapeHash: annotations[shapeAnnotation] ?? "",
    shape: shapeOf(node, labels),
  };
}

const known = new WeakMap<JsonObject, SimulatedNode>();

/** Taken apart once for each version of a node. */
export function nodeOf(object: JsonObject, cloud: Cloud): SimulatedNode {
  const before = known.get(object);
  if (before !== undefined) return before;
  const node = parse(object, cloud);
  known.set(object, node);
  return node;
}

/** Whether a pod's end is its node's end: those of DaemonSets go where nodes are. */
export function isDaemon(pod: JsonObject): boolean {
  return listAt(pod, "metadata", "ownerReferences").some(
    (owner) => textAt(owner, "kind") === "DaemonSet",
  );
}

/** Whether a pod holds its place on a node. */
export function isActive(pod: JsonObject): boolean {
  return !["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? "");
}
