import { beforeAll, describe, expect, test } from "vitest";
import { inputsOf } from "../../support/under-mocks.ts";
import { provisioned, requestOf, type Provisioned } from "./requests.ts";

const groups = [
  "nodes-system-use1-az1",
  "nodes-system-use1-az2",
  "nodes-cpu-spot",
  "nodes-cpu",
  "nodes-gpu-a100",
  "nodes-gpu-l4-spot",
  "nodes-gpu-l4",
];

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

test("production has these node groups and no other", () => {
  const found = made.resources
    .filter(({ type }) => type === "aws:eks/nodeGroup:NodeGroup")
    .map(({ name }) => name);
  expect(found.toSorted()).toEqual(groups.map((group) => `${group}-nodes`).toSorted());
});

test("seed 004's L4 pool on spot is exactly this node group", () => {
  const { tags, ...rest } = of("nodes-gpu-l4-spot-nodes");
  expect(tags).toMatchObject({
    "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu": "2",
  });
  expect(rest).toEqual({
    clusterName: "framewright-prod",
    nodeGroupNamePrefix: "gpu-l4-spot-",
    version: "1.36",
    releaseVersion: "1.36.3-20261101",
    nodeRoleArn: expect.stringContaining("node-role") as string,
    subnetIds: ["network-private-use1-az1-id", "network-private-use1-az2-id"],
    amiType: "AL2023_x86_64_NVIDIA",
    capacityType: "SPOT",
    instanceTypes: ["g6.2xlarge"],
    launchTemplate: { id: "nodes-gpu-l4-spot-launch-template-id", version: "1" },
    scalingConfig: { minSize: 0, maxSize: 8, desiredSize: 0 },
    updateConfig: { maxUnavailable: 1, updateStrategy: "MINIMAL" },
    nodeRepairConfig: { enabled: true },
    labels: {
      "framewright.dev/pool": "l4-spot",
      "framewright.dev/pool-kind": "gpu",
      "framewright.dev/gpu": "l4",
      "framewright.dev/video-encode": "true",
      "framewright.dev/tier": "standard",
      "framewright.dev/capacity": "spot",
      "nvidia.com/gpu.present": "true",
      "k8s.amazonaws.com/accelerator": "nvidia-l4",
    },
    taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" }],
  });
});

test("CPU workers have a spot group with seed 002's label and taint, and one on demand behind it", () => {
  expect(of("nodes-cpu-spot-nodes")).toMatchObject({
    capacityType: "SPOT",
    instanceTypes: ["m6i.2xlarge"],
    scalingConfig: { minSize: 0, maxSize: 8, desiredSize: 0 },
    labels: { "framewright.dev/pool-kind": "cpu-workers", "workload-type": "spot" },
    taints: [{ key: "spot-instance", value: "true", effect: "NO_SCHEDULE" }],
  });
  expect(of("nodes-cpu-nodes")).toMatchObject({
    capacityType: "ON_DEMAND",
    scalingConfig: { minSize: 0, maxSize: 8, desiredSize: 0 },
    labels: { "framewright.dev/pool-kind": "cpu-workers" },
    taints: [{ key: "framewright.dev/pool-kind", value: "cpu-workers", effect: "NO_SCHEDULE" }],
  });
  expect(of("autoscaler-priorities")).toMatchObject({
    data: {
      priorities: expect.stringMatching(
        /\n3:\n {2}- '\^eks-cpu-spot-.*\n2:\n {2}- '\^eks-cpu-\[/,
      ) as string,
    },
  });
});

test("a system group is of one zone, so that volumes find their nodes", () => {
  expect(of("nodes-system-use1-az2-nodes")).toMatchObject({
    subnetIds: ["network-private-use1-az2-id"],
    amiType: "AL2023_x86_64_STANDARD",
    capacityType: "ON_DEMAND",
    scalingConfig: { minSize: 0, maxSize: 5, desiredSize: 0 },
    updateConfig: { updateStrategy: "DEFAULT" },
    taints: [],
  });
});

describe.each(groups)("%s", (group) => {
  test("asks for the metadata service's second version, and not from pods", () => {
    expect(of(`${group}-launch-template`)).toMatchObject({
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
    });
  });

  test("has an encrypted disk that goes with the node", () => {
    expect(of(`${group}-launch-template`)).toMatchObject({
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: group.startsWith("nodes-gpu") ? 250 : 100,
            encrypted: "true",
            deleteOnTermination: "true",
          },
        },
      ],
    });
  });

  test("tags what EC2 makes with the stack", () => {
    const tags = expect.objectContaining({ "framewright:stack": "prod" }) as unknown;
    expect(of(`${group}-launch-template`).tagSpecifications).toEqual([
      { resourceType: "instance", tags },
      { resourceType: "volume", tags },
      { resourceType: "network-interface", tags },
    ]);
  });

  test("leaves the number of nodes to the autoscaler", () => {
    expect(requestOf(made.requests, `${group}-nodes`).ignoreChanges).toEqual([
      "scalingConfig.desiredSize",
    ]);
  });

  test("is repaired", () => {
    expect(of(`${group}-nodes`)).toMatchObject({ nodeRepairConfig: { enabled: true } });
  });

  test("comes after the pod network, identities, rights and ways out, and goes before them", () => {
    expect(requestOf(made.requests, `${group}-nodes`).dependsOn).toEqual(
      expect.arrayContaining([
        "eks-cluster",
        "eks-identity-agent",
        "eks-pod-network-identity",
        "node-role-AmazonEKSWorkerNodePolicy",
        "node-role-AmazonEC2ContainerRegistryPullOnly",
        "network-private-use1-az1-default",
        "network-private-use1-az2-default",
      ]),
    );
  });
});

