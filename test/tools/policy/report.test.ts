import { describe, expect, it, test } from "vitest";
import { conclusion, plainReport } from "../../../tools/policy/plain-report.ts";
import { byRule, grouped, isPassed, reportOf, violationOf } from "../../../tools/policy/report.ts";
import { finding, outcome, refused, report } from "./reports.ts";

const advice = { ...finding, level: "advisory" as const };

describe("a violation", () => {
  it("is taken apart into resource, problem and remedy", () => {
    expect(violationOf(finding)).toMatchObject({
      resource: "Deployment shop/cart",
      problem: 'container "main" is open',
      fix: "close it",
    });
  });

  it.each([
    [
      "of a cloud's resource",
      "T\naws:s3/bucket:Bucket media: it has no lock. Fix: set lock.",
      "aws:s3/bucket:Bucket media",
    ],
    ["in another form", "T\nsomething is wrong", "kubernetes:apps/v1:Deployment cart"],
  ])("%s names its resource", (_, message, resource) => {
    expect(violationOf({ ...finding, message }).resource).toBe(resource);
  });

  it("about the whole stack says so", () => {
    expect(violationOf({ ...finding, message: "odd", urn: "" })).toMatchObject({
      resource: "the stack",
      problem: "odd",
    });
  });
});

describe("a stack", () => {
  it.each([
    ["passes without a word", outcome(), true],
    ["passes with advice", outcome({ findings: [advice] }), true],
    ["is refused by a mandatory rule", refused(finding), false],
  ])("%s", (_, made, passed) => {
    const made1 = report(made);
    expect(made1.failure).toBeUndefined();
    expect(isPassed([made1])).toBe(passed);
  });

  it.each([
    ["fails for another reason", outcome({ code: 1, errors: ["the program is wrong"] })],
    ["fails without saying why", outcome({ code: 255, stderr: "" })],
    [
      "was refused and fails for another reason too",
      outcome({ code: 1, findings: [finding], errors: ["preview failed", "boom"] }),
    ],
    [
      "fails with advice alone",
      outcome({ code: 1, findings: [advice], errors: ["preview failed"] }),
    ],
    ["was not evaluated", outcome({ evaluated: false })],
    ["was killed", outcome({ code: null, evaluated: false, changes: {} })],
    ["says of errors and ends well", outcome({ errors: ["a provider has lost its way"] })],
  ])("that %s has not passed", (_, made) => {
    expect(report(made).failure).toBeDefined();
    expect(isPassed([report(outcome()), report(made)])).toBe(false);
  });

  it("tells why it could not be evaluated", () => {
    const made = outcome({ code: 1, evaluated: false, errors: ["the program is wrong"] });
    expect(report(made).failure).toBe(
      "The pack did not come to its end. pulumi preview ended with 1: the program is wrong",
    );
  });
});

test("the same violation of several stacks is listed once, and the worst comes first", () => {
  const low = { ...finding, rule: "tidy", severity: "low" as const };
  const reports = [
    report(refused({ ...advice, severity: "critical" }, low, finding)),
    report(refused(finding), { name: "dev-eks" }),
  ];
  expect(grouped(reports).map(({ rule, level, stacks }) => [rule, level, stacks])).toEqual([
    ["closed", "mandatory", ["dev-gke", "dev-eks"]],
    ["tidy", "mandatory", ["dev-gke"]],
    ["closed", "advisory", ["dev-gke"]],
  ]);
});

test("violations of one rule stand together, so that the remedy is listed once", () => {
  const other = { ...finding, message: finding.message.replace("shop/cart", "shop/till") };
  const [group, ...others] = byRule([report(refused(finding, other))]);
  expect(others).toEqual([]);
  expect(group).toMatchObject({ rule: "closed", title: "Doors are closed", fix: "close it" });
  expect(group?.violations.map(({ resource }) => resource)).toEqual([
    "Deployment shop/cart",
    "Deployment shop/till",
  ]);
});

test("a violation is listed with the lines of the program that made its resource", () => {
  const places = ["services/cart/cart.ts:12", "services/index.ts:3"];
  const made = { urn: finding.urn, type: "", name: "cart", props: {}, places };
  const source = { name: "local", stack: "local", file: "Pulumi.local.yaml", profile: "baseline" };
  const [violation] = reportOf(source, refused(finding), [made]).violations;
  expect(violation?.places).toEqual(places);
});

describe("the conclusion", () => {
  const passed = report(outcome());
  const bad = report(refused(finding, advice));
  const lost = report(outcome({ evaluated: false }));

  it.each([
    [[passed], "Passed: 1 stack, 0 mandatory and 0 advisory violations"],
    [[passed, bad, bad], "Refused: 2 of 3 stacks, 1 mandatory and 1 advisory violations"],
    [
      [passed, bad, lost],
      "Refused: 1 of 3 stacks, 1 mandatory and 1 advisory violations, 1 not evaluated to the end",
    ],
    [
      [passed, lost],
      "Not evaluated to the end: 1 of 2 stacks, 0 mandatory and 0 advisory violations",
    ],
  ])("counts stacks, and each violation once (%#)", (reports, text) => {
    expect(conclusion(reports)).toBe(text);
  });
});

test("the report for a terminal has the stacks, the violations by rule, the notes, and a conclusion", () => {
  const made = [
    report(refused(finding)),
    report(outcome({ code: 1, evaluated: false, stderr: "no program" }), { name: "local" }),
  ];
  expect(plainReport(made, ["a profile is odd"])).toBe(`Stacks
  stack    profile   resources  result                             time
  dev-gke  baseline  12         refused (1 mandatory, 0 advisory)  3.2 s
  local    baseline  12         not evaluated                      3.2 s

Violations

high  closed  mandatory: Doors are closed
  fix:   close it
  about: docs/policies.md#closed
  - Deployment shop/cart: container "main" is open
    dev-gke

Where a rule is wrong about something, exempt that one thing with a reason, in policy/profiles/baseline.json:
docs/policies.md#how-to-exempt

Notes
  - a profile is odd

local was not evaluated to the end:
The pack did not come to its end. pulumi preview ended with 1: no program

Refused: 1 of 2 stacks, 1 mandatory and 0 advisory violations, 1 not evaluated to the end`);
});
