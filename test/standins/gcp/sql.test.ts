import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { addressType, directGcp, network, subnetwork } from "./direct-gcp.ts";
import { instanceType } from "./type-tokens.ts";

const connectionType = "gcp:servicenetworking/connection:Connection";

let cloud: DirectCloud;

beforeEach(async () => {
  cloud = await directGcp();
});

afterEach(() => {
  cloud.dispose();
});

describe("a managed Postgres", () => {
  const settings = { tier: "db-custom-2-7680", edition: "ENTERPRISE" };

  async function instance(of: Resource, more: JsonObject = {}): Promise<Resource> {
    const ipConfiguration = { privateNetwork: of.id, ipv4Enabled: false };
    return cloud.create(instanceType, "db", {
      databaseVersion: "POSTGRES_17",
      deletionProtection: false,
      settings: { ...settings, ipConfiguration, ...more },
    });
  }

  async function peered(of: Resource, more: JsonObject = {}): Promise<Resource> {
    const range = await cloud.create(addressType, "range", {
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      prefixLength: 20,
      network: of.id,
    });
    return cloud.create(connectionType, "peering", {
      network: of.id,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [range.outputs["name"] ?? ""],
      ...more,
    });
  }

  it("needs the network's peering first", async () => {
    const net = await network(cloud);
    await expect(instance(net)).rejects.toThrow("NETWORK_NOT_PEERED");
    await peered(net);
    const { outputs } = await instance(net);
    expect(outputs["privateIpAddress"]).toMatch(/^10\./);
    expect(outputs["publicIpAddress"]).toBe("");
    expect(at(outputs, "serverCaCerts", 0, "cert")).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  });

  it("is refused with a machine that its edition does not have", async () => {
    const net = await network(cloud);
    const creating = instance(net, { edition: "ENTERPRISE_PLUS" });
    await expect(creating).rejects.toThrow("Invalid Tier (db-custom-2-7680) for (ENTERPRISE_PLUS)");
  });

  it("leaves a peering behind that Google does not delete for days, and an abandoned one holds the network", async () => {
    const net = await network(cloud);
    const peering = await peered(net);
    await cloud.delete(await instance(net));
    await expect(cloud.delete(peering)).rejects.toThrow("Producer services (e.g. CloudSQL");
    await cloud.delete(await cloud.update(peering, { deletionPolicy: "ABANDON" }));
    await expect(cloud.delete(net)).rejects.toThrow("is already being used by");
  });

  it("has databases and users that go with it, and a name that stays taken", async () => {
    const db = await cloud.create(instanceType, "db", {
      name: "main",
      databaseVersion: "POSTGRES_17",
      deletionProtection: false,
      settings,
    });
    await cloud.create("gcp:sql/database:Database", "jobs", { instance: "main", name: "jobs" });
    const user = await cloud.create("gcp:sql/user:User", "owner", {
      instance: "main",
      name: "owner",
    });
    expect(user.id).toBe("owner//main");
    await cloud.delete(db);
    expect(cloud.store.list()).toEqual([]);
    const again = cloud.create(instanceType, "db", {
      name: "main",
      databaseVersion: "POSTGRES_17",
      settings,
    });
    await expect(again).rejects.toThrow("already exists");
  });

  it("is reached by a forwarding rule where it offers a service, and leaves nothing behind", async () => {
    const net = await network(cloud);
    const nodes = await subnetwork(cloud, net);
    const ipConfiguration = {
      ipv4Enabled: false,
      pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["project-one"] }],
    };
    const db = await cloud.create(instanceType, "db", {
      databaseVersion: "POSTGRES_17",
      deletionProtection: false,
      settings: { ...settings, ipConfiguration },
    });
    const address = await cloud.create("gcp:compute/address:Address", "address", {
      addressType: "INTERNAL",
      subnetwork: nodes.id,
    });
    const rule = await cloud.create("gcp:compute/forwardingRule:ForwardingRule", "rule", {
      network: net.id,
      subnetwork: nodes.id,
      ipAddress: address.outputs["selfLink"] ?? "",
      target: db.outputs["pscServiceAttachmentLink"] ?? "",
      loadBalancingScheme: "",
    });
    expect(rule.outputs["target"]).toMatch(/\/serviceAttachments\//);
    await expect(cloud.delete(address)).rejects.toThrow("already being used by");
    for (const one of [rule, address, db, nodes, net]) await cloud.delete(one);
    expect(cloud.store.list()).toEqual([]);
  });
});
