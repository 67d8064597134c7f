import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { cluster, directAws, ids, role, subnets, vpc } from "./direct-aws.ts";
import * as types from "./types.ts";

let cloud: DirectCloud;
let network: Resource;

beforeEach(async () => {
  cloud = await directAws();
  network = await vpc(cloud);
});

afterEach(() => {
  cloud.dispose();
});

/** Inputs of a cluster that EKS would make; no test here does, as that would start one. */
async function clusterInputs(more: JsonObject = {}): Promise<JsonObject> {
  const { outputs } = await role(cloud, "eks.amazonaws.com");
  return {
    name: "main",
    roleArn: outputs["arn"] ?? "",
    vpcConfig: { subnetIds: ids(await subnets(cloud, network)) },
    ...more,
  };
}

describe("a cluster is refused", () => {
  it.each<[string, () => Promise<JsonObject>, string]>([
    [
      "in one zone",
      async () => ({ vpcConfig: { subnetIds: ids(await subnets(cloud, network, ["a"])) } }),
      "at least two different AZs",
    ],
    [
      "in a physical zone without room for control planes",
      async () => ({ vpcConfig: { subnetIds: ids(await subnets(cloud, network, ["a", "d"])) } }),
      "UnsupportedAvailabilityZoneException: Cannot create cluster 'main' because us-east-1d,",
    ],
    [
      "with a role that EKS may not take on",
      async () => ({ roleArn: (await role(cloud, "ec2.amazonaws.com")).outputs["arn"] ?? "" }),
      "could not be assumed",
    ],
    [
      "with a role that is not there",
      () => Promise.resolve({ roleArn: "arn:aws:iam::111122223333:role/gone" }),
      "NoSuchEntity: The role with name arn:aws:iam::111122223333:role/gone",
    ],
    [
      "with a name of another alphabet",
      () => Promise.resolve({ name: "framewright.dev" }),
      "is no name of a cluster",
    ],
  ])("%s", async (_what, more, reason) => {
    const given = await more();
    const inputs: JsonObject =
      "vpcConfig" in given
        ? { name: "main", roleArn: (await role(cloud, "eks.amazonaws.com")).outputs["arn"] ?? "" }
        : await clusterInputs();
    const creating = cloud.create(types.cluster, "main", { ...inputs, ...given });
    await expect(creating).rejects.toThrow(reason);
    expect(cloud.store.list(types.cluster)).toEqual([]);
  });

  it("without any endpoint", async () => {
    const inputs = await clusterInputs();
    const vpcConfig = { ...(inputs["vpcConfig"] as JsonObject), endpointPublicAccess: false };
    const creating = cloud.create(types.cluster, "main", { ...inputs, vpcConfig });
    await expect(creating).rejects.toThrow("Private and public endpoint access cannot be false");
  });
});

/** A cluster that is there, as the program knows it. */
async function stored(outputs: JsonObject): Promise<Resource> {
  const inputs = await clusterInputs();
  cluster(cloud, network.id, { ...inputs, version: "1.35", status: "ACTIVE", ...outputs });
  const all = cloud.store.find(types.cluster, "main")!.outputs;
  return { type: types.cluster, name: "main", id: "main", inputs, outputs: all };
}

describe("a cluster that is there", () => {
  it.each([
    ["1.36", undefined],
    ["1.37", "Unsupported Kubernetes minor version update from 1.35 to 1.37"],
    ["1.34", "Unsupported Kubernetes minor version update from 1.35 to 1.34"],
  ])("goes to version %s by one step, upwards", async (version, reason) => {
    const updating = cloud.update(await stored({}), { version });
    if (reason === undefined) expect((await updating).outputs["version"]).toBe(version);
    else await expect(updating).rejects.toThrow(reason);
  });

  it("keeps its security group and its VPC through an update", async () => {
    const computed = { vpcId: network.id, clusterSecurityGroupId: "sg-0main" };
    const made = await stored({ vpcConfig: computed });
    const { outputs } = await cloud.update(made, { deletionProtection: true });
    expect(outputs["vpcConfig"]).toMatchObject({ ...computed, endpointPublicAccess: true });
  });

  it("is deleted neither with protection, nor with node groups", async () => {
    const protectedOne = await stored({ deletionProtection: true });
    await expect(cloud.delete(protectedOne)).rejects.toThrow("deletion protection is enabled");
    const open = await cloud.update(protectedOne, { deletionProtection: false });
    cloud.store.create({
      provider: "aws",
      type: types.nodeGroup,
      id: "main:a",
      name: "a",
      inputs: {},
      outputs: { clusterName: "main" },
    });
    await expect(cloud.delete(open)).rejects.toThrow("Cluster has nodegroups attached: main");
  });

  it("is replaced for another name, role, key or range of services, and for no other switch", async () => {
    const made = await stored({});
    const replaced = {
      roleArn: "x",
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.21.0.0/16" },
    };
    for (const [key, value] of Object.entries(replaced)) {
      const changes = Object.values(await cloud.diff(made, { [key]: value }));
      expect(changes.every((change) => change.endsWith("-replace"))).toBe(true);
    }
    const harmless = { deletionProtection: true, version: "1.36", enabledClusterLogTypes: ["api"] };
    expect(Object.values(await cloud.diff(made, harmless)).toSorted()).toEqual([
      "add",
      "add",
      "add",
    ]);
  });

  it("takes its add-ons with it", async () => {
    const made = await stored({});
    await cloud.create("aws:eks/addon:Addon", "cni", { clusterName: "main", addonName: "vpc-cni" });
    await cloud.delete(made);
    expect(cloud.store.list("aws:eks/addon:Addon")).toEqual([]);
  });

  it.each([
    ["takes its security group with it", false],
    ["leaves it, and the VPC cannot go, where a rule names it", true],
  ])("%s", async (_what, isNamed) => {
    const group = await cloud.create(types.securityGroup, "made-by-eks", { vpcId: network.id });
    const own = await cloud.create(types.securityGroup, "database", { vpcId: network.id });
    if (isNamed) {
      await cloud.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule", {
        securityGroupId: own.id,
        referencedSecurityGroupId: group.id,
        ipProtocol: "tcp",
      });
    }
    await cloud.delete(await stored({ vpcConfig: { clusterSecurityGroupId: group.id } }));
    const left = cloud.store.list(types.securityGroup).map(({ id }) => id);
    expect(left.includes(group.id)).toBe(isNamed);
  });
});
