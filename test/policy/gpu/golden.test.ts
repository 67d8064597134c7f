import { describe, expect, it } from "vitest";
import { gpuRules } from "../../../policy/rules/gpu/index.ts";
import { goldenStacks, profile } from "../kit/goldens.ts";
import { judgeStack } from "../kit/judge.ts";

describe.each(goldenStacks)("the GPUs of the stack $name", (stack) => {
  const settings = profile(stack.profile);
  const judged = gpuRules.filter(({ name }) => settings[name]?.["enforcementLevel"] !== "disabled");

  it.each(judged.map((rule) => [rule.name, rule] as const))("pass %s", (name, rule) => {
    const config = settings[name] ?? {};
    expect(judgeStack(rule, stack.resources, { config })).toEqual([]);
    expect(judgeStack(rule, stack.resources, { config, unknownProvider: true })).toEqual([]);
  });
});
