import { expect, test } from "vitest";
import * as access from "../../../config/rules/access.ts";
import { eksWith, expectProblems, facts, gkeWith, untested, type Broken } from "../support.ts";

const drift = "arn:aws:iam::123456789012:role/drift";

const broken: Broken[] = [
  [
    "a name as the way in, and networks beside it",
    access.oneWayFromOutside,
    gkeWith((config) => (config.gke!.endpoint = "dns")),
    [
      'gke.authorizedNetworks must be empty with endpoint "dns", which takes no list of networks (it has office)',
    ],
  ],
  [
    "a role that reads and administers",
    access.rolesHaveOneAccess,
    eksWith((config) => {
      config.eks!.adminRoleArns = [drift];
      config.eks!.viewerRoleArns = ["arn:aws:iam::123456789012:role/other", drift];
    }),
    [`eks.viewerRoleArns[1] must not be in eks.adminRoleArns as well (it is ${drift})`],
  ],
  [
    "a Kubernetes API on EKS that nobody outside reaches",
    access.somebodyMayOperate,
    eksWith((config) => (config.eks!.publicAccessCidrs = [])),
    [
      "eks.publicAccessCidrs is empty, so the Kubernetes API can be reached only from inside the network",
    ],
  ],
  [
    "a Kubernetes API on GKE that nobody outside reaches",
    access.somebodyMayOperate,
    gkeWith((config) => (config.gke!.authorizedNetworks = [])),
    [
      "gke.authorizedNetworks is empty, so the Kubernetes API can be reached only from inside the network",
    ],
  ],
];

test.each(broken)("%s is reported, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(access, broken)).toEqual([]);
});

test.each([
  [
    "a name of GKE",
    gkeWith((config) => {
      config.gke!.endpoint = "dns";
      config.gke!.authorizedNetworks = [];
    }),
  ],
  [
    "runners inside of EKS",
    eksWith((config) => {
      config.eks!.publicAccessCidrs = [];
      config.eks!.runners = true;
    }),
  ],
])("%s is a way in, without a word", (_, config) => {
  const rules = [access.oneWayFromOutside, access.somebodyMayOperate];
  expect(rules.flatMap((rule) => rule(config, facts))).toEqual([]);
});
