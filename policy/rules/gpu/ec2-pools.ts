import { at, isPresent, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
import type { Subject } from "../../kit/subject.ts";
import { isGpuMachine, type NodePool } from "./node-pool.ts";
import type { Taint } from "./node-selection.ts";

function taintsOf(props: unknown): readonly Taint[] {
  return listAt(props, "taints").map((_, i) => ({
    key: textAt(props, "taints", i, "key") ?? "",
    value: textAt(props, "taints", i, "value") ?? "",
    effect: textAt(props, "taints", i, "effect") ?? "",
  }));
}

/** `AL2023_x86_64_NVIDIA`, `BOTTLEROCKET_ARM_64_NVIDIA`, `AL2_x86_64_GPU`: images that are for GPU nodes alone. */
const gpuImage = /_(?:NVIDIA|GPU|NVIDIA_FIPS)$/;

export function eksNodeGroups({ props }: Subject): NodePool[] {
  const machines = textsAt(props, "instanceTypes");
  return [
    {
      place: "",
      hasGpu: machines.some(isGpuMachine) || gpuImage.test(textAt(props, "amiType") ?? ""),
      accelerators: [],
      machines,
      bounds: () => ({
        min: numberAt(props, "scalingConfig", "minSize") ?? 0,
        max: numberAt(props, "scalingConfig", "maxSize"),
      }),
      counts: "nodes",
      isSpot: () => textAt(props, "capacityType") === "SPOT",
      taints: () => taintsOf(props),
      label: (key) => textAt(props, "labels", key),
    },
  ];
}

const policy = "mixedInstancesPolicy";
const overrides = [policy, "launchTemplate", "overrides"] as const;

/** Taints and labels of nodes that nobody manages are in their user data, where the pack can't see them. */
export function autoScalingGroups({ props }: Subject): NodePool[] {
  const places = Array.from(listAt(props, ...overrides).keys());
  const machines = places.flatMap((i) => textAt(props, ...overrides, i, "instanceType") ?? []);
  const wantsGpu = places.some((i) =>
    isPresent(props, ...overrides, i, "instanceRequirements", "acceleratorCount"),
  );
  const share = [policy, "instancesDistribution", "onDemandPercentageAboveBaseCapacity"] as const;
  return [
    {
      place: "",
      hasGpu: wantsGpu || machines.some(isGpuMachine),
      accelerators: [],
      machines,
      bounds: () => ({
        min: numberAt(props, "minSize") ?? 0,
        max: numberAt(props, "maxSize"),
      }),
      counts: "nodes",
      isSpot: () => (numberAt(props, ...share) ?? 100) < 100,
      taints: () => undefined,
      label: () => undefined,
    },
  ];
}

/** A machine of its own: always there, and one. */
export function ec2Instances({ props }: Subject): NodePool[] {
  const machine = textAt(props, "instanceType") ?? "";
  return [
    {
      place: "",
      hasGpu: isGpuMachine(machine),
      accelerators: [],
      machines: [machine],
      bounds: () => ({ min: 1, max: 1 }),
      counts: "nodes",
      isSpot: () => textAt(props, "instanceMarketOptions", "marketType") === "spot",
      taints: () => undefined,
      label: () => undefined,
    },
  ];
}

/** The machine of a launch template, which its groups needn't name again. */
export function templateMachine({ type, props }: Subject): string | undefined {
  return type === "aws:ec2/launchTemplate:LaunchTemplate" ||
    type === "aws:ec2/launchConfiguration:LaunchConfiguration"
    ? textAt(props, "instanceType")
    : undefined;
}

/** Only groups that name no machine of their own take that of their template. */
export function takesTemplate({ type, props }: Subject): boolean {
  if (type === "aws:eks/nodeGroup:NodeGroup") return !isPresent(props, "instanceTypes", 0);
  return type === "aws:autoscaling/group:Group" && at(props, ...overrides) === undefined;
}
