import { expect, test } from "vitest";
import * as production from "../../../config/rules/production.ts";
import {
  configWith,
  eksWith,
  expectProblems,
  facts,
  gkeWith,
  untested,
  type Broken,
} from "../support.ts";

const arn = "arn:aws:acm:us-east-1:123456789012:certificate/example";

const broken: Broken[] = [
  [
    "production that anybody may delete",
    production.deletionIsProtected,
    gkeWith((config) => (config.deletionProtection = false)),
    ["deletionProtection must be true in production (it is false)"],
  ],
  [
    "a teardown of another stack",
    production.deletionIsProtected,
    eksWith((config) => {
      config.deletionProtection = false;
      config.teardown = "staging";
    }),
    ['teardown must be the name of this stack (it is "staging", the stack is "test")'],
  ],
  [
    "a teardown that was forgotten",
    production.teardownIsMeant,
    eksWith((config) => (config.teardown = "test")),
    ["teardown is set (test), and deletionProtection is true"],
  ],
  [
    "Kubernetes APIs that are open to everybody",
    production.endpointsAreClosed,
    gkeWith((config) => {
      config.gke!.authorizedNetworks.push({ name: "all", cidr: "0.0.0.0/0" });
      config.edge.public = true;
      config.edge.allowedCidrs = ["0.0.0.0/0"];
    }),
    [
      "gke.authorizedNetworks[1].cidr must not admit the whole internet in production (it is 0.0.0.0/0)",
    ],
  ],
  [
    "everybody in two halves, and load balancers inside the network that are open to all",
    production.endpointsAreClosed,
    eksWith((config) => {
      config.eks!.publicAccessCidrs = ["0.0.0.0/1", "128.0.0.0/1"];
      config.edge.allowedCidrs = ["0.0.0.0/0"];
    }),
    [
      "eks.publicAccessCidrs[0] must not admit the whole internet in production (it is 0.0.0.0/1)",
      "eks.publicAccessCidrs[1] must not admit the whole internet in production (it is 128.0.0.0/1)",
      "edge.allowedCidrs[0] must not admit the whole internet in production (it is 0.0.0.0/0)",
    ],
  ],
];

test.each(broken)("%s is reported, with the value", (...row) => {
  expectProblems(row);
});

const emptyPassphrase: Broken = [
  "",
  production.secretsAreProtected,
  eksWith(),
  [
    "encryptionsalt was made with an empty passphrase, so anyone who can read the state can read every secret",
  ],
];

test("secrets that an empty passphrase opens are refused", () => {
  expectProblems(emptyPassphrase, { ...facts, secrets: () => ({ kind: "empty-passphrase" }) });
});

test.each([
  { kind: "key-service", url: "awskms://alias/framewright" },
  { kind: "passphrase" },
  { kind: "unstated" },
] as const)("secrets under %j are accepted", (protection) => {
  const given = { ...facts, secrets: () => protection };
  expect(production.secretsAreProtected(eksWith(), given)).toEqual([]);
});

test("how secrets are protected is not asked for local and development stacks", () => {
  const asked = () => {
    throw new Error("asked");
  };
  const development = gkeWith((config) => (config.environment = "development"));
  for (const config of [configWith(), development]) {
    expect(production.secretsAreProtected(config, { ...facts, secrets: asked })).toEqual([]);
  }
});

test("every rule here is broken by a case", () => {
  expect(untested(production, [...broken, emptyPassphrase])).toEqual([]);
});

test("production lets go of its protection when the teardown names it", () => {
  const config = gkeWith((change) => {
    change.deletionProtection = false;
    change.teardown = "test";
  });
  expect(production.deletionIsProtected(config, facts)).toEqual([]);
  expect(production.teardownIsMeant(config, facts)).toEqual([]);
});

test("development needs no protection, and may be open", () => {
  const config = eksWith((change) => {
    change.environment = "development";
    change.deletionProtection = false;
    change.eks!.publicAccessCidrs = ["0.0.0.0/0"];
  });
  expect(Object.values(production).flatMap((rule) => rule(config, facts))).toEqual([]);
});

test("load balancers that are meant for the public may be open to it", () => {
  const config = eksWith((change) => {
    change.edge = {
      ...change.edge,
      public: true,
      certificateArn: arn,
      allowedCidrs: ["0.0.0.0/0"],
    };
  });
  expect(production.endpointsAreClosed(config, facts)).toEqual([]);
});
