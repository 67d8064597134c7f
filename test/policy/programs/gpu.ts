import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { gkeNodes } from "./support/gke.ts";
import { gpuContainer, gpuGroup, gpuPodSpec, gpuShop, withGpus } from "./support/gpu.ts";
import { guardedNamespace, metadata } from "./support/namespace.ts";

type PodChanges = Parameters<typeof gpuPodSpec>[0];

function pod(changes: PodChanges, quota?: Record<string, string>): () => void {
  return () => {
    gpuShop(gpuPodSpec(changes), quota);
  };
}

function group(name: string, changes: Parameters<typeof gpuGroup>[1]): () => void {
  return () => {
    gpuGroup(name, changes);
  };
}

const encoding = [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,video,utility" }];
const a100s = ["p4d.24xlarge"];

export const programs = {
  "one-gpu-slice": pod({ containers: [gpuContainer({ resources: withGpus("2") })] }),
  "gpu-placement": pod({ tolerations: [] }),
  "gpu-priority": pod({ priorityClassName: "gpu-premium" }),
  "gpu-quota": pod({}, {}),
  "nvenc-encoders": pod({
    containers: [gpuContainer({ env: encoding })],
    nodeSelector: { "framewright.dev/gpu": "a100" },
  }),
  "encoder-labels": group("training", {
    instanceTypes: a100s,
    labels: { "framewright.dev/video-encode": "true" },
  }),
  "gpu-cost-ceiling": group("training", {
    instanceTypes: a100s,
    scalingConfig: { minSize: 0, maxSize: 4, desiredSize: 0 },
  }),
  "gpu-pools-tainted": group("gpus", { taints: [] }),
  "gpu-pools-bounded": () => {
    const guestAccelerators = [{ type: "nvidia-l4", count: 1 }];
    const autoscaling = { totalMinNodeCount: 0, totalMaxNodeCount: 12 };
    return gkeNodes({ autoscaling }, { machineType: "g2-standard-8", guestAccelerators }, "gpus");
  },
  "gpu-sharing": () => {
    const resources = [{ name: "nvidia.com/gpu", replicas: 4 }];
    const sharing = { timeSlicing: { failRequestsGreaterThanOne: false, resources } };
    const data = { "config.json": JSON.stringify({ version: "v1", sharing }) };
    guardedNamespace();
    new k8s.core.v1.ConfigMap("plugin", { metadata: metadata("device-plugin"), data }, onCluster);
  },
  "spot-with-twin": () => {
    gpuGroup("cheap", { capacityType: "SPOT" });
    gpuGroup("other", { instanceTypes: ["g5.2xlarge"] });
  },
};
