import { expect, test } from "vitest";
import { markdownReport } from "../../../tools/policy/markdown-report.ts";
import { finding, outcome, refused, report } from "./reports.ts";

const reports = [report(refused(finding))];

test("the report begins with the conclusion", () => {
  const [title, , conclusion] = markdownReport(reports).split("\n");
  expect(title).toBe("# Policies");
  expect(conclusion).toBe("**Refused: 1 of 1 stack, 1 mandatory and 0 advisory violations**");
});

test("each rule is listed once with its remedy, and each violation with its stacks and its line", () => {
  const made = reports.map((one) => ({
    ...one,
    violations: one.violations.map((violation) => ({ ...violation, places: ["cart.ts:12"] })),
  }));
  expect(markdownReport(made)).toContain(`### \`closed\`: Doors are closed (high, mandatory)

**Fix**: close it.

- **Deployment shop/cart**: container "main" is open<br>\`cart.ts:12\` · dev-gke`);
});

test("a rule leads to its documentation, where that has an address", () => {
  const docs = "https://example.com/policies.md";
  const text = markdownReport(reports, { docs });
  expect(text).toContain(`[About this rule](${docs}#closed)`);
  expect(text).toContain(`[docs/policies.md](${docs}#how-to-exempt)`);
  expect(markdownReport(reports)).toContain("`docs/policies.md` says how");
});

test("what comes from a program can make no element, link, picture or mention, nor leave its line", () => {
  const message = "T\nPod a: says <b>![x](http://x) `c` to @everybody\n# big. Fix: be quiet.";
  const text = markdownReport([report(refused({ ...finding, message }))]);
  expect(text).toContain("says &lt;b>!\\[x\\](http://x) \\`c\\` to @\u200beverybody # big<br>");
});

test("a message is cut where nobody reads on", () => {
  const message = `T\nPod a: ${"long ".repeat(1_000)}. Fix: be brief.`;
  const text = markdownReport([report(refused({ ...finding, message }))]);
  expect(text).toContain("long …<br>");
  expect(text.length).toBeLessThan(2_000);
});

test("notes on the profiles have their own part", () => {
  expect(markdownReport(reports, { notes: ["it is odd"] })).toContain("## Notes\n\n- it is odd");
  expect(markdownReport(reports)).not.toContain("## Notes");
});

test("a stack that was not evaluated is listed before all others", () => {
  const failed = report(outcome({ code: 1, evaluated: false, errors: ["~~~ wrong"] }));
  const text = markdownReport([failed]);
  expect(text).toContain("## dev-gke was not evaluated to the end");
  expect(text.indexOf("was not evaluated")).toBeLessThan(text.indexOf("## Stacks"));
});

test("of more violations than a comment holds, the worst are shown, and the rest is counted", () => {
  const message = (name: string): string =>
    `T\nPod ${name}: ${"is wrong, ".repeat(40)}. Fix: mend it.`;
  const many = Array.from({ length: 200 }, (_, index) => ({
    ...finding,
    message: message(`pod-${index}`),
    severity: index === 199 ? ("critical" as const) : ("low" as const),
  }));
  const text = markdownReport([report(refused(...many))]);
  const shown = text.match(/^- \*\*Pod/gm)!.length;
  expect(text).toContain("(critical, mandatory)\n\n**Fix**: mend it.\n\n- **Pod pod-199**");
  expect(text).toContain(`- and ${200 - shown} more: \`npm run policy\` shows them`);
  expect(shown).toBe(25);
  expect(text.length).toBeLessThan(65_536);
});

test("of many rules each has some room, as far as there is room for rules", () => {
  const rules = Array.from({ length: 100 }, (_, rule) =>
    Array.from({ length: 50 }, (_, pod) => ({
      ...finding,
      rule: `rule-${rule}`,
      message: `T\nPod pod-${pod}: ${"is wrong, ".repeat(10)}. Fix: mend it.`,
    })),
  );
  const text = markdownReport([report(refused(...rules.flat()))]);
  const shown = text.match(/^### /gm)!.length;
  expect(shown).toBeGreaterThan(5);
  expect(text).toContain(`And violations of ${100 - shown} more rules`);
  expect(text.length).toBeLessThan(65_536);
});
