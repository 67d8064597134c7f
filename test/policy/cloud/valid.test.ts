import { describe, expect, it } from "vitest";
import { cloudRules } from "../../../policy/rules/cloud/index.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import { awsResources } from "./aws.ts";
import { gcpResources } from "./gcp.ts";

describe("a valid program in two clouds", () => {
  it.each(cloudRules.map((rule) => [rule.name, rule] as const))("passes %s", (_, rule) => {
    expect(evaluateStack(rule, [...awsResources, ...gcpResources])).toEqual([]);
  });

  it("has one resource of each type, so that a test can take one away", () => {
    const types = [...awsResources, ...gcpResources].map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  });
});