test.each(["a100", "l4-spot", "l4"])(
  "pool %s comes after the system pool and its own device plugin",
  (pool) => {
    expect(requestOf(made.requests, `nodes-gpu-${pool}-nodes`).dependsOn).toEqual(
      expect.arrayContaining([
        "nodes-system-use1-az1-nodes",
        "nodes-system-use1-az2-nodes",
        `device-plugin-${pool}-daemons`,
      ]),
    );
  },
);

test("a GPU group waits for no node at its creation, whatever the pool's least number is", () => {
  const sizes = made.resources
    .filter(({ name }) => name.startsWith("nodes-gpu-") && name.endsWith("-nodes"))
    .map(({ inputs }) => inputs["scalingConfig"]);
  expect(sizes).toHaveLength(3);
  for (const size of sizes) expect(size).toMatchObject({ minSize: 0, desiredSize: 0 });
});

test("placeholders keep the least number of nodes, in the one pool that has such a number", () => {
  const deployments = made.resources.filter(({ name }) => name.startsWith("node-minimum-"));
  expect(deployments.map(({ name }) => name)).toEqual([
    "node-minimum-l4-spot",
    "node-minimum-l4-spot-placeholders",
  ]);
  expect(of("node-minimum-l4-spot-placeholders")).toMatchObject({
    metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
    spec: {
      replicas: 1,
      strategy: { rollingUpdate: { maxSurge: 0 } },
      template: { spec: { nodeSelector: { "framewright.dev/pool": "l4-spot" } } },
    },
  });
  expect(requestOf(made.requests, "node-minimum-l4-spot-placeholders").dependsOn).toContain(
    "autoscaler-deployment",
  );
});

test("nodes may join and pull images, and nothing else", () => {
  const policies = made.resources
    .filter(({ name }) => name.startsWith("node-role-"))
    .map(({ inputs }) => inputs.policyArn);
  expect(policies.toSorted()).toEqual([
    "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
  ]);
});

describe("pools from the stack file", () => {
  const pools = [
    { name: "l4", gpu: "l4", slicesPerGpu: 2, maxNodes: 6, zones: ["use1-az2"], diskGi: 300 },
  ];
  let other: Provisioned;
  beforeAll(async () => {
    other = await provisioned({ gpu: { pools }, workers: { nvenc: { replicas: { max: 2 } } } });
  });

  test("replace the default ones", () => {
    const names = other.requests
      .filter(({ type }) => type === "framewright:infra:NodePool")
      .map(({ name }) => name);
    expect(names.toSorted()).toEqual([
      "nodes-cpu",
      "nodes-cpu-spot",
      "nodes-gpu-l4",
      "nodes-system-use1-az1",
      "nodes-system-use1-az2",
    ]);
  });

  test("are placed in their own zones with their own disks", () => {
    expect(inputsOf(other.resources, "nodes-gpu-l4-nodes")).toMatchObject({
      subnetIds: ["network-private-use1-az2-id"],
      instanceTypes: ["g6.2xlarge"],
      scalingConfig: { minSize: 0, maxSize: 6, desiredSize: 0 },
    });
    expect(inputsOf(other.resources, "nodes-gpu-l4-launch-template")).toMatchObject({
      blockDeviceMappings: [{ ebs: { volumeSize: 300 } }],
    });
  });
});
