import { describe, expect, it } from "vitest";
import { accessRules } from "../../../policy/rules/access/index.ts";
import { goldenStacks, profile } from "../kit/goldens.ts";
import { judgeStack } from "../kit/judge.ts";

describe.each(goldenStacks.map((stack) => [stack.name, stack] as const))(
  "the stack %s",
  (_, stack) => {
    it.each(accessRules.map((rule) => [rule.name, rule] as const))("keeps %s", (name, rule) => {
      const config = profile(stack.profile)[name] ?? {};
      expect(judgeStack(rule, stack.resources, { config })).toEqual([]);
      expect(judgeStack(rule, stack.resources, { config, unknownProvider: true })).toEqual([]);
    });
  },
);
