import { describe, expect, it } from "vitest";
import { sharingFile } from "../../../infra/eks/device-plugin-spec.ts";
import { gpuSharing } from "../../../policy/rules/gpu/gpu-sharing.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { gkePool } from "./gpu-objects.ts";

function shared(maxSharedClientsPerGpu: unknown) {
  const gpuSharingConfig = { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu };
  return gkePool({}, { guestAccelerators: [{ type: "nvidia-l4", count: 1, gpuSharingConfig }] });
}

function plugin(text: unknown) {
  return objectOf("ConfigMap", { data: { "config.yaml": text } }, { name: "device-plugin" });
}

function yaml(replicas: number, refusesMore = true) {
  return `version: v1
sharing:
  timeSlicing:
    failRequestsGreaterThanOne: ${refusesMore}
    resources:
      - name: nvidia.com/gpu
        replicas: ${replicas}
`;
}

describe("gpu-sharing", () => {
  it.each([2, 4, 48])("accepts %i pods on a GPU", (count) => {
    expect(evaluate(gpuSharing, shared(count))).toEqual([]);
    expect(evaluate(gpuSharing, plugin(yaml(count)))).toEqual([]);
    const ours = objectOf("ConfigMap", { data: sharingFile({ slicesPerGpu: count }) });
    expect(evaluate(gpuSharing, ours)).toEqual([]);
  });

  it.each([1, 0, 49, 2.5])("refuses %d pods on a GPU", (count) => {
    const message: unknown = expect.stringContaining(
      `shares a GPU among ${count} pods, where 2 to 48 are right`,
    );
    expect(evaluate(gpuSharing, shared(count))).toEqual([message]);
    expect(evaluate(gpuSharing, plugin(yaml(count)))).toEqual([message]);
    const cluster = {
      type: "gcp:container/cluster:Cluster",
      name: "c",
      props: { nodePools: [shared(count).props] },
    };
    expect(evaluate(gpuSharing, cluster)).toEqual([message]);
  });

  it("refuses a device plugin that lets pods ask for more than one slice", () => {
    const message: unknown = expect.stringContaining("gives pods that ask for two slices");
    expect(evaluate(gpuSharing, plugin(yaml(4, false)))).toEqual([message]);
    const json = JSON.stringify({ sharing: { timeSlicing: { resources: [{ replicas: 4 }] } } });
    expect(evaluate(gpuSharing, plugin(json))).toEqual([message]);
  });

  it("leaves GPUs that nobody shares and other files alone", () => {
    const alone = gkePool({}, { guestAccelerators: [{ type: "nvidia-l4", count: 1 }] });
    expect(evaluate(gpuSharing, alone)).toEqual([]);
    expect(evaluate(gpuSharing, plugin("replicas: 900"))).toEqual([]);
    expect(evaluate(gpuSharing, plugin(unknown))).toEqual([]);
  });

  it("lets settings allow fewer", () => {
    expect(evaluate(gpuSharing, shared(8), { most: 4 })).toEqual([
      expect.stringContaining("where 2 to 4 are right"),
    ]);
  });

  it("says that it needs a literal where the number is unknown", () => {
    expect(evaluate(gpuSharing, shared(unknown))).toEqual([
      expect.stringContaining("maxSharedClientsPerGpu is not known before the update"),
    ]);
  });
});
