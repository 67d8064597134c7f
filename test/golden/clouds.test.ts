import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cloudStackNames, runCloudStacks, type CloudRuns } from "../support/cloud-stacks.ts";
import { halvesOf } from "../support/edges.ts";
import { cloudGoldenOf } from "../support/golden.ts";
import { podsOf } from "../support/pods.ts";
import { brokenPromises } from "../support/promises.ts";
import { scaledOf } from "../support/scaled.ts";

let runs: CloudRuns;
beforeAll(async () => {
  runs = await runCloudStacks();
}, 3 * 60_000);

function committed(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8"));
}

describe.each(cloudStackNames)("stack %s", (name) => {
  test("is what its golden file says (read the difference, then: npm run golden:update)", () => {
    expect(cloudGoldenOf(runs[name])).toEqual(committed(`${name}.json`));
  });

  test("has no two resources of a kind with one logical name", () => {
    const names = runs[name].resources.map(({ type, name: logical }) => `${type} ${logical}`);
    expect(names.filter((one, index) => names.indexOf(one) !== index)).toEqual([]);
  });

  test("has nothing of its cloud made by the provider of the environment", () => {
    const clouds = /^(aws|gcp|kubernetes):/;
    const made = runs[name].resources.filter(({ type }) => clouds.test(type));
    expect(made.length).toBeGreaterThan(100);
    expect(
      made.filter(({ provider }) => provider === "").map(({ name: logical }) => logical),
    ).toEqual([]);
  });

  test("keeps what this program promises beyond the policy pack", () => {
    expect(brokenPromises(runs[name].resources)).toEqual([]);
  });

  test("opens no port of its nodes", () => {
    const services = runs[name].resources.filter(({ type }) => type.endsWith(":Service"));
    expect(services.length).toBeGreaterThan(5);
    expect(services.filter(({ inputs }) => JSON.stringify(inputs).includes("NodePort"))).toEqual([]);
  });

  test("has exactly the credentials secret among its outputs", () => {
    const secrets = Object.entries(runs[name].outputs).filter(([, { secret }]) => secret);
    expect(secrets.map(([output]) => output).toSorted()).toEqual([
      "bootstrapApiKey",
      "kubeconfig",
      "workerAdminSecret",
    ]);
  });

  test("leaves the number of pods to the autoscaler where there is one", () => {
    const scaled = scaledOf(runs[name].resources);
    const autoscaled = scaled.filter(({ bounds }) => bounds !== undefined);
    expect(autoscaled.map(({ name: workload }) => workload)).toEqual(
      expect.arrayContaining(["framewright-api/api", "framewright-workers/worker-cpu"]),
    );
    expect(autoscaled.filter(({ replicas }) => replicas !== undefined)).toEqual([]);
    const unowned = scaled.filter(
      ({ replicas, bounds }) => replicas === undefined && bounds === undefined,
    );
    expect(unowned).toEqual([]);
  });

  test("has a budget for everything that is there twice, and for nothing else", () => {
    const wrong = scaledOf(runs[name].resources).filter(
      ({ replicas = 1, bounds, hasBudget }) =>
        Math.max(replicas, bounds?.max ?? 1) > 1 !== hasBudget,
    );
    expect(wrong).toEqual([]);
  });

  test("has every network edge open on both sides", () => {
    const { out, in: into } = halvesOf(runs[name].resources);
    expect(out.length).toBeGreaterThan(0);
    expect(out).toEqual(into);
  });

  test("puts pods with a GPU on nodes that have one by our labels alone, a slice each", () => {
    const withGpu = podsOf(runs[name].resources)
      .filter(({ namespace }) => namespace === "framewright-workers")
      .filter(({ spec }) => "framewright.dev/gpu" in (spec.nodeSelector ?? {}));
    expect(withGpu.length).toBeGreaterThan(0);
    for (const { spec } of withGpu) {
      const [{ resources } = {}] = spec.containers;
      expect(resources).toMatchObject({
        requests: { "nvidia.com/gpu": "1" },
        limits: { "nvidia.com/gpu": "1" },
      });
      expect(spec.nodeSelector).toMatchObject({ "framewright.dev/video-encode": "true" });
      expect(
        Object.keys(spec.nodeSelector ?? {}).every((key) => key.startsWith("framewright.dev/")),
      ).toBe(true);
      expect(spec.tolerations).toEqual([
        { key: "nvidia.com/gpu", operator: "Exists" },
        { key: "cloud.google.com/compute-class", operator: "Exists" },
      ]);
    }
  });
});

test.each(cloudStackNames)(
  "%s puts CPU workers on nodes of their own, spot first (seed 002)",
  (name) => {
    const { resources } = runs[name];
    const [worker] = podsOf(resources).filter(({ name: pod }) => pod.includes("workers-cpu"));
    expect(worker?.spec.nodeSelector).toEqual({ "framewright.dev/pool-kind": "cpu-workers" });
    expect(worker?.spec.tolerations).toEqual(
      ["spot-instance", "framewright.dev/pool-kind", "cloud.google.com/compute-class"].map(
        (key) => ({ key, operator: "Exists", effect: "NoSchedule" }),
      ),
    );
  },
);

test("the two clouds run the same pods in the same way", () => {
  const ours = (name: keyof CloudRuns) =>
    podsOf(runs[name].resources)
      .filter(({ namespace }) => namespace.startsWith("framewright-"))
      .map(({ name: pod }) => pod)
      .toSorted();
  expect(ours("dev-gke")).toEqual(ours("dev-eks"));
});
