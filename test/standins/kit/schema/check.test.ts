import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";
import { secret, unknown } from "../../../../tools/plugins/kit/properties.ts";
import { plainObject } from "../../../../tools/plugins/kit/properties.ts";
import { checkFields } from "./check.ts";
import { loadSchema } from "./load.ts";
import { resourceSchema, type SdkSchema } from "./sdk-schema.ts";

const types = [
  "gcp:container/nodePool:NodePool",
  "gcp:serviceaccount/iAMMember:IAMMember",
  "pulumi:providers:gcp",
];

let schema: SdkSchema;

beforeAll(async () => {
  schema = await loadSchema("@pulumi/gcp", types);
});

function failures(inputs: JsonObject, type = types[0] ?? ""): string[] {
  const { inputs: fields } = resourceSchema(schema, type);
  return checkFields(plainObject(inputs), fields, schema.types).map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
}

describe("inputs held against the SDK's types", () => {
  it("pass when all is well, unknowns and secrets included", () => {
    const nodeConfig = {
      machineType: unknown,
      spot: secret(true),
      labels: { a: "b" },
      guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }],
    };
    const inputs = { cluster: "c", nodeLocations: ["z"], nodeConfig, __defaults: ["name"] };
    expect(failures(inputs)).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ["missing", {}, "cluster: missing required property"],
    [
      "unknown",
      { cluster: "c", nodeCounts: 1 },
      'nodeCounts: unknown field; did you mean "nodeCount"?',
    ],
    ["unlike anything", { cluster: "c", xyzzyxyzzy: 1 }, "xyzzyxyzzy: unknown field"],
    [
      "nested and unknown",
      { cluster: "c", nodeConfig: { machine: "n1" } },
      'nodeConfig.machine: unknown field; did you mean "machineType"?',
    ],
    [
      "nested in a list, and missing",
      { cluster: "c", nodeConfig: { guestAccelerators: [{ count: 1 }] } },
      "nodeConfig.guestAccelerators[0].type: missing required property",
    ],
    [
      "deep, and misspelt",
      {
        cluster: "c",
        nodeConfig: {
          guestAccelerators: [
            {
              count: 1,
              type: "t",
              gpuSharingConfig: { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpus: 4 },
            },
          ],
        },
      },
      "nodeConfig.guestAccelerators[0].gpuSharingConfig.maxSharedClientsPerGpu: missing required property",
    ],
    [
      "text for a number",
      { cluster: "c", nodeCount: "3" },
      'nodeCount: expected number, got string: "3"',
    ],
    [
      "a scalar for a list",
      { cluster: "c", nodeLocations: "z" },
      'nodeLocations: expected list, got string: "z"',
    ],
    [
      "a list for an object",
      { cluster: "c", management: [] },
      "management: expected object, got list: []",
    ],
    [
      "a number in a map of texts",
      { cluster: "c", nodeConfig: { labels: { a: 1 } } },
      "nodeConfig.labels.a: expected string, got number: 1",
    ],
  ])("%s", (_what, inputs, expected) => {
    expect(failures(inputs)[0]).toBe(expected);
  });

  it("are known for types whose file is spelt otherwise, and for the provider itself", () => {
    expect(failures({ member: "m", role: "r" }, types[1])).toEqual([
      "serviceAccountId: missing required property",
    ]);
    expect(failures({ project: "p", defaultLabels: { a: "b" } }, types[2])).toEqual([]);
  });

  it("tell outputs that the cloud computes from those that may be absent", () => {
    const { outputs } = resourceSchema(schema, types[0] ?? "");
    expect(outputs["version"]?.required).toBe(true);
    expect(outputs["autoscaling"]?.required).toBe(false);
    expect(outputs["get"]).toBeUndefined();
  });

  it("of another SDK, with lists of lists and alternatives, are known too", async () => {
    const policy = "aws:iam/role:Role";
    const aws = await loadSchema("@pulumi/aws", [policy]);
    const { inputs: fields } = resourceSchema(aws, policy);
    const check = (assumeRolePolicy: JsonObject | string) =>
      checkFields({ assumeRolePolicy }, fields, aws.types);
    expect(check("{}")).toEqual([]);
    expect(check({ Version: "2012-10-17", Statement: [] })).toEqual([]);
  });

  it("refuse a type that the SDK does not have", async () => {
    const loading = loadSchema("@pulumi/gcp", ["gcp:storage/pail:Pail"]);
    await expect(loading).rejects.toThrow("gcp:storage/pail:Pail: no pail.d.ts");
  });
});
