import { describe, expect, it } from "vitest";
import { allowedRegistries } from "../../../policy/rules/containers/allowed-registries.ts";
import { evaluate } from "../kit/evaluate.ts";
import { describeContainers } from "../kit/pod-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

function said(image: string, allowed: string[]) {
  const resource = deployment(podSpec({ containers: [container({ image })] }));
  return evaluate(allowedRegistries, resource, { allowed });
}

describeContainers(allowedRegistries, {
  broken: [
    [
      "leaves out its registry",
      { image: "nginx:1.29.1" },
      'uses the image "nginx:1.29.1" without its registry',
    ],
    ["names only a team", { image: "shop/cart:1.4.2" }, "without its registry"],
  ],
  right: [
    ["comes from any registry that is written out", { image: "docker.io/library/nginx:1.29.1" }],
    ["comes from a registry on this node", { image: "localhost:5000/cart:1.4.2" }],
  ],
});

describe("allowed-registries", () => {
  it.each([
    ["registry.example.com/shop/cart:1.4.2", ["registry.example.com"]],
    ["registry.example.com/shop/cart:1.4.2", ["ghcr.io", "registry.example.com/shop"]],
    ["docker.io/nginx:1.29.1", ["docker.io/library"]],
    ["1.dkr.ecr.eu-central-1.amazonaws.com/shop/cart:1", ["1.dkr.ecr.*.amazonaws.com/shop"]],
  ])("accepts %s where %j is allowed", (image, allowed) => {
    expect(said(image, allowed)).toEqual([]);
  });

  it.each([
    ["registry.example.com/shopping/cart:1.4.2", ["registry.example.com/shop"]],
    ["registry.example.com.evil.test/shop/cart:1.4.2", ["registry.example.com"]],
    ["docker.io/someone/nginx:1.29.1", ["docker.io/library"]],
    ["2.dkr.ecr.eu-central-1.amazonaws.com/shop/cart:1", ["1.dkr.ecr.*.amazonaws.com/shop"]],
  ])("refuses %s where only %j is allowed", (image, allowed) => {
    expect(said(image, allowed)).toEqual([
      expect.stringContaining(`uses the image "${image}", which is from none of: ${allowed[0]!}`),
    ]);
  });
});
