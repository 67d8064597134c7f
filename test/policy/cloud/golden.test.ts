import { describe, expect, it } from "vitest";
import { cloudRules } from "../../../policy/rules/cloud/index.ts";
import { goldenStacks, profile } from "../kit/goldens.ts";
import { judgeStack } from "../kit/judge.ts";

describe.each(goldenStacks)("the stack $name", ({ profile: used, resources }) => {
  it.each(cloudRules.map((rule) => [rule.name, rule] as const))("keeps %s", (name, rule) => {
    const config = profile(used)[name] ?? {};
    if (config["enforcementLevel"] === "disabled") return;
    expect(judgeStack(rule, resources, { config })).toEqual([]);
  });
});
