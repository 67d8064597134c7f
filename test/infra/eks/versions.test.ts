import { beforeAll, expect, test } from "vitest";
import { eksEntries } from "../../config/support.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import { provisioned, type Provisioned } from "./requests.ts";

const addOns = [
  "add-ons-coredns",
  "add-ons-ebs-csi",
  "add-ons-metrics-server",
  "add-ons-node-monitor",
  "eks-identity-agent",
];

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function versionsOf({ resources }: Provisioned, type: string, field: string): unknown[] {
  const found = resources.filter((resource) => resource.type === type);
  return [...new Set(found.map(({ inputs }) => inputs[field]))];
}

test("new clusters have Kubernetes 1.36, and an autoscaler of the patch that the table has for it", () => {
  expect(inputsOf(made.resources, "eks-cluster")).toMatchObject({ version: "1.36" });
  expect(JSON.stringify(inputsOf(made.resources, "autoscaler-deployment"))).toContain(
    "cluster-autoscaler:v1.36.1",
  );
});

test.each(addOns)("%s gets the version that AWS has now, so that a later up moves it", (name) => {
  expect(inputsOf(made.resources, name)).toMatchObject({ addonVersion: "v1.2.3-eksbuild.4" });
});

test("every node group gets the images that AWS has now, so that a later up replaces its nodes", () => {
  const type = "aws:eks/nodeGroup:NodeGroup";
  expect(versionsOf(made, type, "releaseVersion")).toEqual(["1.36.3-20261101"]);
});

test("AWS is asked for the version of the stack, with the stack's own provider", async () => {
  const older = await provisioned({ eks: { ...eksEntries.eks, version: "1.35" } });
  expect(versionsOf(older, "aws:eks/nodeGroup:NodeGroup", "releaseVersion")).toEqual([
    "1.35.3-20261101",
  ]);
  expect(older.calls.map(({ provider }) => provider).filter((name) => name !== "aws")).toEqual([]);
  const asked = older.calls.flatMap(({ inputs }) => inputs["name"] ?? inputs["addonName"]);
  expect([...new Set(asked)].toSorted()).toEqual([
    "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended/release_version",
    "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/release_version",
    "aws-ebs-csi-driver",
    "coredns",
    "eks-node-monitoring-agent",
    "eks-pod-identity-agent",
    "metrics-server",
  ]);
});

test("what is held stays, and is not asked for", async () => {
  const addOns = {
    coredns: "v1.13.1-eksbuild.1",
    "vpc-cni": "v1.20.0-eksbuild.2",
    "kube-proxy": "v1.36.0-eksbuild.1",
  };
  const held = await provisioned({
    eks: { ...eksEntries.eks, hold: { nodes: "1.36.1-20260701", addOns } },
  });
  const type = "aws:eks/nodeGroup:NodeGroup";
  expect(versionsOf(held, type, "releaseVersion")).toEqual(["1.36.1-20260701"]);
  expect(inputsOf(held.resources, "add-ons-coredns")).toMatchObject({
    addonVersion: addOns.coredns,
  });
  expect(inputsOf(held.resources, "eks-cluster")).toMatchObject({
    vpcCniOptions: { addonVersion: addOns["vpc-cni"], enableNetworkPolicy: true },
    kubeProxyAddonOptions: { enabled: true, version: addOns["kube-proxy"] },
  });
  expect(held.calls.map(({ inputs }) => inputs["addonName"])).not.toContain("coredns");
});

test("nodes that are held wait behind the control plane, in the middle of an upgrade", async () => {
  const held = await provisioned({
    eks: { ...eksEntries.eks, hold: { nodes: "1.35.9-20261101" } },
  });
  const type = "aws:eks/nodeGroup:NodeGroup";
  expect(versionsOf(held, type, "version")).toEqual(["1.35"]);
  expect(versionsOf(held, type, "releaseVersion")).toEqual(["1.35.9-20261101"]);
  expect(inputsOf(held.resources, "eks-cluster")).toMatchObject({ version: "1.36" });
});
