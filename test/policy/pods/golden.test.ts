import { describe, expect, it } from "vitest";
import { podRules } from "../../../policy/rules/pods/index.ts";
import { goldenStacks, profile } from "../kit/goldens.ts";
import { judgeStack } from "../kit/judge.ts";

describe.each(goldenStacks)("the stack $name", ({ profile: used, resources }) => {
  it.each(podRules.map((rule) => [rule.name, rule] as const))("is accepted by %s", (name, rule) => {
    const config = profile(used)[name] ?? {};
    expect(judgeStack(rule, resources, { config })).toEqual([]);
    expect(judgeStack(rule, resources, { config, unknownProvider: true })).toEqual([]);
  });
});
