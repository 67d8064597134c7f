import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { describe, expect, it, test } from "vitest";
import { kubernetesDocs } from "../../../policy/kit/frameworks.ts";
import { resourceRule } from "../../../policy/kit/resource-rule.ts";
import { themes } from "../../../policy/rules.ts";
import { readExamples, type Examples } from "./examples.ts";
import { readProfiles, type Profiles } from "./profiles.ts";
import { renderPolicies } from "./render.ts";

test("docs/policies.md is the pack's (npm run golden:update)", async () => {
  const file = join(import.meta.dirname, "../../../docs/policies.md");
  expect(readFileSync(file, "utf8")).toBe(
    await renderPolicies(themes, readProfiles(), readExamples()),
  );
});

const rule = resourceRule({
  name: "quiet-nights",
  title: "Nobody is woken at night",
  why: "Tired people make mistakes.",
  fix: "set spec.hours to daytime",
  severity: "low",
  frameworks: [kubernetesDocs("Hours")],
  level: "advisory",
  config: Type.Object({
    from: Type.Integer({ default: 22, description: "Hour at which the night begins" }),
    places: Type.Array(Type.Object({ name: Type.String({ description: "Its name" }) }), {
      default: Array.from({ length: 20 }, (_, i) => ({ name: `place-${i}` })),
      description: "Where it is night.",
    }),
  }),
  check: () => undefined,
});

describe("the page about policies", () => {
  function page(profiles: Partial<Profiles> = {}, examples?: Examples): Promise<string> {
    const all = { baseline: {}, strict: {}, ...profiles };
    return renderPolicies([{ title: "Sleep", rules: [rule] }], all, examples);
  }

  it("leads to a program that is refused, with what is said of it, where there is one", async () => {
    const said = 'Bed shop/cart: is "cold"';
    const text = await page({}, new Map([["quiet-nights", { file: "beds.ts", said }]]));
    expect(text).toContain(
      '[beds.ts](../test/policy/programs/beds.ts), with `Bed shop/cart: is "cold"`.',
    );
    expect(await page()).not.toContain("**Refused**");
  });

  it("has an example of every rule, and the parts that messages and reports lead to", async () => {
    const examples = readExamples();
    const text = await renderPolicies(themes, readProfiles(), examples);
    expect(text).toContain("## How to exempt\n");
    for (const { name } of themes.flatMap(({ rules }) => rules)) {
      expect([name, examples.has(name)]).toEqual([name, true]);
      expect(text).toContain(`\n### ${name}\n`);
    }
  });

  it("tells why, how to fix, how severe and by which source", async () => {
    const text = await page();
    expect(text).toContain("### quiet-nights\n\n**Nobody is woken at night.** Tired people");
    expect(text).toContain("**Fix**: set spec.hours to daytime.");
    expect(text).toContain(
      "Severity low · advisory · [Kubernetes documentation 1.35](https://kubernetes.io/docs/): Hours",
    );
  });

  it("tells every setting with its default, a long one below it", async () => {
    const text = await page();
    expect(text).toContain("- `from`, by default `22`: Hour at which the night begins.");
    expect(text).toMatch(/- `places`: Where it is night. By default:\n\n {2}```json\n {2}\[/);
    expect(text).toContain("  - `name`: Its name.");
  });

  it("shows both profiles side by side, and each exemption with its reason", async () => {
    const exempt = [{ name: "night-shift", reason: "They sleep by day." }];
    const text = await page({
      baseline: { "quiet-nights": { enforcementLevel: "disabled" } },
      strict: { "quiet-nights": { exempt } },
    });
    const row = text.split("\n").find((line) => line.startsWith("| [quiet-nights]"));
    const cells = row?.split("|").map((cell) => cell.trim());
    expect(cells).toEqual([
      "",
      "[quiet-nights](#quiet-nights)",
      "Nobody is woken at night",
      "low",
      "disabled",
      "advisory, 1 exempt",
      "",
    ]);
    expect(text).toContain("- `baseline` is `disabled`");
    expect(text).toContain("- exempt `night-shift`: They sleep by day.");
  });

  it("leaves out a matter without rules", async () => {
    const text = await renderPolicies([{ title: "Nothing yet", rules: [] }], readProfiles());
    expect(text).not.toContain("Nothing yet");
  });
});
