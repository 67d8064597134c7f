import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { cluster, directAws, role, vpc } from "./direct-aws.ts";
import { publishMore } from "./published.ts";
import * as types from "./types.ts";

const addonType = "aws:eks/addon:Addon";
const podIdentityType = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

let cloud: DirectCloud;
let network: Resource;

beforeEach(async () => {
  cloud = await directAws();
  network = await vpc(cloud);
});

afterEach(() => {
  cloud.dispose();
});

describe("what belongs to a cluster", () => {
  it("is an add-on, in a version that EKS has, with values in JSON", async () => {
    cluster(cloud, network.id);
    const inputs = { clusterName: "main", addonName: "vpc-cni" };
    const { id, outputs } = await cloud.create(addonType, "cni", inputs);
    expect(id).toBe("main:vpc-cni");
    expect(outputs["addonVersion"]).toMatch(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
    const wrong = cloud.create(addonType, "cni", { ...inputs, configurationValues: "a: b" });
    await expect(wrong).rejects.toThrow("contains an invalid JSON");
    const other = cloud.create(addonType, "x", { ...inputs, addonName: "calico" });
    await expect(other).rejects.toThrow("Addon calico specified is not supported");
  });

  it("is an add-on that keeps its version until it is told of a newer one", async () => {
    cluster(cloud, network.id);
    const inputs = { clusterName: "main", addonName: "vpc-cni" };
    const made = await cloud.create(addonType, "cni", inputs);
    expect(made.outputs["addonVersion"]).toBe("v1.21.1-eksbuild.7");
    publishMore(cloud.store.folder);
    const wanted = { ...inputs, addonVersion: "v1.21.1-eksbuild.8" };
    const { outputs } = await cloud.update(made, wanted);
    expect(outputs).toMatchObject(wanted);
    const unknown = cloud.update(made, { ...inputs, addonVersion: "v1.21.1-eksbuild.9" });
    await expect(unknown).rejects.toThrow("Addon version specified is not supported");
  });

  it("is an add-on of the cluster's own Kubernetes", async () => {
    cluster(cloud, network.id);
    const inputs = { clusterName: "main", addonName: "kube-proxy" };
    const creating = cloud.create(addonType, "proxy", {
      ...inputs,
      addonVersion: "v1.36.3-eksbuild.2",
    });
    await expect(creating).rejects.toThrow("Addon version specified is not supported");
  });

  it("is an add-on that becomes healthy on nodes alone", async () => {
    cluster(cloud, network.id);
    const inputs = { clusterName: "main", addonName: "coredns" };
    await expect(cloud.create(addonType, "dns", inputs)).rejects.toThrow("DEGRADED");
  });

  it("is a pod identity, whose role lets pods take it on and be told apart", async () => {
    cluster(cloud, network.id);
    const statement = {
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    };
    const trusting = await cloud.create(types.role, "pod", {
      assumeRolePolicy: JSON.stringify({ Statement: [statement] }),
    });
    const other = await role(cloud, "pods.eks.amazonaws.com");
    const inputs = { clusterName: "main", namespace: "a", serviceAccount: "b" };
    const roleArn = trusting.outputs["arn"] ?? "";
    const made = await cloud.create(podIdentityType, "id", { ...inputs, roleArn });
    expect(made.id).toMatch(/^a-[0-9a-f]{17}$/);
    const again = cloud.create(podIdentityType, "again", { ...inputs, roleArn });
    await expect(again).rejects.toThrow("Association already exists");
    const wrong = { ...inputs, namespace: "c", roleArn: other.outputs["arn"] ?? "" };
    await expect(cloud.create(podIdentityType, "x", wrong)).rejects.toThrow("Trust policy of role");
  });

  it("is an access entry, before a policy is tied to it", async () => {
    cluster(cloud, network.id);
    const principalArn = "arn:aws:iam::111122223333:role/admins";
    const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
    const policy = {
      clusterName: "main",
      principalArn,
      policyArn,
      accessScope: { type: "cluster" },
    };
    const type = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
    await expect(cloud.create(type, "p", policy)).rejects.toThrow(
      "principalArn could not be found",
    );
    await cloud.create(types.accessEntry, "e", { clusterName: "main", principalArn });
    await cloud.create(type, "p", policy);
    const typo = { ...policy, policyArn: policyArn.replace("Admin", "Boss") };
    await expect(cloud.create(type, "q", typo)).rejects.toThrow("policyArn parameter format");
  });
});
