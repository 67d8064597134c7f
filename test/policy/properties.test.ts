import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../policy/kit/rule.ts";
import { rules } from "../../policy/rules.ts";
import { cloudRules } from "../../policy/rules/cloud/index.ts";
import { containerBreaks } from "./breaks/container-breaks.ts";
import { objectBreaks } from "./breaks/object-breaks.ts";
import { gpuBreaks, podBreaks, type PodBreak } from "./breaks/pod-breaks.ts";
import { profile } from "./kit/goldens.ts";
import { evaluateStack, type TestResource } from "./kit/evaluate.ts";
import { containersIn, randomWorkload, resourceOf, surroundings } from "./kit/random-workload.ts";

const settings = profile("strict");
const runs = 8;
/** What is broken here is nothing of a cloud account. */
const near = rules.filter((rule) => !cloudRules.includes(rule));

function fixOf(name: string): string {
  return rules.find((rule) => rule.name === name)?.fix ?? "no such rule";
}

/** What each rule says of the first resource and what is around it; a rule about one resource needs no others. */
function saidOf(
  first: TestResource,
  around: readonly TestResource[] = surroundings,
  judging: readonly Rule[] = near,
): Readonly<Record<string, string[]>> {
  const judged = ({ policy }: Rule): TestResource[] =>
    policy.validateStack === undefined ? [first] : [first, ...around];
  const said = judging.map((rule) => {
    const config = settings[rule.name] ?? {};
    return [rule.name, evaluateStack(rule, judged(rule), { config })] as const;
  });
  return Object.fromEntries(said.filter(([, messages]) => messages.length > 0));
}

describe("a random valid workload", () => {
  it("is accepted by every rule of the pack in the profile strict", () => {
    fc.assert(
      fc.property(randomWorkload, (workload) => {
        expect(saidOf(resourceOf(workload), surroundings, rules)).toEqual({});
      }),
      { numRuns: 50 },
    );
  });
});

describe("a random container of a random workload", () => {
  it.each(containerBreaks)(
    "that $what is reported by $rule alone, by name",
    ({ rule, says, change, which, also = [] }) => {
      fc.assert(
        fc.property(randomWorkload, fc.nat(), (workload, drawn) => {
          const broken = structuredClone(workload);
          const able = containersIn(broken).filter(
            ({ role }) => which?.(role, broken.kind) ?? true,
          );
          fc.pre(able.length > 0);
          const { role, container } = able[drawn % able.length]!;
          change(container);
          const said = saidOf(resourceOf(broken));
          expect(Object.keys(said).toSorted()).toEqual([rule, ...also].toSorted());
          const [message, ...more] = said[rule]!;
          expect(message).toContain(`${workload.kind} shop/cart: `);
          expect(message).toContain(`${role} "${container.name}" `);
          expect(message).toMatch(says);
          expect(message).toContain(`. Fix: ${fixOf(rule)}.`);
          expect(more).toEqual([]);
        }),
        { numRuns: runs },
      );
    },
  );
});

function checkPodBreak({ rule, says, change, kinds }: PodBreak, hasGpu?: boolean): void {
  fc.assert(
    fc.property(randomWorkload, (workload) => {
      fc.pre(hasGpu === undefined || workload.hasGpu === hasGpu);
      fc.pre(kinds?.includes(workload.kind) ?? true);
      const broken = structuredClone(workload);
      change(broken.spec);
      const said = saidOf(resourceOf(broken));
      expect(Object.keys(said)).toEqual([rule]);
      for (const message of said[rule]!) {
        expect(message).toContain(`${workload.kind} shop/cart: `);
        expect(message).toMatch(says);
        expect(message).toContain(`. Fix: ${fixOf(rule)}.`);
      }
    }),
    { numRuns: runs },
  );
}

describe("a random pod", () => {
  it.each(podBreaks)("that $what is reported by $rule alone", (broken) => {
    checkPodBreak(broken);
  });

  it.each(gpuBreaks)("with a GPU that $what is reported by $rule alone", (broken) => {
    checkPodBreak(broken, true);
  });
});

describe("a random workload", () => {
  it.each(objectBreaks)(
    "that $what is reported by $rule alone",
    ({ rule, says, kinds, change }) => {
      fc.assert(
        fc.property(randomWorkload, fc.constantFrom(...kinds), (workload, kind) => {
          const [broken, ...around] = change(resourceOf({ ...workload, kind }), surroundings);
          const said = saidOf(broken, around);
          expect(Object.keys(said)).toEqual([rule]);
          expect(said[rule]).toEqual([expect.stringContaining(`. Fix: ${fixOf(rule)}.`)]);
          expect(said[rule]![0]).toContain("shop/cart");
          expect(said[rule]![0]).toMatch(says);
        }),
        { numRuns: runs },
      );
    },
  );
});
