import { beforeAll, describe, expect, test } from "vitest";
import { inputsOf } from "../../support/under-mocks.ts";
import { provisioned, requestOf, type Provisioned } from "./requests.ts";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

const addOns = ["coredns", "ebs-csi", "metrics-server", "node-monitor"];

test("the add-ons are these", () => {
  const found = made.resources
    .filter(({ type }) => type === "aws:eks/addon:Addon")
    .map(({ inputs }) => inputs.addonName);
  expect(found.toSorted()).toEqual([
    "aws-ebs-csi-driver",
    "coredns",
    "eks-node-monitoring-agent",
    "eks-pod-identity-agent",
    "metrics-server",
  ]);
});

test.each(addOns)("%s comes when there are nodes, and runs on until they go", (addOn) => {
  expect(of(`add-ons-${addOn}`)).toMatchObject({
    clusterName: "framewright-prod",
    resolveConflictsOnCreate: "OVERWRITE",
    resolveConflictsOnUpdate: "OVERWRITE",
    preserve: true,
  });
  expect(requestOf(made.requests, `add-ons-${addOn}`).dependsOn).toEqual(
    expect.arrayContaining(["nodes-system-use1-az1-nodes", "nodes-system-use1-az2-nodes"]),
  );
});

describe("the autoscaler", () => {
  test("has its identity before its first pod", () => {
    expect(of("autoscaler-identity-association")).toMatchObject({
      namespace: "kube-system",
      serviceAccount: "cluster-autoscaler",
    });
    expect(requestOf(made.requests, "autoscaler-deployment").dependsOn).toEqual(
      expect.arrayContaining([
        "autoscaler-identity-association",
        "autoscaler-priorities",
        "autoscaler-cluster-binding",
        "autoscaler-binding",
        "nodes-system-use1-az1-nodes",
      ]),
    );
  });

  test("finds its priorities under the name that it looks for", () => {
    expect(of("autoscaler-priorities").metadata).toMatchObject({
      namespace: "kube-system",
      name: "cluster-autoscaler-priority-expander",
    });
  });

  test("can be drained one pod at a time", () => {
    expect(of("autoscaler-budget").spec).toMatchObject({ maxUnavailable: 1 });
  });
});

describe("device plugins", () => {
  test.each(["a100", "l4-spot", "l4"])("pool %s has its own", (pool) => {
    const name = `nvidia-device-plugin-${pool}`;
    expect(of(`device-plugin-${pool}-config`).metadata).toMatchObject({
      namespace: "kube-system",
      name,
    });
    expect(of(`device-plugin-${pool}-daemons`).metadata).toMatchObject({
      namespace: "kube-system",
      name,
      // A spot node that leaves must not fail an update.
      annotations: { "pulumi.com/skipAwait": "true" },
    });
  });

  test("hand out as many slices as the stack file says", () => {
    const slices = (pool: string) => JSON.stringify(of(`device-plugin-${pool}-config`).data);
    expect(slices("a100")).toContain('\\"replicas\\": 4');
    expect(slices("l4-spot")).toContain('\\"replicas\\": 2');
  });
});

describe("the cluster as services see it", () => {
  test("has the system pool, those of CPU workers and all GPU pools", () => {
    expect(made.cluster.pools.map(({ name }) => name)).toEqual([
      "system",
      "cpu-spot",
      "cpu",
      "a100",
      "l4-spot",
      "l4",
    ]);
    expect(made.cluster.pools[3]?.gpu).toMatchObject({ gpusPerNode: 8, slicesPerGpu: 4 });
  });

  test("enforces network policies and resolves names by CoreDNS", () => {
    expect(made.cluster).toMatchObject({
      networkPolicyEnforced: true,
      dns: { labels: { "k8s-app": "kube-dns" }, port: 53 },
    });
  });

  test("asks the cloud which versions it has while it is planned, and nothing else", () => {
    expect([...new Set(made.calls.map(({ token }) => token))].toSorted()).toEqual([
      "aws:eks/getAddonVersion:getAddonVersion",
      "aws:ssm/getParameter:getParameter",
    ]);
  });
});

test("everything in a namespace of ours comes after nodes, volumes, the autoscaler and the API's identity", () => {
  expect(requestOf(made.requests, "tenancy-api-namespace").dependsOn).toEqual(
    expect.arrayContaining([
      "eks-cluster",
      "nodes-system-use1-az1-nodes",
      "nodes-system-use1-az2-nodes",
      "add-ons-ebs-csi",
      "add-ons-coredns",
      "storage-class",
      "autoscaler-deployment",
      "api-identity-association",
    ]),
  );
});

test("nothing waits for GPU nodes: spot capacity may not be there", () => {
  const waiting = made.requests.filter(({ dependsOn }) =>
    dependsOn.some((name) => /^nodes-gpu-.*-nodes$/.test(name)),
  );
  expect(waiting).toEqual([]);
});
