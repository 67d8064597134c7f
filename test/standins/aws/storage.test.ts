import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { directAws, subnets, vpc } from "./direct-aws.ts";
import * as types from "./types.ts";

const instanceType = "aws:rds/instance:Instance";
const lifecycleType = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

let cloud: DirectCloud;

beforeEach(async () => {
  cloud = await directAws();
});

afterEach(() => {
  cloud.dispose();
});

describe("a bucket", () => {
  it("with objects is deleted only if it may be emptied", async () => {
    const bucket = await cloud.create(types.bucket, "media", {});
    expect(bucket.outputs).toMatchObject({
      arn: `arn:aws:s3:::${bucket.id}`,
      bucketRegionalDomainName: `${bucket.id}.s3.us-east-1.amazonaws.com`,
    });
    await cloud.create(types.bucketObject, "o", { bucket: bucket.id, key: "a/b.mp4" });
    await expect(cloud.delete(bucket)).rejects.toThrow("BucketNotEmpty");
    await cloud.delete(await cloud.update(bucket, { forceDestroy: true }));
    expect(cloud.store.list()).toEqual([]);
  });

  it("takes its settings with it", async () => {
    const bucket = await cloud.create(types.bucket, "media", {});
    await cloud.create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block", {
      bucket: bucket.id,
      blockPublicAcls: true,
    });
    await cloud.delete(bucket);
    expect(cloud.store.list()).toEqual([]);
  });

  it.each<[string, string, JsonObject, string]>([
    [types.bucket, "bucket", { bucket: "Media_1" }, "is no name of a bucket"],
    [
      "aws:s3/bucketVersioning:BucketVersioning",
      "versioningConfiguration.status",
      { bucket: "b", versioningConfiguration: { status: "On" } },
      "is no status of versioning",
    ],
    [
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "rules[0].transitions",
      {
        bucket: "b",
        rules: [
          { id: "r", status: "Enabled", transitions: [{ days: 7, storageClass: "STANDARD_IA" }] },
        ],
      },
      "'Days' must be at least 30",
    ],
  ])("%s is refused with a wrong %s", async (type, property, inputs, reason) => {
    const failures = await cloud.check(type, "some", inputs);
    expect(failures).toContainEqual({
      property,
      reason: expect.stringContaining(reason) as string,
    });
  });
});

describe("a repository", () => {
  it("with images is deleted only if they may go", async () => {
    const repository = await cloud.create(types.repository, "worker", { name: "main/worker" });
    expect(repository.outputs["repositoryUrl"]).toBe(
      "111122223333.dkr.ecr.us-east-1.amazonaws.com/main/worker",
    );
    const stored = { provider: "aws", type: types.image, id: "sha256:1", name: "sha256:1" };
    cloud.store.create({ ...stored, inputs: { repository: "main/worker" }, outputs: {} });
    await expect(cloud.delete(repository)).rejects.toThrow("RepositoryNotEmptyException");
    await cloud.delete(await cloud.update(repository, { forceDelete: true }));
    expect(cloud.store.list()).toEqual([]);
  });

  it.each([
    [[1, "untagged"], [2, "any"], ""],
    [[2, "untagged"], [1, "any"], "must have the highest rulePriority"],
    [[1, "untagged"], [1, "any"], "must have different priorities"],
  ] as const)("has rules %j and %j: %s", async (first, second, reason) => {
    const rules = [first, second].map(([rulePriority, tagStatus]) => ({
      rulePriority,
      selection: { tagStatus },
    }));
    const policy = JSON.stringify({ rules });
    const [failure] = await cloud.check(lifecycleType, "l", { repository: "main/worker", policy });
    expect(failure?.reason ?? "").toContain(reason);
    expect(failure === undefined).toBe(reason === "");
  });
});

async function database(more: JsonObject = {}): Promise<Resource> {
  const inside = await subnets(cloud, await vpc(cloud));
  const subnetIds = inside.map(({ id }) => id);
  const group = await cloud.create(types.subnetGroup, "subnets", { subnetIds });
  const parameters = await cloud.create(types.parameterGroup, "p", { family: "postgres17" });
  return cloud.create(instanceType, "database", {
    engine: "postgres",
    engineVersion: "17",
    instanceClass: "db.m7g.large",
    allocatedStorage: 50,
    username: "framewright",
    password: "secret-enough",
    dbSubnetGroupName: group.id,
    parameterGroupName: parameters.id,
    skipFinalSnapshot: true,
    ...more,
  });
}

function remaining(): string[] {
  return cloud.store.list().map(({ type }) => type);
}

describe("a database", () => {
  it("has an address in its region, and an id that is not its name", async () => {
    const { id, outputs } = await database();
    expect(id).toMatch(/^db-[0-9A-F]{26}$/);
    expect(outputs["address"]).toMatch(
      /^database-[0-9a-f]{7}\.c[0-9a-f]{11}\.us-east-1\.rds\.amazonaws\.com$/,
    );
    expect(outputs["endpoint"]).toBe(`${textAt(outputs, "address") ?? ""}:5432`);
  });

  it("is not deleted while it is protected, and keeps what it stands on", async () => {
    const made = await database({ deletionProtection: true });
    await expect(cloud.delete(made)).rejects.toThrow("Cannot delete protected DB Instance");
    const [group] = cloud.store.list(types.subnetGroup);
    const subnetGroup = { type: types.subnetGroup, name: "s", id: group!.id };
    const deleting = cloud.delete({ ...subnetGroup, inputs: {}, outputs: {} });
    await expect(deleting).rejects.toThrow("at least one database instance");
  });

  it("leaves a last snapshot where it is asked to, once", async () => {
    const snapshot = { skipFinalSnapshot: false, finalSnapshotIdentifier: "last" };
    await cloud.delete(await database({ ...snapshot, copyTagsToSnapshot: true }));
    expect(remaining()).not.toContain(instanceType);
    const [kept] = cloud.store.kept(types.databaseSnapshot);
    expect(kept).toMatchObject({
      name: "last",
      outputs: { tagsAll: { "framewright:stack": "test" } },
    });
    const second = await database(snapshot);
    await expect(cloud.delete(second)).rejects.toThrow("DBSnapshotAlreadyExists");
  });

  it.each<[JsonObject, string]>([
    [{ skipFinalSnapshot: false }, "is required when skipFinalSnapshot is false"],
    [{ allocatedStorage: 10 }, "at least 20 GiB"],
    [{ password: "short" }, "is no password that RDS takes"],
    [{ engineVersion: "16" }, "use a parameter group with DBParameterGroupFamily postgres16"],
    [{ vpcSecurityGroupIds: ["sg-1"] }, "InvalidGroup.NotFound"],
  ])("is refused with %j", async (more, reason) => {
    await expect(database(more)).rejects.toThrow(reason);
  });

  it("stands in two zones", async () => {
    const [subnet] = await subnets(cloud, await vpc(cloud));
    const creating = cloud.create(types.subnetGroup, "s", { subnetIds: [subnet!.id] });
    await expect(creating).rejects.toThrow("DBSubnetGroupDoesNotCoverEnoughAZs");
  });
});
