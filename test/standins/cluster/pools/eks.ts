import { parseQuantity } from "../../../../config/units.ts";
import {
  listAt,
  numberAt,
  objectAt,
  textAt,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import { taintOf, textsOf } from "./inputs.ts";
import { gpusOf, roomOf } from "./machines.ts";
import {
  commonLabels,
  gpu,
  type Amounts,
  type NodePool,
  type NodeShape,
  type PoolExtras,
  type Taint,
} from "./pool.ts";

export interface EksExtras extends PoolExtras {
  /** Size of the root volume, where a launch template has it. */
  readonly diskGi: number | undefined;
}

const cloudLabel = "eks.amazonaws.com";
const templateTag = "k8s.io/cluster-autoscaler/node-template/";
const defaultDiskGi = 20;

/** Tags under a prefix, without it. */
function tagged(inputs: JsonObject, kind: string): [string, string][] {
  const prefix = `${templateTag}${kind}/`;
  return Object.entries(textsOf(objectAt(inputs, "tags")))
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value]);
}

/** A tag's "value:Effect". */
function taintOfTag([key, text]: [string, string]): Taint {
  const [value = "", effect = ""] = text.split(":");
  return { key, value, effect };
}

/**
 * The autoscaler's template of a group without nodes: the machine type's CPU, memory and GPUs, what DescribeNodegroup
 * says, and tags over all (buildNodeFromTemplate in cloudprovider/aws/aws_manager.go). It knows no disk.
 */
function forecastOf(inputs: JsonObject, node: NodeShape, machine: string): NodeShape {
  const { cpu = 0, memory = 0 } = node.capacity;
  const tags = tagged(inputs, "resources").map(
    ([key, value]) => [key, parseQuantity(value)] as const,
  );
  const room: Amounts = {
    cpu,
    memory,
    pods: 110,
    [gpu]: gpusOf("eks", machine),
    ...Object.fromEntries(tags),
  };
  const taints = [...node.taints, ...tagged(inputs, "taint").map(taintOfTag)];
  const labels = { ...node.labels, ...Object.fromEntries(tagged(inputs, "label")) };
  return { labels, taints, capacity: room, allocatable: room };
}

function nodeOf(inputs: JsonObject, extras: EksExtras, machine: string): NodeShape {
  const disk = extras.diskGi ?? numberAt(inputs, "diskSize") ?? defaultDiskGi;
  return {
    labels: {
      ...commonLabels(machine, extras.region),
      [`${cloudLabel}/nodegroup`]: extras.name,
      [`${cloudLabel}/capacityType`]: textAt(inputs, "capacityType") ?? "ON_DEMAND",
      ...textsOf(objectAt(inputs, "labels")),
    },
    taints: listAt(inputs, "taints").map(taintOf),
    ...roomOf("eks", machine, disk),
  };
}

/** What an `aws:eks/nodeGroup:NodeGroup` makes of its nodes. */
export function poolFromEks(inputs: JsonObject, extras: EksExtras): NodePool {
  const given = listAt(inputs, "instanceTypes").filter((type) => typeof type === "string");
  const machines = given.length > 0 ? given : ["t3.medium"];
  const machine = machines[0] ?? "";
  const node = nodeOf(inputs, extras, machine);
  const scaling = objectAt(inputs, "scalingConfig");
  const min = numberAt(scaling, "minSize") ?? 0;
  const hasDriver = (textAt(inputs, "amiType") ?? "").includes("NVIDIA");
  return {
    cloud: "eks",
    name: extras.name,
    group: `eks-${extras.name}-simulated`,
    spot: textAt(inputs, "capacityType") === "SPOT",
    machines,
    // EC2's two minutes.
    noticeSeconds: 120,
    minNodes: min,
    maxNodes: numberAt(scaling, "maxSize") ?? min,
    initialNodes: numberAt(scaling, "desiredSize") ?? min,
    autoscaled: true,
    region: extras.region,
    zones: extras.zones,
    gpus: hasDriver ? gpusOf("eks", machine) : 0,
    node,
    forecast: forecastOf(inputs, node, machine),
  };
}
