import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { without, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { directAws, subnets, vpc } from "./direct-aws.ts";
import * as types from "./types.ts";

let cloud: DirectCloud;

beforeEach(async () => {
  cloud = await directAws();
});

afterEach(() => {
  cloud.dispose();
});

function gateway(of: Resource): Promise<Resource> {
  return cloud.create(types.internetGateway, "gateway", { vpcId: of.id });
}

async function nat(inside: Resource): Promise<{ address: Resource; nat: Resource }> {
  const address = await cloud.create(types.address, "address", { domain: "vpc" });
  const inputs = { subnetId: inside.id, allocationId: address.id };
  return { address, nat: await cloud.create(types.natGateway, "nat", inputs) };
}

/** What the cluster's controller would have written. */
function loadBalancer(inSubnet: Resource, hostname: string): void {
  const stored = { provider: "aws", type: types.loadBalancer, id: "a1", name: "a1" };
  const inputs = { subnets: [inSubnet.id], cluster: "main" };
  cloud.store.create({ ...stored, inputs, outputs: { hostname } });
}

describe("a network", () => {
  it("has ids and ARNs in Amazon's forms, and the provider's tags", async () => {
    const net = await vpc(cloud);
    expect(net.id).toMatch(/^vpc-0[0-9a-f]{16}$/);
    expect(net.outputs).toMatchObject({
      arn: `arn:aws:ec2:us-east-1:111122223333:vpc/${net.id}`,
      ownerId: "111122223333",
      region: "us-east-1",
      tagsAll: { "framewright:stack": "test" },
    });
    const [subnet] = await subnets(cloud, net);
    expect(subnet?.outputs["availabilityZoneId"]).toBe("use1-az6");
  });

  it("merges a resource's tags over the provider's", async () => {
    const tags = { "framewright:stack": "own", Name: "main" };
    const net = await cloud.create(types.vpc, "vpc", { cidrBlock: "10.10.0.0/16", tags });
    expect(net.outputs["tagsAll"]).toEqual(tags);
  });

  it.each<[string, JsonObject, string]>([
    ["outside of the VPC", { cidrBlock: "10.11.0.0/20" }, "InvalidSubnet.Range"],
    ["over another one", { cidrBlock: "10.10.8.0/21" }, "InvalidSubnet.Conflict"],
    ["of another region", { availabilityZone: "eu-west-1a" }, "parameter availabilityZone"],
    ["of no VPC", { vpcId: "vpc-1" }, "InvalidVpcID.NotFound: The vpc ID 'vpc-1'"],
    ["with host bits", { cidrBlock: "10.10.128.1/20" }, "is not a network of /16 to /28"],
  ])("refuses a subnet %s", async (_what, more, reason) => {
    const net = await vpc(cloud);
    await subnets(cloud, net, ["a"]);
    const inputs = { vpcId: net.id, cidrBlock: "10.10.128.0/20", ...more };
    await expect(cloud.create(types.subnet, "another", inputs)).rejects.toThrow(reason);
  });

  it("makes a NAT gateway only where a way to the internet is", async () => {
    const net = await vpc(cloud);
    const [subnet] = await subnets(cloud, net);
    await expect(nat(subnet!)).rejects.toThrow("Gateway.NotAttached");
    await gateway(net);
    const made = await nat(subnet!);
    expect(made.nat.outputs).toMatchObject({
      privateIp: "10.10.0.10",
      publicIp: made.address.outputs["publicIp"],
      vpcId: net.id,
    });
  });

  it("has one internet gateway, and routes to no other network's", async () => {
    const [net, other] = [await vpc(cloud), await vpc(cloud)];
    const table = await cloud.create(types.routeTable, "table", { vpcId: other.id });
    const { id: gatewayId } = await gateway(net);
    await expect(gateway(net)).rejects.toThrow("Resource.AlreadyAssociated");
    const route = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId };
    await expect(cloud.create("aws:ec2/route:Route", "route", route)).rejects.toThrow(
      "belong to different networks",
    );
  });

  it("takes one route for a destination, to one target", async () => {
    const net = await vpc(cloud);
    const { id: gatewayId } = await gateway(net);
    const table = await cloud.create(types.routeTable, "table", { vpcId: net.id });
    const route = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId };
    const made = await cloud.create("aws:ec2/route:Route", "route", route);
    expect(made.id.startsWith(`r-${table.id}`)).toBe(true);
    const again = cloud.create("aws:ec2/route:Route", "again", route);
    await expect(again).rejects.toThrow("RouteAlreadyExists");
    const two = cloud.create("aws:ec2/route:Route", "two", { ...route, natGatewayId: "nat-1" });
    await expect(two).rejects.toThrow("exactly one of");
  });
});

