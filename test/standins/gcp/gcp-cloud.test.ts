import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InitFailed } from "../../../tools/plugins/kit/errors.ts";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import { unknown } from "../../../tools/plugins/kit/properties.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import {
  accountType,
  addressType,
  cluster,
  directGcp,
  network,
  networkType,
  subnetwork,
  subnetworkType,
} from "./direct-gcp.ts";
import { instanceType } from "./type-tokens.ts";

const bucketType = "gcp:storage/bucket:Bucket";

let cloud: DirectCloud;

beforeEach(async () => {
  cloud = await directGcp();
});

afterEach(() => {
  cloud.dispose();
});

describe("ids and outputs", () => {
  it("look like Google's", async () => {
    const { id, outputs } = await subnetwork(cloud, await network(cloud));
    expect(id).toMatch(/^projects\/project-one\/regions\/us-central1\/subnetworks\/subnetwork-/);
    expect(outputs).toMatchObject({
      gatewayAddress: "10.10.0.1",
      project: "project-one",
      region: "us-central1",
      selfLink: `https://www.googleapis.com/compute/v1/${id}`,
    });
  });

  it("name the account by its e-mail address", async () => {
    const { id, outputs } = await cloud.create(accountType, "account", { accountId: "worker" });
    const email = "worker@project-one.iam.gserviceaccount.com";
    expect(id).toBe(`projects/project-one/serviceAccounts/${email}`);
    expect(outputs).toMatchObject({ email, member: `serviceAccount:${email}`, name: id });
  });

  it("carry the provider's labels beside the resource's own", async () => {
    const { outputs } = await cloud.create(bucketType, "bucket", {
      location: "EU",
      labels: { use: "media" },
    });
    expect(outputs["labels"]).toEqual({ use: "media" });
    expect(outputs["effectiveLabels"]).toEqual({
      "framewright-stack": "test",
      "goog-pulumi-provisioned": "true",
      use: "media",
    });
  });

  it("are unknown in a preview where only the cloud can say, and known where the inputs do", async () => {
    const call = { urn: "urn", type: bucketType, name: "bucket", timeoutSeconds: 0 };
    const inputs = { name: "bucket-1", location: "EU", encryption: unknown };
    const { id, properties } = await cloud.provider.create({ ...call, inputs, preview: true });
    expect(id).toBe("");
    expect(properties).toMatchObject({
      name: "bucket-1",
      project: "project-one",
      encryption: unknown,
      selfLink: unknown,
      url: unknown,
      forceDestroy: false,
      effectiveLabels: { "framewright-stack": "test" },
    });
    expect(cloud.store.list()).toEqual([]);
  });
});

