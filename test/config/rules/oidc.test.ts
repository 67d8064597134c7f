import { expect, test } from "vitest";
import * as oidc from "../../../config/rules/oidc.ts";
import type { ConfigValues } from "../../../config/schema.ts";
import { checkConfig } from "../../../config/load.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

type Section = NonNullable<ConfigValues["api"]["oidc"]>;

function issuerWith(change: Partial<Section>): ConfigValues {
  const section: Section = {
    issuer: "https://login.example.com/realms/video",
    audience: "framewright",
    projectClaim: "framewright_project",
    scopeClaim: "scope",
    scopes: { read: ["framewright:read"], submit: [], admin: [], platform: [] },
    ranges: [],
    ...change,
  };
  return configWith(({ api }) => (api.oidc = section));
}

const notAnIssuer = (issuer: string): Broken => [
  `the issuer ${issuer}`,
  oidc.issuerIsAnHttpsUrl,
  issuerWith({ issuer }),
  [`api.oidc.issuer must be an https URL without user, query and fragment (it is "${issuer}")`],
];

const broken: Broken[] = [
  ...["http://login.example.com", "login.example.com", "https://a:b@login.example.com"].map(
    notAnIssuer,
  ),
  ...["https://login.example.com/?tenant=1", "https://login.example.com/#a"].map(notAnIssuer),
  [
    "a range that is none",
    oidc.issuerRangesAreRanges,
    issuerWith({ ranges: ["10.30.0.0/16", "10.30.1.0/16"] }),
    ['api.oidc.ranges[1] must be a range of addresses (it is "10.30.1.0/16")'],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(oidc, broken)).toEqual([]);
});

test.each(["https://login.example.com/realms/video", "https://tenant.eu.auth0.com/"])(
  "the issuer %s is one",
  (issuer) => {
    const config = issuerWith({ issuer, ranges: ["10.30.0.0/24"] });
    expect(Object.values(oidc).flatMap((rule) => rule(config, facts))).toEqual([]);
  },
);

const check = (section: Record<string, unknown>) =>
  checkConfig(
    { local: { nodeFile: "test/support/node.json" }, api: { oidc: section } },
    "Pulumi.test.yaml",
    ".",
  ).api.oidc;

test("an issuer and an audience are enough, and no administrator is made by default", () => {
  expect(check({ issuer: "https://login.example.com", audience: "framewright" })).toEqual({
    issuer: "https://login.example.com",
    audience: "framewright",
    projectClaim: "framewright_project",
    scopeClaim: "scope",
    scopes: { read: ["framewright:read"], submit: ["framewright:submit"], admin: [], platform: [] },
    ranges: [],
  });
});

test.each([
  [{ issuer: "https://login.example.com" }, "api.oidc.audience"],
  [{ issuer: "https://login.example.com", audience: "" }, "api.oidc.audience"],
  [{ audience: "framewright" }, "api.oidc.issuer"],
  [
    { issuer: "https://a.test", audience: "a", scopes: { read: ["two words"] } },
    "api.oidc.scopes.read[0]",
  ],
])("%j is refused", (section, path) => {
  expect(() => check(section)).toThrow(path);
});
