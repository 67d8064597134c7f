import { expect, it } from "vitest";
import { claimAt, projectOf, scopesOf } from "../../../api/oidc/claims.ts";

const claims = {
  scope: "openid framewright:read",
  "https://example.com/project": "from Auth0",
  realm_access: { roles: ["video-admin", 7] },
  "a/b": { "c~d": "odd" },
};

it.each([
  ["scope", "openid framewright:read"],
  ["https://example.com/project", "from Auth0"],
  ["/realm_access/roles", ["video-admin", 7]],
  ["/a~1b/c~0d", "odd"],
  ["realm_access.roles", undefined],
  ["/realm_access/roles/length", undefined],
  ["constructor", undefined],
  ["/scope/length", undefined],
])("the claim %s is found, or not", (path, found) => {
  expect(claimAt(claims, path)).toEqual(found);
});

const scopes = {
  read: ["framewright:read", "video-viewer"],
  submit: ["video-editor"],
  admin: ["video-admin"],
  platform: [],
};

it.each([
  ["scope", ["read"]],
  ["/realm_access/roles", ["admin"]],
  ["missing", []],
])("the values of %s give %j", (scopeClaim, given) => {
  expect(scopesOf(claims, { scopeClaim, projectClaim: "x", scopes })).toEqual(given);
});

it("no value gives a scope that nothing maps to", () => {
  const all = { roles: ["", "platform", "admin", "*"] };
  expect(scopesOf(all, { scopeClaim: "roles", projectClaim: "x", scopes })).toEqual([]);
});

it.each([
  ["0199F0A0-0000-7000-8000-000000000001", "0199f0a0-0000-7000-8000-000000000001"],
  ["shop", undefined],
  [7, undefined],
  [["0199f0a0-0000-7000-8000-000000000001"], undefined],
  [undefined, undefined],
])("a claim %j names the project %s", (claim, project) => {
  expect(projectOf({ p: claim }, { projectClaim: "p" })).toBe(project);
});
