import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check, NotHere, type Finding } from "../../../tools/doctor/check.ts";
import { checks } from "../../../tools/doctor/checks/index.ts";
import { judgeDisk, judgeDrift } from "../../../tools/doctor/checks/machine.ts";
import { judgeQuotas, judgeScaling } from "../../../tools/doctor/checks/scaling.ts";
import { judgeCertificates, judgePolicies } from "../../../tools/doctor/checks/security.ts";
import { examineAll, needsSomebody } from "../../../tools/doctor/examine.ts";
import { ending, summary } from "../../../tools/doctor/report.ts";
import { Stack } from "../../../tools/doctor/stack.ts";
import { runbooks } from "../../../tools/doctor/check.ts";
import { root } from "../../../tools/paths.ts";

const now = Date.parse("2026-11-29T12:00:00Z");
const whats = (findings: readonly Finding[]): string[] => findings.map(({ what }) => what);

describe("quotas", () => {
  it.each([
    ["5", "10", []],
    ["9", "10", ["the quota ns/pods has 9 of 10 pods in use"]],
    ["0", "0", []],
  ])("%s of %s", (used, hard, expected) => {
    const quota = {
      metadata: { name: "pods", namespace: "ns" },
      status: { hard: { pods: hard }, used: { pods: used } },
    };
    expect(whats(judgeQuotas([quota]))).toEqual(expected);
  });
});

describe("autoscalers", () => {
  const metadata = { name: "api", namespace: "ns" };
  const autoscaler = (type: string, status: string, reason: string, current = 3) => ({
    metadata,
    spec: { maxReplicas: 10 },
    status: { currentReplicas: current, conditions: [{ type, status, reason, message: reason }] },
  });
  const scaled = (type: string, status: string) => ({
    metadata,
    status: { conditions: [{ type, status, message: "no scaler" }] },
  });
  it.each([
    ["one that acts", [autoscaler("ScalingActive", "True", "ValidMetricFound")], [], []],
    ["one at 0 replicas", [autoscaler("ScalingActive", "False", "ScalingDisabled")], [], []],
    [
      "one without figures",
      [autoscaler("ScalingActive", "False", "FailedGetResourceMetric")],
      [],
      ["the autoscaler ns/api cannot act: FailedGetResourceMetric"],
    ],
    [
      "one at its end",
      [autoscaler("ScalingLimited", "True", "TooManyReplicas", 10)],
      [],
      ["the autoscaler ns/api wants more than its 10 pods"],
    ],
    ["KEDA's, that acts", [], [scaled("Ready", "True")], []],
    [
      "KEDA's, broken",
      [],
      [scaled("Ready", "False")],
      ["the ScaledObject ns/api cannot act: no scaler"],
    ],
    [
      "KEDA's, without figures",
      [],
      [scaled("Fallback", "True")],
      ["the ScaledObject ns/api scales by its fallback"],
    ],
  ])("%s", (_what, autoscalers, scaledObjects, expected) => {
    expect(whats(judgeScaling({ autoscalers, scaledObjects }))).toEqual(expected);
  });
});

it.each([
  ["2027-06-01T00:00:00Z", []],
  ["2026-12-05T00:00:00Z", ["the certificate of the API server expires in 5 days"]],
  ["2026-11-01T00:00:00Z", ["the certificate of the API server has expired"]],
])("a certificate until %s", (validTo, expected) => {
  expect(whats(judgeCertificates([{ of: "the API server", validTo }], now))).toEqual(expected);
});

it.each([
  ["connected", 1],
  ["no answer", 0],
  ["ECONNREFUSED", 0],
])("a way that is forbidden and says %s", (said, found) => {
  expect(judgePolicies(said)).toHaveLength(found);
});

const gib = 2 ** 30;

it.each([
  [100, 500, 0],
  [4, 500, 1],
  [10, 500, 1],
  [6, 20, 0],
])("%d GiB free of %d", (free, total, found) => {
  const facts = { folder: "/x", freeBytes: free * gib, totalBytes: total * gib };
  expect(judgeDisk(facts)).toHaveLength(found);
});

it("a stack's file that was changed after the deploy is a hint", () => {
  const file = "Pulumi.local.yaml";
  expect(judgeDrift({ deployedMs: 2, changedMs: 1, file })).toEqual([]);
  expect(judgeDrift({ deployedMs: 1, changedMs: 2, file })).toMatchObject([{ level: "hint" }]);
});

const problem: Finding = {
  level: "problem",
  what: "a",
  meaning: "b",
  remedy: "c",
  runbook: "drift",
};
const row = (name: string, look: () => Promise<readonly Finding[]>) =>
  check(name, "x", { look, judge: (found) => found });

describe("all checks together", () => {
  const stack = new Stack({ flags: [], isLocal: true });
  const quiet = { begins: () => undefined, ends: () => undefined };

  it("each is named before it begins, and one that fails does not hide the others", async () => {
    const seen: string[] = [];
    const rows = [
      row("first", () => Promise.reject(new Error("no way there"))),
      row("second", () => Promise.resolve([problem])),
      row("third", () => Promise.reject(new NotHere("no KEDA"))),
      row("fourth", () => Promise.resolve([])),
    ];
    const results = await examineAll(rows, stack, {
      begins: ({ name }) => seen.push(`begin ${name}`),
      ends: ({ check: name, verdict }) => seen.push(`${name} ${verdict}`),
    });
    expect(seen).toEqual([
      ...["begin first", "first unknown", "begin second", "second findings"],
      ...["begin third", "third not here", "begin fourth", "fourth fine"],
    ]);
    expect(summary(results)).toMatch(/^1 problem and 1 checks that could not be made/);
    expect(results.map(ending)).toEqual([
      "could not be looked at: no way there",
      "1 problem\n    ✗ a\n        b\n        do: c\n        see docs/runbooks/drift.md",
      "nothing to look at: no KEDA",
      "fine",
    ]);
  });

  it.each([
    ["nothing", [], false],
    ["a hint", [{ ...problem, level: "hint" as const }], false],
    ["a problem", [problem], true],
  ])("with %s somebody has to look: %s", async (_what, findings, expected) => {
    const results = await examineAll([row("one", () => Promise.resolve(findings))], stack, quiet);
    expect(needsSomebody(results)).toBe(expected);
  });

  it("have names of their own, and every runbook is there", () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    const missing = runbooks.filter((name) => !existsSync(join(root, `docs/runbooks/${name}.md`)));
    expect(missing).toEqual([]);
  });
});
