import { describe, expect, it } from "vitest";
import { rules } from "../../policy/rules.ts";
import { goldenStacks, profile } from "./kit/goldens.ts";
import { evaluateStack } from "./kit/evaluate.ts";
import { viewsOf } from "./kit/rule-cases.ts";

// Golden files don't say what a Secret is made from; the previews by the real engine do.
const evaluated = rules.filter(({ name }) => name !== "literal-secrets");

describe.each(goldenStacks)("the stack $name", ({ profile: used, resources }) => {
  const settings = profile(used);
  const active = evaluated.filter(
    ({ name }) => settings[name]?.["enforcementLevel"] !== "disabled",
  );
  const before = structuredClone(resources);

  it.each(active.map((rule) => [rule.name, rule] as const))(
    "keeps %s, on a cluster that is known, on one that is yet to be made, and as what is deployed",
    (name, rule) => {
      const config = settings[name] ?? {};
      for (const view of Object.values(viewsOf(rule))) {
        expect(evaluateStack(rule, resources, { config, ...view })).toEqual([]);
      }
    },
  );

  it("is as it was after every rule has read it", () => {
    expect(resources).toEqual(before);
  });
});
