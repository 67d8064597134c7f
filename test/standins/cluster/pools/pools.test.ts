import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CloudStore } from "../../kit/store.ts";
import { poolFromEks } from "./eks.ts";
import { poolsOf } from "./from-store.ts";
import { poolFromGke } from "./gke.ts";
import { roomOf } from "./machines.ts";

const gi = 2 ** 30;

const accelerator = {
  type: "nvidia-tesla-v100",
  count: 2,
  gpuSharingConfig: { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: 3 },
  gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" },
};

const gkeInputs = {
  nodeLocations: ["us-central1-a", "us-central1-c"],
  autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 8 },
  nodeConfig: {
    machineType: "n1-standard-16",
    diskSizeGb: 200,
    spot: true,
    labels: { "framewright.dev/pool": "v100-spot" },
    taints: [{ key: "mine", value: "yes", effect: "NO_SCHEDULE" }],
    guestAccelerators: [accelerator],
  },
};

const gkeExtras = {
  name: "pool-v100",
  region: "us-central1",
  zones: ["us-central1-f"],
  hasPlainNodes: true,
};

describe("a node pool of GKE", () => {
  it("has the cloud's labels and taints beside ours, and GPUs times clients as slices", () => {
    const pool = poolFromGke(gkeInputs, gkeExtras);
    expect(pool).toMatchObject({
      minNodes: 1,
      maxNodes: 8,
      spot: true,
      zones: gkeInputs.nodeLocations,
    });
    expect(pool.node.labels).toEqual({
      "kubernetes.io/arch": "amd64",
      "kubernetes.io/os": "linux",
      "node.kubernetes.io/instance-type": "n1-standard-16",
      "topology.kubernetes.io/region": "us-central1",
      "cloud.google.com/gke-nodepool": "pool-v100",
      "cloud.google.com/gke-os-distribution": "cos",
      "cloud.google.com/machine-family": "n1",
      "cloud.google.com/gke-spot": "true",
      "cloud.google.com/gke-accelerator": "nvidia-tesla-v100",
      "cloud.google.com/gke-accelerator-count": "2",
      "cloud.google.com/gke-gpu-sharing-strategy": "time-sharing",
      "cloud.google.com/gke-max-shared-clients-per-gpu": "3",
      "framewright.dev/pool": "v100-spot",
    });
    expect(pool.node.taints).toEqual([
      { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" },
      { key: "mine", value: "yes", effect: "NoSchedule" },
    ]);
    expect(pool.node.allocatable["nvidia.com/gpu"]).toBe(6);
  });

  it("has no taint of GKE's where there is no other node yet, and no GPUs without a driver", () => {
    const bare = {
      ...accelerator,
      gpuDriverInstallationConfig: { gpuDriverVersion: "INSTALLATION_DISABLED" },
    };
    const nodeConfig = { ...gkeInputs.nodeConfig, taints: [], guestAccelerators: [bare] };
    const pool = poolFromGke({ ...gkeInputs, nodeConfig }, { ...gkeExtras, hasPlainNodes: false });
    expect(pool.node.taints).toEqual([]);
    expect(pool.node.allocatable["nvidia.com/gpu"]).toBeUndefined();
  });

  it("counts per zone where the program does", () => {
    const autoscaling = { minNodeCount: 1, maxNodeCount: 3 };
    const scaled = poolFromGke({ ...gkeInputs, autoscaling }, gkeExtras);
    expect(scaled).toMatchObject({ minNodes: 2, maxNodes: 6, autoscaled: true });
    const fixed = {
      nodeLocations: gkeInputs.nodeLocations,
      nodeConfig: gkeInputs.nodeConfig,
      nodeCount: 2,
    };
    expect(poolFromGke(fixed, gkeExtras)).toMatchObject({
      minNodes: 4,
      maxNodes: 4,
      autoscaled: false,
    });
  });
});

const template = "k8s.io/cluster-autoscaler/node-template";
const eksInputs = {
  amiType: "AL2023_x86_64_NVIDIA",
  capacityType: "SPOT",
  instanceTypes: ["p4d.24xlarge"],
  labels: { "framewright.dev/pool": "a100" },
  taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" }],
  scalingConfig: { minSize: 0, maxSize: 2, desiredSize: 1 },
  tags: {
    [`${template}/resources/nvidia.com/gpu`]: "32",
    [`${template}/resources/ephemeral-storage`]: "160Gi",
  },
};
const eksExtras = { name: "gpu-a100-1", region: "us-east-1", zones: ["us-east-1a"], diskGi: 200 };

describe("a node group of EKS", () => {
  it("has no GPU to ask for before a device plugin has found the eight that are there", () => {
    const pool = poolFromEks(eksInputs, eksExtras);
    expect(pool).toMatchObject({ minNodes: 0, maxNodes: 2, initialNodes: 1, spot: true, gpus: 8 });
    expect(pool.group).toMatch(/^eks-gpu-a100-1-/);
    expect(pool.node.labels).toMatchObject({
      "eks.amazonaws.com/nodegroup": "gpu-a100-1",
      "eks.amazonaws.com/capacityType": "SPOT",
      "framewright.dev/pool": "a100",
    });
    expect(pool.node.taints).toEqual([
      { key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" },
    ]);
    expect(pool.node.capacity["nvidia.com/gpu"]).toBeUndefined();
  });

  it("is forecast by its tags, and without them by whole GPUs and no disk", () => {
    const { forecast } = poolFromEks(eksInputs, eksExtras);
    expect(forecast.allocatable).toMatchObject({
      "nvidia.com/gpu": 32,
      "ephemeral-storage": 160 * gi,
    });
    const blind = poolFromEks({ ...eksInputs, tags: {} }, eksExtras).forecast;
    expect(blind.allocatable["nvidia.com/gpu"]).toBe(8);
    expect(blind.allocatable["ephemeral-storage"]).toBeUndefined();
  });

  it("has no GPU at all with an image that has no driver", () => {
    const inputs = { ...eksInputs, amiType: "AL2023_x86_64_STANDARD" };
    expect(poolFromEks(inputs, eksExtras).gpus).toBe(0);
  });
});

describe("room on a machine", () => {
  it("is less than the machine by what the kubelet keeps: four cores hold no pod of four", () => {
    // A real node: 0.06 + 0.01 + 2 x 0.005 cores; 13591652Ki of 16380004Ki, 47060071478 bytes of 98831908Ki.
    const { allocatable } = roomOf("gke", "n2-standard-4", 100);
    expect(allocatable["cpu"]).toBeCloseTo(3.92, 5);
    expect((allocatable["memory"] ?? 0) / 1024).toBeCloseTo(13_591_652, -5);
    expect((allocatable["ephemeral-storage"] ?? 0) / 2 ** 20).toBeCloseTo(
      47_060_071_478 / 2 ** 20,
      0,
    );
    expect(allocatable["pods"]).toBe(110);
    expect(roomOf("eks", "m6i.xlarge", 100).allocatable["pods"]).toBe(58);
  });

  it("is not guessed for a machine that nobody has described", () => {
    expect(() => roomOf("eks", "x1.huge", 100)).toThrow(/no machine type x1.huge/);
  });
});

describe("the pools of a cluster", () => {
  let folder: string;
  let store: CloudStore;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "pools-"));
    store = new CloudStore(folder);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are those that name it, with zones of their subnets and disks of their templates", () => {
    const subnet = { availabilityZone: "us-east-1b" };
    const add = (type: string, id: string, inputs: object, outputs: object = {}) =>
      store.create({
        provider: "aws",
        type,
        id,
        name: id,
        inputs: { ...inputs },
        outputs: { ...outputs },
      });
    add("aws:ec2/subnet:Subnet", "subnet-1", subnet, subnet);
    const ebs = { volumeSize: 300 };
    add("aws:ec2/launchTemplate:LaunchTemplate", "lt-1", { blockDeviceMappings: [{ ebs }] });
    const more = { clusterName: "mine", subnetIds: ["subnet-1"], launchTemplate: { id: "lt-1" } };
    add("aws:eks/nodeGroup:NodeGroup", "a", { ...eksInputs, ...more });
    add("aws:eks/nodeGroup:NodeGroup", "b", { ...eksInputs, ...more, clusterName: "other" });
    const pools = poolsOf(store, { cloud: "eks", id: "mine" });
    expect(pools.map(({ name }) => name)).toEqual(["a"]);
    expect(pools[0]).toMatchObject({ zones: ["us-east-1b"], region: "us-east-1" });
    expect(pools[0]?.node.capacity["ephemeral-storage"]).toBe(300 * gi);
  });

  it("of GKE are found by the cluster's id or its name, and know what was there before them", async () => {
    const id = "projects/p/locations/us-central1/clusters/mine";
    const add = async (name: string, inputs: object) => {
      const type = "gcp:container/nodePool:NodePool";
      store.create({ provider: "gcp", type, id: name, name, inputs: { ...inputs }, outputs: {} });
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await add("early", { ...gkeInputs, cluster: id, location: "us-central1" });
    await add("system", {
      cluster: "mine",
      location: "us-central1",
      nodeConfig: { machineType: "n2-standard-4" },
    });
    await add("late", { ...gkeInputs, cluster: "mine", location: "us-central1" });
    const pools = poolsOf(store, { cloud: "gke", id });
    expect(pools.map(({ name, node }) => [name, node.taints.length])).toEqual([
      ["early", 1],
      ["system", 0],
      ["late", 2],
    ]);
    expect(pools[1]?.zones).toEqual(["us-central1-a", "us-central1-b", "us-central1-c"]);
  });
});
