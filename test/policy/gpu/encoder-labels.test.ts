import { encoderNodeLabels } from "../../../policy/rules/gpu/encoder-labels.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { cpuGroup, eksGroup, gkePool } from "./gpu-objects.ts";

const config = { encoderLabels: [{ key: "encoder", value: "yes" }] };
const labels = { encoder: "yes" };
const a100 = gkePool({}, { guestAccelerators: [{ type: "nvidia-tesla-a100", count: 1 }], labels });
const says = (model: string) => `labels its nodes encoder=yes, and ${model} has no video encoder`;

describeRule(encoderNodeLabels, {
  passes: [
    ["the label on a GPU with encoder on GKE", gkePool({}, { labels }), config],
    ["the label on a GPU with encoder on EKS", eksGroup({ labels }), config],
    ["the label on nodes without GPUs", cpuGroup({ labels }), config],
    ["another value of the label", a100, { encoderLabels: [{ key: "encoder", value: "no" }] }],
    ["a GPU that settings give an encoder", a100, { ...config, withoutEncoder: [] }],
  ],
  fails: [
    ["the label on an A100", a100, says("a100"), config],
    [
      "the label on a GKE machine with H100s",
      gkePool({}, { guestAccelerators: [], machineType: "a3-highgpu-8g", labels }),
      says("h100"),
      config,
    ],
    [
      "the label on an EKS machine with H200s",
      eksGroup({ instanceTypes: ["p5en.48xlarge"], labels }),
      says("h200"),
      config,
    ],
    [
      "a label that is unknown",
      eksGroup({ instanceTypes: ["p5.48xlarge"], labels: { encoder: unknown } }),
      "labels.encoder is not known before the update",
      config,
    ],
  ],
});
