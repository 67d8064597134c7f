import { quota } from "../access/objects.ts";
import * as aws from "../cloud/aws.ts";
import { eksGroup, gkePool, gpuContainer, gpuDeployment, resourcesOf } from "../gpu/gpu-objects.ts";
import type { TestResource } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { guarded, shop, type Programs } from "./program.ts";

const priorityClass = objectOf(
  "scheduling.k8s.io/PriorityClass",
  { value: 1000, description: "GPU work" },
  { name: "gpu-standard", namespace: undefined },
);
const nodeSelector = { "framewright.dev/gpu": "l4" };
const counted = quota({ "requests.nvidia.com/gpu": "2" }, { name: "gpus" });

/** A program around a pod with a GPU; `changes` replace fields of the pod. */
function pod(changes: object, ...quotas: readonly TestResource[]): TestResource[] {
  return [priorityClass, ...quotas, ...shop(gpuDeployment({ nodeSelector, ...changes }))];
}

/** A group of nodes on EKS, and the template that it is made by; `changes` replace its properties. */
function group(changes: object): TestResource[] {
  return [aws.launchTemplate, eksGroup({ ...changes })];
}

const two = gpuContainer({ resources: resourcesOf({ "nvidia.com/gpu": "2" }) });
const encoder = gpuContainer({
  env: [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,video,utility" }],
});
const a100s = { instanceTypes: ["p4d.24xlarge"] };
const a10gs = { instanceTypes: ["g5.2xlarge"] };
const few = { minSize: 0, maxSize: 1, desiredSize: 0 };
const resources = [{ name: "nvidia.com/gpu", replicas: 4 }];
const sharing = { timeSlicing: { failRequestsGreaterThanOne: false, resources } };
const plugin = { "config.json": JSON.stringify({ version: "v1", sharing }) };

export const programs: Programs = {
  "one-gpu-slice": pod({ containers: [two] }, counted),
  "gpu-placement": pod({ tolerations: [] }, counted),
  "gpu-priority": pod({ priorityClassName: "gpu-premium" }, counted),
  "gpu-quota": pod({}),
  "nvenc-encoders": pod(
    { containers: [encoder], nodeSelector: { "framewright.dev/gpu": "a100" } },
    counted,
  ),
  "encoder-labels": group({
    ...a100s,
    scalingConfig: few,
    labels: { "framewright.dev/video-encode": "true" },
  }),
  "gpu-cost-ceiling": group(a100s),
  "gpu-pools-tainted": group({ taints: [] }),
  "gpu-pools-bounded": [gkePool({ autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 12 } })],
  "gpu-sharing": [...guarded, objectOf("ConfigMap", { data: plugin }, { name: "device-plugin" })],
  "spot-with-twin": [...group({ capacityType: "SPOT" }), { ...eksGroup(a10gs), name: "other" }],
};
