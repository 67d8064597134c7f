import { Type } from "typebox";
import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../policy/kit/rule.ts";
import { rules } from "../../policy/rules.ts";
import { goldenStacks, profile } from "./kit/goldens.ts";
import { usualSeccompFolder } from "../../infra/cluster.ts";
import { profileApp, profileSetSpec } from "../../services/egress/seccomp-profile-spec.ts";
import { metadata, selectorLabels } from "../../services/kit/app.ts";
import { app as databaseApp, writerService } from "../../services/postgres/identity.ts";
import { memberRights, writerLabels } from "../../services/postgres/members.ts";
import { evaluateStack, type TestResource } from "./kit/evaluate.ts";

const level = Type.Enum(["mandatory", "advisory", "disabled"]);

function schemaOf({ settings }: Rule) {
  return Type.Object(
    { ...Type.Partial(settings).properties, enforcementLevel: Type.Optional(level) },
    { additionalProperties: false },
  );
}

type Settings = Readonly<Record<string, unknown>>;

function exemptionsOf(settings: Settings): unknown[] {
  return (settings["exempt"] as unknown[] | undefined) ?? [];
}

function ruleOf(name: string): Rule | undefined {
  return rules.find((rule) => rule.name === name);
}

/** What matters to a policy of a database of three servers. */
const members: readonly TestResource[] = [
  {
    type: "kubernetes:apps/v1:StatefulSet",
    name: "postgres-server-set",
    props: {
      metadata: metadata(databaseApp),
      spec: {
        template: {
          metadata: { labels: selectorLabels(databaseApp) },
          spec: { automountServiceAccountToken: true, containers: [{ name: "postgres" }] },
        },
      },
    },
  },
  {
    type: "kubernetes:core/v1:Service",
    name: "postgres-writer",
    props: {
      metadata: metadata(databaseApp, writerService),
      spec: { selector: { ...selectorLabels(databaseApp), ...writerLabels }, ports: [] },
    },
  },
  {
    type: "kubernetes:rbac.authorization.k8s.io/v1:Role",
    name: "postgres-framewright-data-role",
    props: { metadata: metadata(databaseApp), rules: memberRights },
  },
];

/** Of no golden file, since no stack of them has recorders of pages or three servers of the database. */
const optional: readonly TestResource[] = [
  ...members,
  {
    type: "kubernetes:apps/v1:DaemonSet",
    name: "web-recorder-seccomp-set",
    props: {
      metadata: metadata(profileApp),
      spec: profileSetSpec({ image: "web-recorder", folder: usualSeccompFolder }),
    },
  },
];

/** What the rule says of all our stacks: what one of them has, another may ask for with a key of its config. */
function said(rule: Rule, config: Settings): number {
  const stacks = [...goldenStacks.map(({ resources }) => resources), optional];
  return stacks.flatMap((resources) => evaluateStack(rule, resources, { config })).length;
}

describe.each(["baseline", "strict"] as const)("the profile %s", (name) => {
  const entries = Object.entries(profile(name));

  it("names rules of the pack, with settings that they have", () => {
    for (const [key, settings] of entries) {
      const rule = ruleOf(key);
      expect(rule, `${key} is no rule`).toBeDefined();
      expect([key, ...Value.Errors(schemaOf(rule!), settings)]).toEqual([key]);
    }
  });

  it("exempts nothing that would pass anyway", () => {
    const idle = entries.flatMap(([key, settings]) => {
      const rule = ruleOf(key)!;
      const all = exemptionsOf(settings);
      const now = said(rule, settings);
      return all.filter((one) => {
        const exempt = all.filter((other) => other !== one);
        return said(rule, { ...settings, exempt }) <= now;
      });
    });
    expect(idle).toEqual([]);
  });
});

describe("the list of rules", () => {
  it("names each rule once, as config files can", () => {
    const names = rules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(names).not.toContain("all");
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))("tells all of %s", (_, rule) => {
    for (const text of [rule.title, rule.why, rule.fix]) expect(text.length).toBeGreaterThan(15);
    expect(rule.fix).not.toMatch(/\.$/);
    for (const [key, schema] of Object.entries(rule.settings.properties)) {
      expect(schema, `the setting ${key} needs a description and a default`).toMatchObject({
        description: expect.any(String) as string,
        default: expect.anything() as unknown,
      });
    }
  });
});
