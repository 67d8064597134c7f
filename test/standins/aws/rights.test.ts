import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { attach, directAws, role } from "./direct-aws.ts";
import * as types from "./types.ts";

const keyType = types.key;

let cloud: DirectCloud;

beforeEach(async () => {
  cloud = await directAws();
});

afterEach(() => {
  cloud.dispose();
});

describe("a role", () => {
  it("is deleted when nothing is attached to it any more", async () => {
    const nodes = await role(cloud, "ec2.amazonaws.com");
    const attachment = await attach(cloud, nodes, "AmazonEKSWorkerNodePolicy");
    const inline = await cloud.create("aws:iam/rolePolicy:RolePolicy", "inline", {
      role: nodes.id,
      policy: "{}",
    });
    const conflict = "DeleteConflict: Cannot delete entity, must detach all policies first.";
    await expect(cloud.delete(nodes)).rejects.toThrow(conflict);
    await cloud.delete(attachment);
    await expect(cloud.delete(nodes)).rejects.toThrow(conflict);
    await cloud.delete(inline);
    await cloud.delete(nodes);
    expect(cloud.store.list()).toEqual([]);
  });

  it("has a global ARN and no region", async () => {
    const { id, outputs } = await role(cloud, "ec2.amazonaws.com");
    expect(id).toMatch(/^role-[0-9a-f]{7}$/);
    expect(outputs["arn"]).toBe(`arn:aws:iam::111122223333:role/${id}`);
    expect(outputs["uniqueId"]).toMatch(/^AROA[0-9A-Z]{17}$/);
    expect("region" in outputs).toBe(false);
  });

  it.each<[JsonObject, string]>([
    [{ assumeRolePolicy: "{" }, "contains an invalid JSON"],
    [{ assumeRolePolicy: "{}", description: "Rolle für €" }, "some that IAM does not take"],
    [{ assumeRolePolicy: JSON.stringify({ a: "b".repeat(4100) }) }, "4096 are allowed"],
    [{}, "missing required property"],
  ])("is refused with %j before IAM is asked", async (inputs, reason) => {
    const [failure] = await cloud.check(types.role, "role", inputs);
    expect(failure?.reason).toContain(reason);
  });

  it("is given policies that exist", async () => {
    const nodes = await role(cloud, "ec2.amazonaws.com");
    const typo = attach(cloud, nodes, "AmazonEKSWorkerNodesPolicy");
    await expect(typo).rejects.toThrow("does not exist or is not attachable");
    const own = await cloud.create(types.policy, "own", { policy: "{}" });
    const inputs = { role: nodes.id, policyArn: own.id };
    await cloud.create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "own", inputs);
    await expect(cloud.delete(own)).rejects.toThrow("Cannot delete a policy attached to entities");
  });
});

describe("a key", () => {
  it.each([
    [6, false],
    [7, true],
    [30, true],
    [31, false],
  ])("waits %i days for its deletion: taken is %s", async (deletionWindowInDays, taken) => {
    const failures = await cloud.check(keyType, "key", { deletionWindowInDays });
    expect(failures.length === 0).toBe(taken);
  });
});

describe("a log group", () => {
  it("keeps logs for as many days as CloudWatch has in its list, under a name of its own", async () => {
    const [failure] = await cloud.check(types.logGroup, "g", { retentionInDays: 31 });
    expect(failure?.property).toBe("retentionInDays");
    const inputs = { name: "/aws/eks/main/cluster", retentionInDays: 90 };
    const { outputs } = await cloud.create(types.logGroup, "g", inputs);
    expect(outputs["arn"]).toBe(
      "arn:aws:logs:us-east-1:111122223333:log-group:/aws/eks/main/cluster",
    );
    const again = cloud.create(types.logGroup, "h", inputs);
    await expect(again).rejects.toThrow("ResourceAlreadyExistsException");
  });
});

describe("a prefix", () => {
  it("is refused where the stand-in makes no name of it, instead of being forgotten", async () => {
    const inputs = { namePrefix: "a-", assumeRolePolicy: "{}" };
    const failures = await cloud.check(types.role, "role", inputs);
    expect(failures).toContainEqual({
      property: "namePrefix",
      reason: "the stand-in for aws lacks it",
    });
  });
});

describe("an account", () => {
  it("is the one that the provider is pinned to", async () => {
    const made: Resource = await cloud.create(keyType, "key", {});
    expect(made.outputs["arn"]).toBe(`arn:aws:kms:us-east-1:111122223333:key/${made.id}`);
  });
});
