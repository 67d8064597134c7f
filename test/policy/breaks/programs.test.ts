import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../../policy/kit/rule.ts";
import { rules } from "../../../policy/rules.ts";
import { accessRules } from "../../../policy/rules/access/index.ts";
import { availabilityRules } from "../../../policy/rules/availability/index.ts";
import { cloudRules } from "../../../policy/rules/cloud/index.ts";
import { profile } from "../kit/goldens.ts";
import { evaluate, evaluateStack, type TestResource } from "../kit/evaluate.ts";
import { accessBreaks } from "./access-breaks.ts";
import { awsBreaks } from "./aws-breaks.ts";
import { googleBreaks } from "./google-breaks.ts";
import type { ProgramBreak } from "./program-break.ts";
import { randomAws, randomGoogle } from "./random-clouds.ts";
import { randomObjects } from "./random-objects.ts";

const settings = profile("strict");

/** What each rule says of a program; rules about single resources are asked of `single` alone. */
function saidOf(
  judging: readonly Rule[],
  program: readonly TestResource[],
  single: readonly TestResource[] = program,
): Readonly<Record<string, string[]>> {
  const said = judging.map((rule) => {
    const config = settings[rule.name] ?? {};
    const isAboutStacks = rule.policy.validateStack !== undefined;
    const messages = isAboutStacks
      ? evaluateStack(rule, program, { config })
      : single.flatMap((resource) => evaluate(rule, resource, config));
    return [rule.name, messages] as const;
  });
  return Object.fromEntries(said.filter(([, messages]) => messages.length > 0));
}

/** As messages call it, without its kind: `shop/cart`, and `shop` of a cloud. */
function nameOf({ type, name, props }: TestResource): string {
  if (!type.startsWith("kubernetes:")) return name;
  const metadata = props["metadata"] as { name: string; namespace?: string };
  return [...(metadata.namespace === undefined ? [] : [metadata.namespace]), metadata.name].join(
    "/",
  );
}

interface Sort {
  readonly programs: fc.Arbitrary<readonly TestResource[]>;
  readonly judging: readonly Rule[];
}

function checkBreak(
  { programs, judging }: Sort,
  { rule, says, of, which, change, also = [], blames }: ProgramBreak,
): void {
  const property = fc.property(programs, fc.nat(), (valid, drawn) => {
    const able = valid.filter((one) => one.type === of && (which?.(one) ?? true));
    const chosen = able[drawn % able.length]!;
    const broken = change(chosen);
    const changed = broken === undefined ? [] : [broken];
    const program = valid.flatMap((one) => (one === chosen ? changed : [one]));
    const said = saidOf(judging, program, changed);
    expect(Object.keys(said).toSorted()).toEqual([rule, ...also].toSorted());
    const messages = said[rule]!;
    expect(messages.join("\n")).toMatch(says);
    const blamed = blames === undefined ? [chosen] : valid.filter(({ type }) => type === blames);
    const fix = rules.find(({ name }) => name === rule)!.fix;
    for (const message of messages) {
      expect(blamed.map(nameOf)).toContain(/^\S+ (\S+): /.exec(message)?.[1]);
      expect(message).toContain(`. Fix: ${fix}.`);
    }
  });
  fc.assert(property, { numRuns: 2 });
}

/** Those of other themes that look at whole programs look at other things in them. */
function near(...themes: readonly (readonly Rule[])[]): Rule[] {
  const own = themes.flat();
  return rules.filter((rule) => rule.policy.validateStack === undefined || own.includes(rule));
}

const objects: Sort = { programs: randomObjects, judging: near(accessRules, availabilityRules) };

const sorts = [
  ["set of objects that say who may reach what", objects, accessBreaks],
  ["program for AWS", { programs: randomAws, judging: near(cloudRules) }, awsBreaks],
  ["program for Google Cloud", { programs: randomGoogle, judging: near(cloudRules) }, googleBreaks],
] as const;

describe.each(sorts)("a random valid %s", (_, sort, breaks) => {
  it("is accepted by every rule of the pack in the profile strict", () => {
    fc.assert(
      fc.property(sort.programs, (program) => {
        expect(saidOf(rules, program)).toEqual({});
      }),
      { numRuns: 10 },
    );
  });

  it.each(breaks)("is reported by $rule alone where a $of $what", (one) => {
    checkBreak(sort, one);
  });
});

it("breaks each rule about access and clouds", () => {
  const broken = new Set(sorts.flatMap(([, , breaks]) => breaks.map(({ rule }) => rule)));
  const unbroken = [...accessRules, ...cloudRules].filter(({ name }) => !broken.has(name));
  expect(unbroken.map(({ name }) => name)).toEqual([]);
});
