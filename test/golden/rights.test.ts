import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { reasons } from "./rights/reasons.ts";
import { renderRights } from "./rights/render.ts";
import { accountsOf, rightsOf, tokenHolders, type Right, type Stack } from "./rights/rights.ts";
import { stacksWithRights } from "./rights/stacks.ts";

const root = join(import.meta.dirname, "../..");

let stacks: Stack[];
let rights: Right[];
beforeAll(async () => {
  stacks = await stacksWithRights();
  rights = rightsOf(stacks);
}, 3 * 60_000);

test("docs/rights.md is what the stacks become (npm run golden:update)", async () => {
  const page = readFileSync(join(root, "docs/rights.md"), "utf8");
  expect(page).toBe(await renderRights(stacks));
});

test("every right has its line of why, and every such line a right", () => {
  const granted = rights.map(({ account, what }) => `${account} ${what}`);
  const explained = Object.entries(reasons).flatMap(([account, { why }]) =>
    Object.keys(why).map((what) => `${account} ${what}`),
  );
  expect([...new Set(granted)].toSorted()).toEqual(explained.toSorted());
});

test("every account with rights is used in a test that is there", () => {
  const missing = Object.values(reasons).filter(({ test: file }) => !existsSync(join(root, file)));
  expect(missing).toEqual([]);
});

test("accounts with rights are those whose pods have a token, and no others", () => {
  const holders = [...new Set(rights.map(({ account }) => account))];
  expect(tokenHolders(stacks)).toEqual(holders);
  expect(accountsOf(stacks)).toEqual(expect.arrayContaining(holders));
});

test("nobody changes rights, reads all Secrets, or may do everything", () => {
  const changing = rights.filter(({ what }) => what.startsWith("rbac.authorization.k8s.io/"));
  const secrets = rights.filter(({ what }) => what === "secrets");
  expect(changing).toEqual([]);
  expect(secrets.map(({ account, namespaces }) => [account, namespaces])).toEqual([
    ["framewright-autoscaling/keda-operator", ["framewright-autoscaling"]],
    ["framewright-autoscaling/keda-operator", ["framewright-autoscaling"]],
  ]);
  expect(JSON.stringify(rights)).not.toContain('"*"');
});

const metadata = { name: "one", namespace: "own" };
const subjects = [{ kind: "ServiceAccount", name: "one", namespace: "own" }];
const binding = { metadata, subjects };
const rule = { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] };
const rbac = "kubernetes:rbac.authorization.k8s.io/v1";

test("a role that a stack does not make is told by its name, and a namespace's role is not another's", () => {
  const resources = {
    [`${rbac}:Role::a`]: { metadata, rules: [rule] },
    [`${rbac}:RoleBinding::a`]: { ...binding, roleRef: { kind: "Role", name: "one" } },
    [`${rbac}:RoleBinding::b`]: {
      ...binding,
      metadata: { name: "one", namespace: "other" },
      roleRef: { kind: "Role", name: "one" },
    },
  };
  const found = rightsOf([{ name: "made-up", resources }]);
  expect(found.map(({ what, verbs, namespaces }) => [what, verbs, namespaces])).toEqual([
    ["apps/deployments", ["get"], ["own"]],
    ["one", [], ["other"]],
  ]);
});
