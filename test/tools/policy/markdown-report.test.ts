import { expect, test } from "vitest";
import type { GoldenDifference } from "../../../tools/policy/golden-difference.ts";
import { commentMark, markdownReport } from "../../../tools/policy/markdown-report.ts";
import { finding, outcome, refused, report } from "./reports.ts";

const reports = [report(refused(finding))];

test("the comment begins with the mark by which it is found again, and the conclusion", () => {
  const [mark, , title, , conclusion] = markdownReport(reports).split("\n");
  expect(mark).toBe(commentMark);
  expect(title).toBe("# Policies");
  expect(conclusion).toBe("**Refused: 1 stack, 1 mandatory and 0 advisory violations**");
});

test("each violation is a row with its remedy", () => {
  expect(markdownReport(reports)).toContain(
    '| `closed` | high | mandatory | dev-gke | Deployment shop/cart | container "main" is open | close it |',
  );
});

test("what comes from a program can neither break the table nor call somebody", () => {
  const message = "T\nPod a: says <b>|</b> to @everybody. Fix: be quiet.";
  const text = markdownReport([report(refused({ ...finding, message }))]);
  expect(text).toContain("says &lt;b>\\|&lt;/b> to @\u200beverybody");
});

test("a stack that was not judged is told of before all others", () => {
  const failed = report(outcome({ code: 1, judged: false, errors: ["~~~ wrong"] }));
  const text = markdownReport([failed]);
  expect(text).toContain("## dev-gke was not judged to the end");
  expect(text.indexOf("was not judged")).toBeLessThan(text.indexOf("## Stacks"));
});

const difference: GoldenDifference = {
  stack: "dev-gke",
  changes: [
    { kind: "added", what: "kubernetes:core/v1:Service::cart", fields: [] },
    {
      kind: "changed",
      what: "kubernetes:apps/v1:Deployment::cart",
      fields: ["spec.replicas: 2 → 3"],
    },
  ],
};

test("what changes in the stacks is folded, and counted on the fold", () => {
  expect(markdownReport([], [difference])).toContain(`<details>
<summary>dev-gke: 1 added, 1 changed</summary>

- added \`kubernetes:core/v1:Service::cart\`
- changed \`kubernetes:apps/v1:Deployment::cart\`
  - \`spec.replicas: 2 → 3\`

</details>`);
});

test("without a commit to compare with nothing is said of changes, and without changes that there are none", () => {
  expect(markdownReport([])).not.toContain("What this changes");
  expect(markdownReport([], [{ stack: "local", changes: [] }])).toContain(
    "Nothing: the golden files are the same.",
  );
});

test("long lists end with how much is left out", () => {
  const changes = Array.from({ length: 100 }, (_, i) => ({
    kind: "changed" as const,
    what: `pod-${i}`,
    fields: Array.from({ length: 20 }, (_, j) => `field-${j}: 1 → 2`),
  }));
  const text = markdownReport([], [{ stack: "local", changes }]);
  expect(text).toContain("- and 40 more");
  expect(text).toContain("  - and 12 more");
});

test("of more violations than a comment holds, the worst are shown, and the rest is counted", () => {
  const message = (name: string): string =>
    `T\nPod ${name}: ${"is wrong, ".repeat(40)}. Fix: mend it.`;
  const many = Array.from({ length: 200 }, (_, index) => ({
    ...finding,
    message: message(`pod-${index}`),
    severity: index === 199 ? ("critical" as const) : ("low" as const),
  }));
  const text = markdownReport([report(refused(...many))], [difference]);
  const shown = text.match(/is wrong, is wrong/g)?.length ?? 0;
  expect(text).toContain("| critical | mandatory | dev-gke | Pod pod-199 |");
  expect(text).toMatch(/^And \d+ more: `npm run policy` shows all of them\.$/m);
  expect(text).toContain(`And ${200 - (text.match(/^\| `closed`/gm)?.length ?? 0)} more`);
  expect(shown).toBeGreaterThan(50);
  expect(text).toContain("dev-gke: 1 added, 1 changed");
  expect(text.length).toBeLessThan(65_536);
});

test("a report that is longer than a comment may be ends after a whole part", () => {
  const fields = Array.from({ length: 8 }, () => "x".repeat(120));
  const changes = Array.from({ length: 60 }, () => ({
    kind: "changed" as const,
    what: "pod",
    fields,
  }));
  const text = markdownReport(
    [],
    ["local", "dev-gke"].map((stack) => ({ stack, changes })),
  );
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain("The rest is too long for here");
  expect(text.split("<details>").length).toBe(text.split("</details>").length);
});
