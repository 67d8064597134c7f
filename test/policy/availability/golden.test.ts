import { describe, expect, it } from "vitest";
import { availabilityRules } from "../../../policy/rules/availability/index.ts";
import { goldenStacks, profile } from "../kit/goldens.ts";
import { judgeStack } from "../kit/judge.ts";

describe.each(availabilityRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  it.each(goldenStacks.map((stack) => [stack.name, stack] as const))(
    "has nothing to say of %s, on a cluster that is known and on one that is yet to be made",
    (_, { resources, profile: used }) => {
      const config = profile(used)[name] ?? {};
      expect(judgeStack(rule, resources, { config })).toEqual([]);
      expect(judgeStack(rule, resources, { config, unknownProvider: true })).toEqual([]);
    },
  );
});
