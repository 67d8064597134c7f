import { describe, expect, it } from "vitest";
import type { Rule } from "../../../policy/kit/rule.ts";
import { evaluate, remediated, type TestResource } from "./evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "./workloads.ts";

export { secured, securedPod } from "./workloads.ts";

type Fields = Readonly<Record<string, unknown>>;
type Config = Readonly<Record<string, unknown>>;

/** What is broken, the changes of a pod spec or a container that break it, and a part of what the rule says. */
export type Broken = readonly [what: string, changes: Fields, says: string | RegExp];
/** What is right though it looks odd, and the settings that make it so. */
export type Right = readonly [what: string, changes: Fields, config?: Config];

function said(rule: Rule, resource: TestResource, config: Config = {}): string[] {
  return evaluate(rule, resource, config);
}

function withConfig([what, changes, config = {}]: Right) {
  return [what, changes, config] as const;
}

const roles: Readonly<Record<string, (one: Fields) => Fields>> = {
  container: (one) => ({ containers: [one] }),
  "init container": (one) => ({ initContainers: [one] }),
  sidecar: (one) => ({ initContainers: [{ ...one, restartPolicy: "Always" }] }),
  "ephemeral container": (one) => ({ ephemeralContainers: [one] }),
};

/** The cases of a rule about containers: each break in each kind and role, and what is right in all of them. */
export function describeContainers(
  rule: Rule,
  { broken, right = [] }: { readonly broken: readonly Broken[]; readonly right?: readonly Right[] },
): void {
  const [, firstChanges, firstSays] = broken[0]!;
  const bad = container({ name: "bad", ...firstChanges });

  describe(`${rule.name}, about containers`, () => {
    it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
      const make = kindsWithPods[kind]!;
      expect(said(rule, make(podSpec()))).toEqual([]);
      const [message, ...more] = said(rule, make(podSpec({ containers: [container(), bad] })));
      expect(message).toContain(`${kind} shop/cart: `);
      expect(message).toContain('container "bad" ');
      expect(message).toMatch(firstSays);
      expect(message).toContain(`. Fix: ${rule.fix}.`);
      expect(more).toEqual([]);
    });

    it.each(Object.keys(roles))("judges each %s", (role) => {
      const [message, ...more] = said(rule, deployment(podSpec(roles[role]!(bad))));
      expect(message).toContain(`: ${role} "bad" `);
      expect(more).toEqual([]);
    });

    it.each(broken)("refuses one that %s", (_, changes, says) => {
      const [message, ...more] = said(
        rule,
        deployment(podSpec({ containers: [container(changes)] })),
      );
      expect(message).toMatch(says);
      expect(more).toEqual([]);
    });

    it.each(right.map(withConfig))("accepts one that %s", (_, changes, config) => {
      const resource = deployment(podSpec({ containers: [container(changes)] }));
      expect(said(rule, resource, config)).toEqual([]);
    });

    it("leaves an exempt container alone, and no other", () => {
      const resource = deployment(podSpec({ containers: [bad] }));
      const exempt = (name: string) => ({
        exempt: [{ name: "cart", container: name, reason: "known and accepted" }],
      });
      expect(said(rule, resource, exempt("b*"))).toEqual([]);
      expect(said(rule, resource, exempt("main"))).toHaveLength(1);
    });
  });
}

/** The cases of a rule about what a pod says itself. */
export function describePods(
  rule: Rule,
  { broken, right = [] }: { readonly broken: readonly Broken[]; readonly right?: readonly Right[] },
): void {
  const [, firstChanges] = broken[0]!;

  describe(`${rule.name}, about pods`, () => {
    it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
      const make = kindsWithPods[kind]!;
      expect(said(rule, make(podSpec()))).toEqual([]);
      const [message, ...more] = said(rule, make(podSpec(firstChanges)));
      expect(message).toContain(`${kind} shop/cart: `);
      expect(message).toContain(`. Fix: ${rule.fix}.`);
      expect(more).toEqual([]);
    });

    it.each(broken)("refuses one that %s", (_, changes, says) => {
      const [message, ...more] = said(rule, deployment(podSpec(changes)));
      expect(message).toMatch(says);
      expect(more).toEqual([]);
    });

    it.each(right.map(withConfig))("accepts one that %s", (_, changes, config) => {
      expect(said(rule, deployment(podSpec(changes)), config)).toEqual([]);
    });

    it("leaves an exempt object alone, and no other", () => {
      const resource = deployment(podSpec(firstChanges));
      const exempt = (name: string) => ({ exempt: [{ name, reason: "known and accepted" }] });
      expect(said(rule, resource, exempt("ca*"))).toEqual([]);
      expect(said(rule, resource, exempt("other"))).toHaveLength(1);
    });
  });
}

/** Says whether the rule puts a pod right, so that it then passes, and leaves a right one as it is. */
export function itPutsRight(rule: Rule, cases: readonly (readonly [string, Fields])[]): void {
  it.each(cases)(`puts right a pod where ${rule.name} is broken by %s`, async (_, changes) => {
    const bad = deployment(podSpec(changes));
    expect(said(rule, bad)).not.toEqual([]);
    const props = await remediated(rule, bad);
    expect(props).toBeDefined();
    expect(said(rule, { ...bad, props: structuredClone(plain(props)) })).toEqual([]);
  });

  it(`leaves alone what ${rule.name} accepts`, async () => {
    expect(await remediated(rule, deployment())).toBeUndefined();
  });
}

/** Without the proxies through which rules read. */
function plain(props: unknown): TestResource["props"] {
  return JSON.parse(JSON.stringify(props)) as TestResource["props"];
}
