import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";
import type { NodePool, NodeShape } from "../pools/pool.ts";
import { planGrowth, type PoolState } from "./growth.ts";
import { needsOf } from "./needs.ts";
import { byComputeClass, byPriority, leastWaste, parsePriorities } from "./preferences.ts";
import { Bin } from "./room.ts";

const gi = 2 ** 30;

function shape(labels: Record<string, string> = {}, gpus = 0): NodeShape {
  const room = { cpu: 8, memory: 32 * gi, pods: 110, "nvidia.com/gpu": gpus };
  const taints =
    gpus > 0 ? [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] : [];
  return { labels, taints, capacity: room, allocatable: room };
}

function state(name: string, more: Partial<NodePool> & { node?: NodeShape } = {}): PoolState {
  const node = more.node ?? shape();
  const pool: NodePool = {
    cloud: "eks",
    name,
    group: `eks-${name}-simulated`,
    noticeSeconds: 15,
    spot: false,
    machines: ["m6i.xlarge"],
    minNodes: 0,
    maxNodes: 4,
    initialNodes: 0,
    autoscaled: true,
    region: "r-1",
    zones: ["r-1a", "r-1b"],
    gpus: 0,
    forecast: node,
    ...more,
    node,
  };
  return { pool, zones: [], template: pool.forecast, available: true };
}

interface PodArgs {
  readonly cpu?: string;
  readonly gpus?: string;
  readonly spec?: JsonObject;
  readonly labels?: JsonObject;
}

function pod({ cpu = "1", gpus, spec = {}, labels = {} }: PodArgs = {}) {
  const requests = { cpu, ...(gpus === undefined ? {} : { "nvidia.com/gpu": gpus }) };
  const tolerations = gpus === undefined ? [] : [{ key: "nvidia.com/gpu", operator: "Exists" }];
  return needsOf({
    metadata: { namespace: "n", labels },
    spec: { containers: [{ name: "c", resources: { requests } }], tolerations, ...spec },
  });
}

function grow(pods: ReturnType<typeof pod>[], pools: PoolState[], bins: Bin[] = []) {
  return planGrowth(pods, { bins, pools }, leastWaste).map(
    ({ pool, zone }) => `${pool.name} ${zone}`,
  );
}

describe("growth", () => {
  it("packs pods on planned nodes before it plans further ones, and spreads these over zones", () => {
    const pods = Array.from({ length: 9 }, () => pod({ cpu: "4" }));
    expect(grow(pods, [state("p", { maxNodes: 10 })])).toEqual([
      "p r-1a",
      "p r-1b",
      "p r-1a",
      "p r-1b",
      "p r-1a",
    ]);
  });

  it("ends at a pool's limit", () => {
    const pods = Array.from({ length: 9 }, () => pod({ cpu: "4" }));
    expect(grow(pods, [state("p", { maxNodes: 2 })])).toHaveLength(2);
  });

  it("adds nothing for a pod that a node there has room for", () => {
    expect(grow([pod({ cpu: "8" })], [state("p")], [new Bin("there", shape())])).toEqual([]);
  });

  it.each([
    ["more cores than a node has", pod({ cpu: "9" }), shape()],
    ["a label that no node has", pod({ spec: { nodeSelector: { a: "b" } } }), shape()],
    ["a GPU of a node that has none", pod({ gpus: "1" }), shape()],
    ["two slices of a GPU that is whole", pod({ gpus: "2" }), shape({}, 1)],
    ["no GPU, of a node whose taint it does not tolerate", pod(), shape({}, 4)],
  ])("adds nothing for a pod that wants %s", (_what, needs, node) => {
    expect(grow([needs], [state("p", { node })])).toEqual([]);
  });

  it("counts slices", () => {
    const pods = Array.from({ length: 5 }, () => pod({ gpus: "1" }));
    expect(grow(pods, [state("gpu", { node: shape({}, 4) })])).toHaveLength(2);
  });

  it("keeps pods apart that must not share a node", () => {
    const term = {
      topologyKey: "kubernetes.io/hostname",
      labelSelector: { matchLabels: { app: "a" } },
    };
    const spec = {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    };
    const pods = [1, 2].map(() => pod({ spec, labels: { app: "a" } }));
    const named = (name: string) => shape({ "kubernetes.io/hostname": name });
    expect(
      grow(pods, [state("p", { node: named("fresh") })], [new Bin("there", named("there"))]),
    ).toHaveLength(1);
  });

  it("goes to the zone that an even spread asks for", () => {
    const rule = {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: { matchLabels: { app: "a" } },
    };
    const args = { spec: { topologySpreadConstraints: [rule] }, labels: { app: "a" }, cpu: "8" };
    const there = new Bin("there", shape({ "topology.kubernetes.io/zone": "r-1a" }));
    there.put(pod(args));
    const empty = { ...state("p"), zones: ["r-1b", "r-1b", "r-1b"] };
    const other = new Bin("other", shape({ "topology.kubernetes.io/zone": "r-1b" }));
    other.put(pod({ cpu: "8" }));
    expect(grow([pod(args)], [empty], [there, other])).toEqual(["p r-1b"]);
  });
});

