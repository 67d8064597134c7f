import { expect, test } from "vitest";
import * as versions from "../../../config/rules/versions.ts";
import { eksWith, expectProblems, facts, gkeWith, untested, type Broken } from "../support.ts";

/** At noon, so that days are counted up to the one on which support ends. */
function on(day: string): typeof facts {
  return { ...facts, now: new Date(`${day}T12:00:00Z`) };
}

const broken: Broken[] = [
  [
    "a version of EKS with days left",
    versions.supportLasts,
    eksWith((config) => (config.eks!.version = "1.34")),
    ["eks.version has 3 days of standard support left on eks (it is 1.34)"],
  ],
  [
    "a version of GKE that Google no longer supports",
    versions.supportLasts,
    gkeWith((config) => (config.gke!.version = "1.34")),
    ["gke.version has no standard support on gke any more (it is 1.34, which ended 59 days ago)"],
  ],
  [
    "node images for a newer Kubernetes than the control plane's",
    versions.heldNodesFollowTheVersion,
    eksWith((config) => {
      config.eks!.version = "1.35";
      config.eks!.hold = { nodes: "1.36.3-20260827" };
    }),
    [
      'eks.hold.nodes must be a release for Kubernetes 1.35, or for one of the 3 minor versions before it (it is "1.36.3-20260827")',
    ],
  ],
  [
    "node images that are too old for the control plane",
    versions.heldNodesFollowTheVersion,
    eksWith((config) => (config.eks!.hold = { nodes: "1.32.9-20260827" })),
    [
      'eks.hold.nodes must be a release for Kubernetes 1.36, or for one of the 3 minor versions before it (it is "1.32.9-20260827")',
    ],
  ],
];

test.each(broken)("%s gets a word, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(versions, broken)).toEqual([]);
});

test.each([
  ["2027-05-03", 0],
  ["2027-05-04", 1],
  ["2027-08-01", 1],
  ["2027-08-02", 1],
  ["2028-01-01", 1],
])(
  "on %s the default version of EKS, whose support ends on 2027-08-02, gets %i warnings",
  (day, count) => {
    expect(versions.supportLasts(eksWith(), on(day))).toHaveLength(count);
  },
);

test("the warning names the runbook and the cloud's own calendar", () => {
  const [warning] = versions.supportLasts(eksWith(), on("2027-08-01"));
  expect(warning?.remedy).toContain("docs/runbooks/upgrade.md");
  expect(warning?.remedy).toContain("https://docs.aws.amazon.com/eks/");
});

test("where the channel of GKE decides and no day is known, nothing is said", () => {
  const stable = gkeWith((config) => (config.gke!.releaseChannel = "STABLE"));
  expect(versions.supportLasts(stable, on("2030-01-01"))).toEqual([]);
  expect(versions.supportLasts(gkeWith(), on("2030-01-01"))).toEqual([]);
});

test.each(["1.36.3-20260827", "1.35.9-20260827"])(
  "held images of release %s are accepted",
  (nodes) => {
    const config = eksWith((change) => (change.eks!.hold = { nodes }));
    expect(versions.heldNodesFollowTheVersion(config, facts)).toEqual([]);
  },
);