describe("deleting", () => {
  it("goes from the inside to the outside, and refuses any other order", async () => {
    const net = await vpc(cloud);
    const [subnet, second] = await subnets(cloud, net);
    const internet = await gateway(net);
    const { address, nat: natGateway } = await nat(subnet!);
    const violation = "DependencyViolation: The vpc";
    await expect(cloud.delete(net)).rejects.toThrow(violation);
    await expect(cloud.delete(subnet!)).rejects.toThrow("DependencyViolation: The subnet");
    await expect(cloud.delete(internet)).rejects.toThrow("mapped public address(es)");
    await expect(cloud.delete(address)).rejects.toThrow("InvalidIPAddress.InUse");
    for (const inner of [natGateway, address, internet, subnet!]) await cloud.delete(inner);
    await expect(cloud.delete(net)).rejects.toThrow(violation);
    await cloud.delete(second!);
    await cloud.delete(net);
    expect(cloud.store.list()).toEqual([]);
  });

  it.each([
    ["internal-a1.elb.us-east-1.amazonaws.com", false],
    ["a1.elb.us-east-1.amazonaws.com", true],
  ])("is blocked by the load balancer %s", async (hostname, isPublic) => {
    const net = await vpc(cloud);
    const [subnet, second] = await subnets(cloud, net);
    const internet = await gateway(net);
    loadBalancer(subnet!, hostname);
    await expect(cloud.delete(subnet!)).rejects.toThrow("DependencyViolation: The subnet");
    await cloud.delete(second!);
    if (isPublic) await expect(cloud.delete(internet)).rejects.toThrow("mapped public address");
    else await cloud.delete(internet);
  });

  it("a security group waits for whoever stands in it", async () => {
    const net = await vpc(cloud);
    const group = await cloud.create(types.securityGroup, "group", { vpcId: net.id });
    const other = await cloud.create(types.securityGroup, "other", { vpcId: net.id });
    const rule = await cloud.create(
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "r",
      {
        securityGroupId: group.id,
        referencedSecurityGroupId: other.id,
        ipProtocol: "tcp",
        fromPort: 5432,
        toPort: 5432,
      },
    );
    await expect(cloud.delete(other)).rejects.toThrow("has a dependent object");
    await cloud.delete(group);
    expect(await cloud.read(rule)).toBeUndefined();
    await cloud.delete(other);
  });
});

describe("a launch template", () => {
  it("has a new version with each change of what instances are made of", async () => {
    const made = await cloud.create(types.launchTemplate, "t", { updateDefaultVersion: true });
    expect(made.outputs).toMatchObject({ latestVersion: 1, defaultVersion: 1 });
    const tagged = await cloud.update(made, { tags: { Name: "t" } });
    expect(tagged.outputs["latestVersion"]).toBe(1);
    const changed = await cloud.update(tagged, { metadataOptions: { httpTokens: "required" } });
    expect(changed.outputs).toMatchObject({ latestVersion: 2, defaultVersion: 2 });
    const inputs = without(changed.inputs, "metadataOptions");
    const back = await cloud.update({ ...changed, inputs }, {});
    expect(back.outputs["latestVersion"]).toBe(3);
    const same = await cloud.update(back, {});
    expect(same.outputs["latestVersion"]).toBe(3);
  });
});

describe("what a change means", () => {
  it("is a new subnet for another range, and the same one for another tag", async () => {
    const [subnet] = await subnets(cloud, await vpc(cloud));
    expect(await cloud.diff(subnet!, { cidrBlock: "10.10.64.0/20" })).toEqual({
      cidrBlock: "update-replace",
    });
    expect(await cloud.diff(subnet!, { tags: { Name: "a" } })).toEqual({ tags: "add" });
  });
});
