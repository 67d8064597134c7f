import { describe, expect, it } from "vitest";
import { containerRules } from "../../../policy/rules/containers/index.ts";
import { goldenStacks, profile } from "../kit/goldens.ts";
import { judgeStack } from "../kit/judge.ts";

// Golden files don't say what a Secret is made from; the previews by the real engine do.
const rules = containerRules.filter(({ name }) => name !== "literal-secrets");

describe.each(goldenStacks)("the stack $name", ({ profile: used, resources }) => {
  const settings = profile(used);
  const active = rules.filter(({ name }) => settings[name]?.["enforcementLevel"] !== "disabled");

  it.each(active.map((rule) => [rule.name, rule] as const))("keeps %s", (name, rule) => {
    const config = settings[name] ?? {};
    expect(judgeStack(rule, resources, { config })).toEqual([]);
  });
});
