import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainTable } from "../../../tools/testing/tables.ts";
import { goldenStacks, type GoldenStack } from "../kit/goldens.ts";
import { exceptionOf, exceptions, harmless } from "./exceptions.ts";
import { awsFields, awsGuards } from "./fields-aws.ts";
import { gcpFields, gcpGuards } from "./fields-gcp.ts";
import { denial, kubernetesFields, kubernetesGuards } from "./fields-kubernetes.ts";
import { flipsOf, mutationsOf, removalOf, type Mutation } from "./mutate.ts";
import { runRdsStack } from "./rds-stack.ts";
import { Evaluator } from "./violations.ts";

/** Thousands of mutations, on a machine that may have other things to do. */
const patience = 10 * 60_000;

const fields = [...awsFields, ...gcpFields, ...kubernetesFields];
const guards = [...awsGuards, ...gcpGuards, ...kubernetesGuards];
const names = [...goldenStacks.map(({ name }) => name), "prod-eks-rds"];
const goldenTypes = new Set(
  goldenStacks.flatMap(({ resources }) => resources.map(({ type }) => type)),
);

/** Of the stack with RDS, what no other stack has. */
function mutableIn({ name, resources }: GoldenStack) {
  return name === "prod-eks-rds"
    ? resources.filter(({ type }) => !goldenTypes.has(type))
    : resources;
}

let stacks: Readonly<Record<string, { stack: GoldenStack; evaluator: Evaluator }>>;
beforeAll(async () => {
  const all = [...goldenStacks, await runRdsStack()];
  stacks = Object.fromEntries(
    all.map((stack) => [stack.name, { stack, evaluator: new Evaluator(stack) }]),
  );
}, patience);

const rows: string[][] = [];
/** How many mutations passed by each exception. */
const passed = new Map(exceptions.map((exception) => [exception, 0]));
/** Fields and guards of the lists that are in a stack. */
const present = new Set<string>();

afterAll(() => {
  const head = ["stack", "mutations", "reported", "exceptions"];
  console.log(plainTable({ title: "\nWhat became worse, and was reported", head, rows }));
});

/** Everything that can become worse in a stack, one thing at a time. */
function mutationsIn(stack: GoldenStack): Mutation[] {
  const relevant = fields.filter(
    ({ inProduction }) => stack.profile === "strict" || inProduction !== true,
  );
  return mutableIn(stack).flatMap((original) => [
    ...relevant.flatMap((field) => mutationsOf(original, field)),
    ...(guards.includes(original.type) || denial.test(original.name) ? [removalOf(original)] : []),
  ]);
}

describe.each(names)("the stack %s", (name) => {
  it(
    "can't become worse in any field or guard without a rule that reports it",
    () => {
      const { stack, evaluator } = stacks[name]!;
      const all = mutationsIn(stack);
      for (const { field } of all) present.add(field);
      const unreported = all.filter((mutation) => evaluator.reporterOf(mutation) === undefined);
      const survivors = unreported.filter(({ field, what }) => {
        const exception = exceptionOf(field, name, what);
        if (exception !== undefined) passed.set(exception, (passed.get(exception) ?? 0) + 1);
        return exception === undefined;
      });
      const [total, free, left] = [all.length, unreported.length, survivors.length];
      rows.push([name, ...[total, total - free, free - left].map(String)]);
      expect(survivors.map(({ field, what }) => `${field}: ${what}`)).toEqual([]);
      expect(total).toBeGreaterThan(name === "prod-eks-rds" ? 15 : 300);
    },
    patience,
  );
});

it("each exception is about a mutation that passes", () => {
  const idle = [...passed].filter(([, count]) => count === 0).map(([exception]) => exception.of);
  expect(idle).toEqual([]);
});

it("each field and guard of the lists is in a stack", () => {
  const ends = [
    ...fields.map(({ path }) => ` ${path}`),
    ...guards.map((type) => `removed ${type}`),
  ];
  expect(ends.filter((end) => ![...present].some((field) => field.endsWith(end)))).toEqual([]);
});

it(
  "every yes or no of a cloud's resource is held by a rule, or listed as harmless",
  () => {
    const held = new Set<string>();
    const free = new Set<string>();
    for (const { stack, evaluator } of Object.values(stacks)) {
      const ofClouds = mutableIn(stack).filter(({ type }) =>
        /^(?:pulumi:providers:)?(?:aws|eks|gcp)\b/.test(type),
      );
      for (const flip of ofClouds.flatMap((resource) => flipsOf(resource))) {
        if (held.has(flip.field)) continue;
        (evaluator.reporterOf(flip) === undefined ? free : held).add(flip.field);
      }
    }
    const unheld = [...free].filter((field) => !held.has(field));
    expect(unheld.toSorted()).toEqual(Object.keys(harmless).toSorted());
  },
  patience,
);
