import { describe, expect, it } from "vitest";
import { encoderNodeLabels } from "../../../policy/rules/gpu/encoder-labels.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { eksGroup, gkePool, karpenterPool, pools } from "./gpu-objects.ts";

const config = { encoderLabels: [{ key: "encoder", value: "yes" }] };
const labels = { encoder: "yes" };
const a100 = { key: "karpenter.k8s.aws/instance-gpu-name", operator: "In", values: ["a100"] };

const wrong = [
  [
    "GKE node pool",
    gkePool({}, { guestAccelerators: [{ type: "nvidia-tesla-a100", count: 1 }], labels }),
    "a100",
  ],
  [
    "GKE node pool by its machine",
    gkePool({}, { guestAccelerators: [], machineType: "a3-highgpu-8g", labels }),
    "h100",
  ],
  ["EKS node group", eksGroup({ instanceTypes: ["p5en.48xlarge"], labels }), "h200"],
  [
    "Karpenter node pool",
    karpenterPool({ template: { metadata: { labels }, spec: { requirements: [a100] } } }),
    "a100",
  ],
] as const;

describe("encoder-labels", () => {
  it.each(pools)("accepts the labels of a %s", (_, pool) => {
    expect(
      evaluate(encoderNodeLabels, pool, { encoderLabels: [{ key: "gpu", value: "l4" }] }),
    ).toEqual([]);
  });

  it.each(wrong)("refuses the label on a %s without encoder", (_, pool, model) => {
    expect(evaluate(encoderNodeLabels, pool, config)).toEqual([
      expect.stringContaining(`labels its nodes encoder=yes, and ${model} has no video encoder`),
    ]);
    expect(
      evaluate(encoderNodeLabels, pool, { encoderLabels: [{ key: "encoder", value: "no" }] }),
    ).toEqual([]);
    expect(evaluate(encoderNodeLabels, pool)).toEqual([]);
    expect(evaluate(encoderNodeLabels, pool, { ...config, withoutEncoder: [] })).toEqual([]);
  });

  it("leaves pools without GPUs alone", () => {
    const cpu = eksGroup({
      amiType: "AL2023_x86_64_STANDARD",
      instanceTypes: ["m6i.large"],
      labels,
    });
    expect(evaluate(encoderNodeLabels, cpu, config)).toEqual([]);
  });

  it("says that it needs a literal where the label is unknown", () => {
    const pool = eksGroup({ instanceTypes: ["p5.48xlarge"], labels: { encoder: unknown } });
    expect(evaluate(encoderNodeLabels, pool, config)).toEqual([
      expect.stringContaining("labels.encoder is not known before the update"),
    ]);
  });
});
