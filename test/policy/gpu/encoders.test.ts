import { encoderNodeLabels, nvencEncoders } from "../../../policy/rules/gpu/encoders.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, podWith } from "../kit/workloads.ts";
import {
  cpuGroup,
  eksGroup,
  gkePool,
  gpuContainer,
  gpuDeployment,
  gpuLabel,
  requiredNodes,
} from "./gpu-objects.ts";

const labels = { encoder: "yes" };
const config = { encoderLabels: [{ key: "encoder", value: "yes" }] };
const a100 = gkePool({}, { guestAccelerators: [{ type: "nvidia-tesla-a100", count: 1 }], labels });
const machineOf = (machineType: string) =>
  gkePool({}, { guestAccelerators: [], machineType, labels });
const instanceOf = (machine: string, more: object = { labels }) =>
  eksGroup({ instanceTypes: [machine], ...more });
const lacks = (model: string) => `labels its nodes encoder=yes, and ${model} has no video encoder`;

describeRule(encoderNodeLabels, {
  passes: [
    ["the label on a GPU with encoder on GKE", gkePool({}, { labels }), config],
    ["the label on a GPU with encoder on EKS", eksGroup({ labels }), config],
    ["the label on nodes without GPUs", cpuGroup({ labels }), config],
    ["another value", a100, { encoderLabels: [{ key: "encoder", value: "no" }] }],
  ],
  fails: [
    ["the label on an A100", a100, lacks("a100"), config],
    ["the label on a GKE machine with H100s", machineOf("a3-highgpu-8g"), lacks("h100"), config],
    ["the label on an EKS machine with H200s", instanceOf("p5en.48xlarge"), lacks("h200"), config],
    [
      "a label that is unknown",
      instanceOf("p5.48xlarge", { labels: { encoder: unknown } }),
      "labels.encoder is not known before the update",
      config,
    ],
  ],
});

type Fields = Record<string, unknown>;

const video = { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,video,utility" };
const encoder = (changes: Fields) =>
  gpuDeployment({ containers: [gpuContainer({ env: [video] })], ...changes });
const selecting = (nodeSelector: Fields) => encoder({ nodeSelector });
const on = (model: unknown, key = gpuLabel) => selecting({ [key]: model });
const anywhere = (fields: Fields) =>
  gpuDeployment({ containers: [gpuContainer(fields)], nodeSelector: {} });
const withEnv = (variable: Fields) => anywhere({ env: [variable] });
const term = (...values: string[]) => [{ key: gpuLabel, operator: "In", values }];
const byAffinity = (...terms: Fields[][]) =>
  encoder({ nodeSelector: {}, affinity: requiredNodes(...terms) });
const nowhere = "does not select nodes with a video encoder";

const label = { key: "example.com/encoder", value: "yes" };
const labelled = { [label.key]: label.value };
const product = "nvidia.com/gpu.product";
const machine = "node.kubernetes.io/instance-type";

const withEncoder = [
  ["nvidia-tesla-t4", gpuLabel],
  ["nvidia-tesla-v100", gpuLabel],
  ["a10g", "eks.amazonaws.com/instance-gpu-name"],
  ["NVIDIA-A10", product],
  ["NVIDIA-RTX-A3000", product],
  ["NVIDIA-A2", product],
  ["g6.2xlarge", machine],
] as const;

const withoutEncoder = [
  ["nvidia-tesla-a100", gpuLabel],
  ["nvidia-a100-80gb", gpuLabel],
  ["nvidia-h100-mega-80gb", gpuLabel],
  ["nvidia-b200", gpuLabel],
  ["nvidia-tesla-a100", "k8s.amazonaws.com/accelerator"],
  ["NVIDIA-A100-SXM4-40GB-SHARED", product],
  ["NVIDIA-A30", product],
  ["p4d.24xlarge", machine],
  ["a2-highgpu-1g", machine],
] as const;

describeRule(nvencEncoders, {
  passes: [
    ...withEncoder.map(([model, key]) => [`${key}=${model}`, on(model, key)] as const),
    ["required nodes that all have an encoder", byAffinity(term("nvidia-l4", "nvidia-tesla-t4"))],
    ["only other capabilities", withEnv({ ...video, value: "compute,utility" })],
    ["an unknown value of another variable", withEnv({ name: "KEY", value: unknown })],
    ["unknown arguments", anywhere({ args: unknown })],
    ["an unknown argument", anywhere({ args: ["--url", unknown] })],
    ["the label of the settings", selecting(labelled), { encoderLabels: [label] }],
    [
      "an exempt container",
      on("nvidia-tesla-a100"),
      { exempt: [{ name: "cart", container: "main", reason: "only decodes, by NVDEC" }] },
    ],
  ],
  fails: [
    ...withoutEncoder.map(([model, key]) => {
      const says = `container "main" encodes video by NVENC and runs on ${key}=${model}, a GPU without`;
      return [`${key}=${model}`, on(model, key), says] as const;
    }),
    ["a selector that names no model", selecting({ "nvidia.com/gpu.present": "true" }), nowhere],
    ["any model", byAffinity([{ key: gpuLabel, operator: "Exists" }]), nowhere],
    ["one wrong alternative", byAffinity(term("nvidia-l4"), term("nvidia-b200")), "nvidia-b200"],
    ["an encoder by its variable", withEnv(video), nowhere],
    ["an encoder by its command", anywhere({ command: ["ffmpeg", "-c:v", "h264_nvenc"] }), nowhere],
    ["an encoder by its arguments", anywhere({ args: ["-c:v", "hevc_nvenc"] }), nowhere],
    ["an encoder of GStreamer", anywhere({ args: ["filesrc ! nvh264enc ! filesink"] }), nowhere],
    ...["initContainers", "ephemeralContainers"].map((list) => {
      const pod = podWith({ [list]: [container({ env: [video] })] });
      return [`an encoder in ${list}`, pod, nowhere] as const;
    }),
    ["a label that settings do not know", selecting(labelled), nowhere],
    [
      "another value of the label",
      selecting(labelled),
      nowhere,
      { encoderLabels: [{ ...label, value: "no" }] },
    ],
    [
      "the label beside a GPU without encoder",
      selecting({ ...labelled, [gpuLabel]: "nvidia-tesla-a100" }),
      "nvidia-tesla-a100",
      { encoderLabels: [label] },
    ],
    [
      "a sign of the settings",
      withEnv({ name: "ACCEL", value: "nvenc" }),
      nowhere,
      { signs: [{ name: "ACCEL", value: "nvenc" }] },
    ],
    ["an unknown sign", withEnv({ ...video, value: unknown }), "env.0.value is not known"],
    ["an unknown model", on(unknown), "is not known before the update"],
  ],
});
