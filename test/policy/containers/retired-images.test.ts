import { describe, expect, it } from "vitest";
import { isUnder } from "../../../policy/rules/containers/image-reference.ts";
import { retiredImages as list } from "../../../policy/rules/containers/retired-image-list.ts";
import { retiredImages } from "../../../policy/rules/containers/retired-images.ts";
import { evaluate } from "../kit/evaluate.ts";
import { describeContainers } from "../kit/pod-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

function said(image: string, config = {}) {
  const resource = deployment(podSpec({ containers: [container({ image })] }));
  return evaluate(retiredImages, resource, config);
}

describeContainers(retiredImages, {
  broken: [
    [
      "comes from Bitnami",
      { image: "docker.io/bitnami/postgresql:16.4.0" },
      "taken away in 2025; instead use the image of the project itself",
    ],
    ["does so without saying the registry", { image: "bitnami/redis:7.4.0" }, "taken away in 2025"],
    ["comes from its archive", { image: "bitnamilegacy/redis:7.4.0" }, "an archive of 2025"],
    [
      "comes from the old registry of Kubernetes",
      { image: "k8s.gcr.io/pause:3.9" },
      "registry.k8s.io",
    ],
    ["is an official image that ended", { image: "centos:7.9.2009" }, "end of life in June 2024"],
    [
      "is in an organisation that moved",
      { image: "quay.io/coreos/flannel:v0.15.1" },
      "ghcr.io/flannel-io/flannel",
    ],
  ],
  right: [
    ["comes from where they went", { image: "registry.k8s.io/pause:3.10.1" }],
    ["is the one that is left", { image: "quay.io/coreos/etcd:v3.6.5" }],
    ["only sounds like one", { image: "docker.io/bitnamisecure/redis:latest" }],
    ["is no reference", { image: "No:1:2" }],
    [
      "is kept",
      { image: "docker.io/bitnami/common:2.0.0" },
      { kept: ["docker.io/bitnami/common"] },
    ],
  ],
});

describe("retired-images", () => {
  it.each(list.map(({ image }) => image))("refuses what is below %s", (image) => {
    expect(said(`${image}/x:1.2.3`)).toHaveLength(1);
  });

  it("tells of every image what to use that is not retired itself", () => {
    for (const { since, instead } of list) {
      expect(since.length).toBeGreaterThan(10);
      expect(list.filter(({ image }) => isUnder(instead, image))).toEqual([]);
    }
  });

  it("refuses what a setting adds", () => {
    const retired = [
      { image: "ghcr.io/shop/old-*", since: "ended in 2026", instead: "ghcr.io/shop/new" },
    ];
    expect(said("ghcr.io/shop/old-cart:1.2.3", { retired })).toEqual([
      expect.stringContaining("ended in 2026; instead use ghcr.io/shop/new"),
    ]);
    expect(said("ghcr.io/shop/new:1.2.3", { retired })).toEqual([]);
  });
});