describe("a refusal", () => {
  it("names a type that has no row", async () => {
    const creating = cloud.create("gcp:pubsub/topic:Topic", "topic", {});
    await expect(creating).rejects.toThrow("no row for the resource type gcp:pubsub/topic:Topic");
  });

  it.each<[string, string, JsonObject, string]>([
    [networkType, "name", { name: "Main_Net" }, '"Main_Net" must match'],
    [accountType, "accountId", { accountId: "abc" }, '"abc" must match'],
    [addressType, "prefixLength", { purpose: "VPC_PEERING" }, "needs a prefixLength"],
  ])("%s comes before the cloud is asked: %s", async (type, property, inputs, reason) => {
    const [failure] = await cloud.check(type, "some", inputs);
    expect(failure?.property).toBe(property);
    expect(failure?.reason).toContain(reason);
  });

  it("of a reference to nothing", async () => {
    const creating = cloud.create(subnetworkType, "s", {
      network: "gone",
      ipCidrRange: "10.0.0.0/20",
    });
    await expect(creating).rejects.toThrow(
      "Error 404: The resource 'gone' (network) was not found, notFound",
    );
  });

  it("of a second resource of the same name", async () => {
    await cloud.create(networkType, "a", { name: "same" });
    await expect(cloud.create(networkType, "b", { name: "same" })).rejects.toThrow(
      "Error 409: The resource 'projects/project-one/global/networks/same' already exists",
    );
  });

  it("of a deletion while somebody uses it, in the words of the API", async () => {
    const net = await network(cloud);
    const sub = await subnetwork(cloud, net);
    await expect(cloud.delete(net)).rejects.toThrow(
      `Error waiting for Deleting Network: The network resource '${net.id}' is already being used by '${sub.id}'`,
    );
    await cloud.delete(sub);
    await cloud.delete(net);
    expect(cloud.store.list()).toEqual([]);
  });

  it("of a network while something is left of a load balancer", async () => {
    const net = await network(cloud);
    const left = { provider: "gcp", type: "loadbalancer", id: "a1", name: "a1" };
    const entry = cloud.store.create({ ...left, inputs: {}, outputs: {} });
    await expect(cloud.delete(net)).rejects.toThrow("global/firewalls/k8s-fw-a1'");
    cloud.store.remove(entry);
    await cloud.delete(net);
  });

  it("of a bucket with objects, unless it may be emptied", async () => {
    const bucket = await cloud.create(bucketType, "bucket", { location: "EU" });
    await cloud.create("gcp:storage/bucketObject:BucketObject", "o", {
      bucket: bucket.id,
      name: "o",
    });
    await expect(cloud.delete(bucket)).rejects.toThrow("without `force_destroy` set to true");
    await cloud.delete(await cloud.update(bucket, { forceDestroy: true }));
    expect(cloud.store.list()).toEqual([]);
  });

  it("of an account that does not exist, and of a pool before the first cluster", async () => {
    const account = await cloud.create(accountType, "account", { accountId: "worker" });
    const bind = (member: string): Promise<Resource> =>
      cloud.create("gcp:serviceaccount/iAMMember:IAMMember", "bind", {
        serviceAccountId: account.id,
        role: "roles/iam.workloadIdentityUser",
        member,
      });
    await expect(bind("serviceAccount:gone@project-one.iam.gserviceaccount.com")).rejects.toThrow(
      "does not exist",
    );
    const pod = "serviceAccount:project-one.svc.id.goog[framewright-api/api]";
    await expect(bind(pod)).rejects.toThrow(
      "Identity Pool does not exist (project-one.svc.id.goog)",
    );
    cluster(cloud, { workloadIdentityConfig: { workloadPool: "project-one.svc.id.goog" } });
    expect((await bind(pod)).id).toBe(`${account.id}/roles/iam.workloadIdentityUser/${pod}`);
  });

  it("of a protected resource, and of one whose deletionPolicy prevents it", async () => {
    const settings = { tier: "db-custom-1-3840", edition: "ENTERPRISE" };
    const instance = await cloud.create(instanceType, "db", {
      databaseVersion: "POSTGRES_17",
      settings,
    });
    await expect(cloud.delete(instance)).rejects.toThrow(
      "failed to delete instance because deletion_protection is set to true",
    );
    const net = await cloud.create(networkType, "net", { deletionPolicy: "PREVENT" });
    await expect(cloud.delete(net)).rejects.toThrow('deletion_policy is set to "PREVENT"');
  });
});

describe("what happens outside", () => {
  it("is seen by a refresh, whether the inputs or the outputs were edited", async () => {
    const bucket = await cloud.create(bucketType, "bucket", {
      location: "EU",
      forceDestroy: false,
    });
    const [entry] = cloud.store.list(bucketType);
    if (entry === undefined) throw new Error("the bucket is not there");
    cloud.store.update(entry, { inputs: { ...entry.inputs, forceDestroy: true } });
    expect((await cloud.read(bucket))?.inputs["forceDestroy"]).toBe(true);
    cloud.store.update(entry, { outputs: { ...entry.outputs, forceDestroy: true } });
    const read = await cloud.read(bucket);
    expect(read?.inputs["forceDestroy"]).toBe(true);
    expect(read?.inputs["location"]).toBe("EU");
  });

  it("may be that the resource is gone: a refresh says so, and a deletion is content", async () => {
    const bucket = await cloud.create(bucketType, "bucket", { location: "EU" });
    for (const entry of cloud.store.list()) cloud.store.remove(entry);
    expect(await cloud.read(bucket)).toBeUndefined();
    await cloud.delete(bucket);
    await expect(cloud.update(bucket, { forceDestroy: true })).rejects.toThrow("Error 404");
  });

  it("may be that the engine cancels: what was made is kept, with the reason", async () => {
    const faults = [{ operation: "create", delaySeconds: 60 }];
    writeFileSync(path.join(cloud.store.folder, "faults.json"), JSON.stringify(faults));
    const creating = cloud.create(bucketType, "bucket", { location: "EU" });
    setTimeout(() => {
      cloud.provider.cancel();
    }, 100);
    const error: unknown = await creating.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InitFailed);
    expect(error).toMatchObject({ id: cloud.store.list(bucketType)[0]?.id });
  });
});
