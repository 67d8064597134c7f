import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { directGcp, network, subnetwork } from "./direct-gcp.ts";
import { clusterType } from "./type-tokens.ts";

let cloud: DirectCloud;

beforeEach(async () => {
  cloud = await directGcp();
});

afterEach(() => {
  cloud.dispose();
});

/** Inputs of a cluster that Google would make. */
async function inputs(more: JsonObject = {}): Promise<JsonObject> {
  const net = await network(cloud);
  const nodes = await subnetwork(cloud, net, {
    secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.20.0.0/14" }],
  });
  return {
    location: "us-central1",
    network: net.id,
    subnetwork: nodes.id,
    initialNodeCount: 1,
    ...more,
  };
}

async function key(): Promise<Resource> {
  const ring = await cloud.create("gcp:kms/keyRing:KeyRing", "ring", { location: "us-central1" });
  return cloud.create("gcp:kms/cryptoKey:CryptoKey", "key", { keyRing: ring.id });
}

describe("a cluster is refused", () => {
  it.each<[string, JsonObject, string]>([
    ["without a first node", { initialNodeCount: 0 }, "initial_node_count must be greater"],
    [
      "with a range that its subnetwork does not have",
      { ipAllocationPolicy: { clusterSecondaryRangeName: "pots" } },
      'Secondary range "pots" does not exist',
    ],
    [
      "with nothing but a private endpoint and nobody let through",
      { privateClusterConfig: { enablePrivateEndpoint: true, enablePrivateNodes: true } },
      "Master authorized networks must be enabled",
    ],
    [
      "with a version that its channel does not have",
      { releaseChannel: { channel: "STABLE" }, minMasterVersion: "1.36" },
      'No valid versions with the prefix "1.36" found',
    ],
    ["in a network that is not there", { subnetwork: "gone" }, "'gone' (subnetwork) was not found"],
  ])("%s", async (_what, more, reason) => {
    const creating = cloud.create(clusterType, "main", await inputs(more));
    await expect(creating).rejects.toThrow(reason);
    expect(cloud.store.list(clusterType)).toEqual([]);
  });

  it("with a key that GKE may not use", async () => {
    const { id } = await key();
    const databaseEncryption = { state: "ENCRYPTED", keyName: id };
    const creating = cloud.create(clusterType, "main", await inputs({ databaseEncryption }));
    await expect(creating).rejects.toThrow("useToEncrypt' denied on resource");
  });

  it("with a name of more than 40 characters", async () => {
    const [failure] = await cloud.check(clusterType, "main", { name: "a".repeat(41) });
    expect(failure?.reason).toContain("at most 40 characters");
  });
});

describe("a cluster's version", () => {
  it("rises one minor version at a time", async () => {
    const id = "projects/project-one/locations/us-central1/clusters/main";
    const given = await inputs({ name: "main" });
    const outputs = { ...given, masterVersion: "1.34.1-gke.1000000" };
    const resource = { type: clusterType, name: "main", id, inputs: given, outputs };
    cloud.store.create({
      provider: "gcp",
      type: clusterType,
      id,
      name: "main",
      inputs: given,
      outputs,
    });
    const updating = cloud.update(resource, { ...given, minMasterVersion: "1.36" });
    await expect(updating).rejects.toThrow("more than a minor version at a time");
  });
});

describe("a cluster's key", () => {
  it("is never deleted by Google, so that its name cannot come again", async () => {
    const { id, inputs: given } = await key();
    const [entry] = cloud.store.list("gcp:kms/cryptoKey:CryptoKey");
    await cloud.delete({
      type: "gcp:kms/cryptoKey:CryptoKey",
      name: "key",
      id,
      inputs: given,
      outputs: entry?.outputs ?? {},
    });
    const again = cloud.create("gcp:kms/cryptoKey:CryptoKey", "key", given);
    await expect(again).rejects.toThrow("already exists");
  });
});
