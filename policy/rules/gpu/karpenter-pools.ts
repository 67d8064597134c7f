import { at, entriesAt, isPresent, keysAt, listAt, textAt, textsAt } from "../../kit/json.ts";
import type { Subject } from "../../kit/subject.ts";
import { isGpuMachine, type NodePool } from "./node-pool.ts";
import type { Taint } from "./node-selection.ts";

const template = ["spec", "template", "spec"] as const;

/** Karpenter's own effects are those of Kubernetes; cloud pools write them otherwise. */
const effects: Readonly<Record<string, string>> = {
  NoSchedule: "NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
};

function taintsOf(props: unknown): readonly Taint[] {
  return listAt(props, ...template, "taints").map((_, i) => {
    const field = (name: string) => textAt(props, ...template, "taints", i, name) ?? "";
    return { key: field("key"), value: field("value"), effect: effects[field("effect")] ?? "" };
  });
}

/** What nodes of the pool may be, by the key of the requirement. */
function requirementsOf(props: unknown): ReadonlyMap<string, readonly string[]> {
  const path = [...template, "requirements"] as const;
  return new Map(
    Array.from(listAt(props, ...path).keys()).flatMap((i): [string, readonly string[]][] => {
      const key = textAt(props, ...path, i, "key");
      const operator = textAt(props, ...path, i, "operator") ?? "";
      if (key === undefined || !["In", "Exists", "Gt"].includes(operator)) return [];
      return [[key, textsAt(props, ...path, i, "values")]];
    }),
  );
}

function machinesOf(requirements: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const types = requirements.get("node.kubernetes.io/instance-type") ?? [];
  const families = [
    ...(requirements.get("karpenter.k8s.aws/instance-family") ?? []),
    ...(requirements.get("eks.amazonaws.com/instance-family") ?? []),
  ];
  return [...types, ...families.map((family) => `${family}.`)];
}

function wantsGpu(requirements: ReadonlyMap<string, readonly string[]>): boolean {
  const keys = Array.from(requirements.keys());
  if (keys.some((key) => /\/instance-gpu-/.test(key))) return true;
  const categories = ["karpenter.k8s.aws", "eks.amazonaws.com"].flatMap(
    (group) => requirements.get(`${group}/instance-category`) ?? [],
  );
  return categories.some((category) => ["g", "gr", "p"].includes(category));
}

function isGpuResource(name: string): boolean {
  return name.endsWith("/gpu") || /\/mig-/.test(name);
}

/** Karpenter limits what nodes have in all, so that GPUs are counted and not nodes. */
function gpuLimit(props: unknown): number | undefined {
  const limit = entriesAt(props, "spec", "limits").find(([key]) => isGpuResource(key))?.[1];
  const count = Number(limit ?? Number.NaN);
  return Number.isNaN(count) ? undefined : count;
}

export function karpenterPools({ props }: Subject): NodePool[] {
  const requirements = requirementsOf(props);
  const machines = machinesOf(requirements);
  const limited = keysAt(props, "spec", "limits").some(isGpuResource);
  const names = ["karpenter.k8s.aws", "eks.amazonaws.com"].flatMap(
    (group) => requirements.get(`${group}/instance-gpu-name`) ?? [],
  );
  return [
    {
      place: "",
      hasGpu: limited || wantsGpu(requirements) || machines.some(isGpuMachine),
      accelerators: names,
      machines: machines.filter((machine) => !machine.endsWith(".")),
      bounds: () => ({ min: Number(at(props, "spec", "replicas") ?? 0), max: gpuLimit(props) }),
      counts: "GPUs",
      isSpot: () => {
        const types = requirements.get("karpenter.sh/capacity-type") ?? [];
        return types.includes("spot") && !types.includes("on-demand");
      },
      taints: () => taintsOf(props),
      label: (key) => textAt(props, "spec", "template", "metadata", "labels", key),
    },
  ];
}

/** What a compute class of GKE has made for GPUs; the cluster's limits alone bound it. */
export function computeClassPools({ props }: Subject): NodePool[] {
  if (at(props, "spec", "nodePoolAutoCreation", "enabled") !== true) return [];
  return listAt(props, "spec", "priorities").flatMap((_, i): NodePool[] => {
    const priority = at(props, "spec", "priorities", i);
    if (!isPresent(priority, "gpu")) return [];
    return [
      {
        place: `spec.priorities.${i}`,
        hasGpu: true,
        accelerators: [textAt(priority, "gpu", "type") ?? ""],
        machines: [],
        bounds: () => ({ min: 0, max: undefined }),
        counts: "GPUs",
        isSpot: () => at(priority, "spot") === true,
        taints: () => undefined,
        label: () => undefined,
      },
    ];
  });
}
