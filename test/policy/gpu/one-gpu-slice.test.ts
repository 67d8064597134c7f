import { oneGpuSlice } from "../../../policy/rules/gpu/one-gpu-slice.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, containerWith, podWith } from "../kit/workloads.ts";
import { gpuContainer, gpuDeployment, gpuDeploymentOf, resourcesOf } from "./gpu-objects.ts";

const asking = (...limits: Parameters<typeof resourcesOf>) =>
  gpuDeploymentOf({ resources: resourcesOf(...limits) });
const two = gpuContainer({ resources: resourcesOf({ "nvidia.com/gpu": "2" }) });
const exempt = [{ name: "cart", container: "main", reason: "trains on a whole node" }];
const name = "NVIDIA_VISIBLE_DEVICES";
const mountPath = "/var/run/nvidia-container-devices/all";
const visible = (value: unknown) => containerWith({ env: [{ name, value }] });
const sidecar = gpuContainer({ name: "side", restartPolicy: "Always" });
const past = 'container "main" takes GPUs of its node by ';

describeRule(oneGpuSlice, {
  passes: [
    ["no GPU", asking({})],
    ["none of a GPU", asking({ "nvidia.com/gpu": 0 })],
    ["one as a number", asking({ "nvidia.com/gpu": 1 })],
    ["one by its limit alone", asking({ "nvidia.com/gpu": "1" }, {})],
    ["one part of a divided GPU", asking({ "nvidia.com/mig-1g.5gb": "1" })],
    ["other devices", asking({ "example.com/camera": "3" })],
    ["a sidecar's GPU", gpuDeployment({ initContainers: [sidecar], containers: [container()] })],
    ["an exempt container", gpuDeployment({ containers: [two] }), { exempt }],
    ["an unknown amount of something else", asking({ memory: unknown, "nvidia.com/gpu": 1 })],
    ...["", "none", "void"].map((value) => [`visible devices "${value}"`, visible(value)] as const),
    ["no claims", gpuDeployment({ resourceClaims: [] })],
  ],
  fails: [
    ["two GPUs", gpuDeployment({ containers: [two] }), `container "main" asks for 2 of`],
    ["half a GPU", asking({ "nvidia.com/gpu": "500m" }), "asks for 500m of nvidia.com/gpu"],
    ["a request alone", asking({}, { "nvidia.com/gpu": 1 }), '"no limit" of nvidia.com/gpu'],
    ["two parts", asking({ "nvidia.com/mig-1g.5gb": 2 }), "asks for 2 of nvidia.com/mig-1g.5gb"],
    ["two kinds", asking({ "nvidia.com/gpu": 1, "nvidia.com/gpu.shared": 1 }), "several kinds"],
    ["eight of AMD", asking({ "amd.com/gpu": "8" }), "asks for 8 of amd.com/gpu, where 1"],
    ["two of Intel", asking({ "gpu.intel.com/i915": "2" }), "asks for 2 of gpu.intel.com/i915"],
    ["an init container", podWith({ initContainers: [gpuContainer()] }), 'init container "main"'],
    [
      "an ephemeral container",
      podWith({ ephemeralContainers: [gpuContainer()] }),
      'ephemeral container "main" asks for a GPU',
    ],
    [
      "a GPU of sidecar and container",
      gpuDeployment({ initContainers: [sidecar] }),
      '2 containers ask for a GPU ("side", "main"), where 1 may',
    ],
    [
      "the container beside an exempt one",
      gpuDeployment({ containers: [two, { ...two, name: "other" }] }),
      'container "other"',
      { exempt },
    ],
    ["an unknown amount", asking({ "nvidia.com/gpu": unknown }), "nvidia.com/gpu is not known"],
    ["all GPUs of the node", visible("all"), past],
    ["the first GPU of the node", visible("0"), past],
    ["GPUs that a ConfigMap names", containerWith({ env: [{ name, valueFrom: {} }] }), past],
    ["GPUs by a mount", containerWith({ volumeMounts: [{ name: "all", mountPath }] }), past],
    ["unknown devices", visible(unknown), "env.0.value is not known before the update"],
    [
      "a claim of devices",
      gpuDeployment({ resourceClaims: [{ name: "gpu", resourceClaimTemplateName: "gpu" }] }),
      "claims devices by resourceClaims, which no quota of GPUs counts",
    ],
  ],
});
