import { describe, expect, it } from "vitest";
import type { Change } from "../../../tools/deploy/engine-log.ts";
import { deploySteps, driftSteps, type Step } from "../../../tools/deploy/steps.ts";
import {
  deployVerdict,
  driftVerdict,
  findings,
  type Ended,
} from "../../../tools/deploy/verdict.ts";
import { stackOf } from "../../../tools/policy/stacks.ts";

const dev = stackOf("dev");
const refused = -1;

const changes: readonly Change[] = [
  { op: "update", resource: "gcp:storage/bucket:Bucket media-1", fields: ["versioning.enabled"] },
  {
    op: "delete",
    resource: "kubernetes:networking.k8s.io/v1:NetworkPolicy data/deny-all",
    fields: [],
  },
];

/** The steps, ended with these codes. */
function ended(
  steps: readonly Step[],
  codes: readonly (number | null)[],
  rest: Partial<Ended> = {},
): Ended[] {
  return codes.flatMap((status, index) => {
    const step = steps[index];
    // Stands for an error over a mandatory violation, which has no exit code of its own.
    const isRefused = status === refused;
    const told = { isPreview: false, changes: [], violations: [], isRefused };
    return step === undefined ? [] : [{ step, status, ...told, ...rest }];
  });
}

describe("the commands", () => {
  const pack = "--policy-pack=policy --policy-pack-config=policy/profiles";
  const diff = "--diff --suppress-progress";
  const text = (steps: readonly Step[]) => steps.map(({ args }) => args.join(" "));

  it("bring a stack up under the profile that suits it, after a look at what is there", () => {
    expect(text(deploySteps(dev))).toEqual([
      `refresh --yes --skip-preview ${diff} --stack dev --non-interactive`,
      `up --yes ${diff} --stack dev --non-interactive ${pack}/baseline.json`,
      `policy analyze --stack dev --non-interactive ${pack}/baseline.json`,
    ]);
  });

  it("compare a stack, and change nothing", () => {
    expect(text(driftSteps(stackOf("prod")))).toEqual([
      `refresh --preview-only --expect-no-changes ${diff} --stack prod --non-interactive`,
      `preview --expect-no-changes ${diff} --stack prod --non-interactive ${pack}/strict.json`,
    ]);
  });
});

describe("what was found", () => {
  it("tells of each question its command, its answer, and the resources", () => {
    const steps = driftSteps(dev);
    const [refresh, preview] = ended(steps, [7, 0], { isPreview: true });
    if (refresh === undefined || preview === undefined) throw new Error("there are two steps");
    expect(findings(steps, [{ ...refresh, changes }, preview])).toBe(`What was found

  1. Are the cloud and the cluster as the last deploy left them? (pulumi refresh)
     No. 2 resources:
     changed: gcp:storage/bucket:Bucket media-1
       versioning.enabled
     gone: kubernetes:networking.k8s.io/v1:NetworkPolicy data/deny-all
  2. Was the last deploy of what this commit says? (pulumi preview)
     Yes.`);
  });

  it.each([
    [
      "what a preview would do",
      { isPreview: true },
      "would be changed: gcp",
      "would be deleted: kub",
    ],
    ["what an update did", { isPreview: false }, "changed: gcp", "deleted: kub"],
  ])("tells of %s in other words", (_, rest, ...words) => {
    const [, ...steps] = deploySteps(dev);
    const text = findings(steps, ended(steps, [0, 0], { changes, ...rest }));
    for (const word of words) expect(text).toContain(`     ${word}`);
  });

  it("tells so much of one resource", () => {
    const fields = Array.from({ length: 20 }, (_, index) => `field-${index}`);
    const steps = driftSteps(dev);
    const text = findings(
      steps,
      ended(steps, [7], { changes: [{ op: "update", resource: "a b", fields }] }),
    );
    expect(text).toContain("       field-7\n       and 12 more\n");
    expect(text).toContain("No. 1 resource:");
  });

  it.each([
    [1, "Not known: pulumi ended with 1, its error is above."],
    [3, "Not known: pulumi ended with 3, nobody is logged in to the backend."],
    [refused, "No, a mandatory policy refuses it."],
    [
      6,
      "Not known: pulumi ended with 6, the backend that PULUMI_BACKEND_URL names has no such stack.",
    ],
    [null, "Not known: pulumi ended with null, its error is above."],
  ])("tells of exit code %s what it means", (status, answer) => {
    const steps = driftSteps(dev);
    expect(findings(steps, ended(steps, [status]))).toContain(`     ${answer}\n`);
  });

  it("says which question was not asked", () => {
    const steps = deploySteps(dev);
    expect(findings(steps, ended(steps, [0, 1]))).toContain(
      "  3. Does what was made keep the policies? Not asked, after what is above.",
    );
  });
});

describe("the verdict on a drift", () => {
  it.each([
    [[0, 0], "dev has not drifted: the cloud, the state and this commit agree."],
    [[7, 0], "dev has drifted. To make it as this commit says: npm run deploy -- --stack dev"],
    [[7, 1], "dev has drifted."],
    [[7, 7], "dev has drifted."],
    [[0, 7], "dev has not drifted, but this commit is not deployed: npm run deploy -- --stack dev"],
    [[0, refused], "dev has not drifted, but the policies refuse this commit."],
    [[1, 0], "Whether dev has drifted could not be seen to the end; the error is above."],
    [[0, 1], "Whether dev has drifted could not be seen to the end"],
    [[null, null], "Whether dev has drifted could not be seen to the end"],
  ])("of %j", (codes, verdict) => {
    expect(driftVerdict("dev", ended(driftSteps(dev), codes))).toContain(verdict);
  });
});

describe("the verdict on a deploy", () => {
  it.each([
    [[0, 0, 0], "dev is as this commit says, and keeps the policies."],
    [[0, 0, refused], "dev is as this commit says, but what was made does not keep the policies"],
    [[0, 0, 1], "or could not be judged"],
    [[0, refused], "dev is not as this commit says. What was done stays."],
    [[0, 4], "dev is not as this commit says. What was done stays."],
    [[1], "dev is not as this commit says. Nothing was changed."],
    [[0, null], "docs/runbooks/interrupted-update.md"],
  ])("of %j", (codes, verdict) => {
    expect(deployVerdict("dev", ended(deploySteps(dev), codes))).toContain(verdict);
  });

  it("says so when the policies refused it before anything was changed", () => {
    const steps = deploySteps(dev);
    const violations = ["mandatory closed: Doors are closed: Pod a: is open. Fix: close it."];
    const end = ended(steps, [0, refused], { isPreview: true, violations });
    expect(findings(steps, end)).toContain(`refuses it.\n     ${violations[0] ?? ""}\n`);
    expect(deployVerdict("dev", end)).toBe(
      "dev was left as it is: the policies refuse this commit.",
    );
  });

  it("says so when it ended before anything was changed", () => {
    const failed = ended(deploySteps(dev), [0, 1], { isPreview: true });
    expect(deployVerdict("dev", failed)).toContain("Nothing was changed.");
  });
});
