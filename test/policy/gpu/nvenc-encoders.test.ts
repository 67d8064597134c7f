import { nvencEncoders } from "../../../policy/rules/gpu/nvenc-encoders.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { gpuContainer, gpuDeployment, gpuLabel, gpuPodSpec, requiredNodes } from "./gpu-objects.ts";

type Fields = Record<string, unknown>;

const video = { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,video,utility" };
const containers = [gpuContainer({ env: [video] })];
const encoder = (changes: Fields = {}) => gpuDeployment({ containers, ...changes });
const on = (model: unknown, label = gpuLabel) => encoder({ nodeSelector: { [label]: model } });
const anywhere = (fields: Fields) =>
  gpuDeployment({ containers: [gpuContainer(fields)], nodeSelector: {} });
const term = (...values: string[]) => [{ key: gpuLabel, operator: "In", values }];
const byAffinity = (...terms: Fields[][]) =>
  encoder({ nodeSelector: {}, affinity: requiredNodes(...terms) });
const nowhere = "does not select nodes with a video encoder";

const label = { key: "example.com/encoder", value: "yes" };
const labelled = gpuDeployment({ containers, nodeSelector: { [label.key]: label.value } });
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
    ["only other capabilities", anywhere({ env: [{ ...video, value: "compute,utility" }] })],
    ["an unknown value of another variable", anywhere({ env: [{ name: "KEY", value: unknown }] })],
    ["unknown arguments", anywhere({ args: unknown })],
    ["an unknown argument", anywhere({ args: ["--url", unknown] })],
    ["the label of the settings", labelled, { encoderLabels: [label] }],
    [
      "an exempt container",
      on("nvidia-tesla-a100"),
      { exempt: [{ name: "cart", container: "main", reason: "only decodes, by NVDEC" }] },
    ],
  ],
  fails: [
    ...Object.entries(kindsWithPods).map(
      ([kind, make]) =>
        [
          `a ${kind} on an H100`,
          make(gpuPodSpec({ containers, nodeSelector: { [gpuLabel]: "nvidia-h100-80gb" } })),
          `container "main" encodes video by NVENC and runs on ${gpuLabel}=nvidia-h100-80gb`,
        ] as const,
    ),
    ...withoutEncoder.map(
      ([model, key]) =>
        [
          `${key}=${model}`,
          on(model, key),
          `runs on ${key}=${model}, a GPU without video encoder`,
        ] as const,
    ),
    [
      "a node selector that names no model",
      encoder({ nodeSelector: { "nvidia.com/gpu.present": "true" } }),
      nowhere,
    ],
    ["any model", byAffinity([{ key: gpuLabel, operator: "Exists" }]), nowhere],
    [
      "one wrong alternative",
      byAffinity(term("nvidia-l4"), term("nvidia-l4", "nvidia-b200")),
      "nvidia-b200",
    ],
    ["an encoder by its variable", anywhere({ env: [video] }), nowhere],
    ["an encoder by its command", anywhere({ command: ["ffmpeg", "-c:v", "h264_nvenc"] }), nowhere],
    ["an encoder by its arguments", anywhere({ args: ["-c:v", "hevc_nvenc"] }), nowhere],
    ["an encoder of GStreamer", anywhere({ args: ["filesrc ! nvh264enc ! filesink"] }), nowhere],
    ...["initContainers", "ephemeralContainers"].map(
      (list) =>
        [
          `an encoder in ${list}`,
          deployment(podSpec({ [list]: [container({ env: [video] })] })),
          nowhere,
        ] as const,
    ),
    ["a label that settings do not know", labelled, nowhere],
    [
      "another value of the label",
      labelled,
      nowhere,
      { encoderLabels: [{ ...label, value: "no" }] },
    ],
    [
      "the label beside a GPU without encoder",
      encoder({ nodeSelector: { [label.key]: label.value, [gpuLabel]: "nvidia-tesla-a100" } }),
      "nvidia-tesla-a100",
      { encoderLabels: [label] },
    ],
    [
      "a sign of the settings",
      anywhere({ env: [{ name: "ACCEL", value: "nvenc" }] }),
      nowhere,
      {
        signs: [{ name: "ACCEL", value: "nvenc" }],
      },
    ],
    ["a GPU of the settings", on("nvidia-l4"), "nvidia-l4", { withoutEncoder: ["l4"] }],
    [
      "an unknown sign",
      gpuDeployment({ containers: [gpuContainer({ env: [{ ...video, value: unknown }] })] }),
      "env.0.value is not known before the update",
    ],
    ["an unknown model", on(unknown), "is not known before the update"],
  ],
});
