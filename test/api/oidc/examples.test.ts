import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { checkConfig } from "../../../config/load.ts";
import { projectOf, scopesOf } from "../../../api/oidc/claims.ts";
import { projectId } from "./issuer-under-test.ts";

const root = join(import.meta.dirname, "../../..");

/** The stack files that docs/projects.md shows, as the program takes them. */
const examples = [
  ...readFileSync(join(root, "docs/projects.md"), "utf8").matchAll(/```yaml\n(.*?)```/gs),
].map(([, text = ""]) => {
  const { "framewright:api": api } = parse(text) as Record<string, unknown>;
  const local = { nodeFile: "test/support/node.json" };
  return checkConfig({ local, api }, "Pulumi.test.yaml", root).api.oidc;
});

/** Access tokens as the identity providers of the examples make them, as far as they matter here. */
const tokens = {
  "https://login.example.com/realms/video": {
    aud: ["framewright", "account"],
    framewright_project: projectId,
    resource_access: { framewright: { roles: ["editor"] }, account: { roles: ["owner"] } },
    scope: "profile email",
  },
  "https://tenant.eu.auth0.com/": {
    aud: ["https://framewright.example.com", "https://tenant.eu.auth0.com/userinfo"],
    "https://example.com/project": projectId,
    scope: "openid profile",
    permissions: ["framewright:read", "framewright:submit", "other:delete"],
  },
};

it("the examples of the documentation are good, and there are two", () => {
  expect(examples.map((oidc) => oidc?.issuer)).toEqual(Object.keys(tokens));
});

it.each(Object.entries(tokens))("a token of %s gives project and scopes", (issuer, claims) => {
  const oidc = examples.find((example) => example?.issuer === issuer);
  if (oidc === undefined) throw new Error(`no example has ${issuer}`);
  expect(claims.aud).toContain(oidc.audience);
  expect(projectOf(claims, oidc)).toBe(projectId);
  expect(scopesOf(claims, oidc)).toEqual(["read", "submit"]);
});