describe("who grows", () => {
  const options = ["gpu-a100-x", "gpu-v100-spot-x", "gpu-v100-x"].map((name) => {
    const { pool } = state(name);
    return { pool, zone: "r-1a", bin: new Bin("", shape()) };
  });
  const names = (chosen: readonly { pool: NodePool }[]) => chosen.map(({ pool }) => pool.name);

  it("the group of the highest priority, and all where none is listed", () => {
    const priorities = parsePriorities(
      "50:\n  - '^eks-gpu-a100-'\n30:\n  - '^eks-gpu-v100-spot-'\n",
    );
    const prefer = byPriority(priorities, leastWaste);
    expect(names(prefer(pod(), options))).toEqual(["gpu-a100-x"]);
    expect(names(prefer(pod(), options.slice(1)))).toEqual(["gpu-v100-spot-x"]);
    expect(names(prefer(pod(), options.slice(2)))).toEqual(["gpu-v100-x"]);
  });

  it("nobody reads priorities that are no lists", () => {
    expect(() => parsePriorities("50: '^eks-'")).toThrow(/priority 50 has no list/);
  });

  const key = "cloud.google.com/compute-class";
  const inClass = options.map((option) => ({
    ...option,
    pool: { ...option.pool, node: shape({ [key]: "gpus" }) },
  }));
  const computeClass = (more: JsonObject): JsonObject => ({
    metadata: { name: "gpus" },
    spec: { priorities: [{ nodepools: ["gpu-v100-x"] }, { nodepools: ["gpu-a100-x"] }], ...more },
  });

  it("of a ComputeClass the first rule that can", () => {
    const prefer = byComputeClass([computeClass({})]);
    expect(names(prefer(pod(), inClass))).toEqual(["gpu-v100-x"]);
    expect(names(prefer(pod(), inClass.slice(0, 2)))).toEqual(["gpu-a100-x"]);
    expect(names(prefer(pod(), inClass.slice(1, 2)))).toEqual([]);
  });

  it("of a ComputeClass that says so, any pool when no rule can", () => {
    const prefer = byComputeClass([computeClass({ whenUnsatisfiable: "ScaleUpAnyway" })]);
    expect(names(prefer(pod(), inClass.slice(1, 2)))).toEqual(["gpu-v100-spot-x"]);
  });

  it("otherwise the pool of which the least is wasted", () => {
    const sized = (name: string, cpu: number) => {
      const bin = new Bin("", { ...shape(), allocatable: { cpu, memory: 4 * gi } });
      return { pool: state(name).pool, zone: "r-1a", bin };
    };
    const chosen = leastWaste(pod(), [sized("large", 8), sized("small", 2)]);
    expect(names(chosen)).toEqual(["small", "large"]);
  });
});
