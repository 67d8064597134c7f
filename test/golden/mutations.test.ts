import { beforeAll, expect, test } from "vitest";
import { runCloudStacks } from "../support/cloud-stacks.ts";
import { awsFields, awsGuards } from "../support/security/fields-aws.ts";
import { gcpFields, gcpGuards } from "../support/security/fields-gcp.ts";
import { kubernetesFields } from "../support/security/fields-kubernetes.ts";
import { harmless } from "../support/security/harmless.ts";
import { cloudOf, insecurities, insecuritiesAround } from "../support/security/insecurities.ts";
import {
  flipsOf,
  mutated,
  mutationsOf,
  removalOf,
  type Mutation,
  type SecurityField,
} from "../support/security/mutate.ts";
import type { Judged } from "../support/security/rule.ts";
import { runProgram } from "../support/stack.ts";

/** Production on EKS with RDS, which no golden file has: its database is as secure as Cloud SQL's. */
const withRds = {
  stack: "prod-eks-rds",
  file: "docs/samples/Pulumi.prod-eks-rds.yaml",
  instead: {
    postgres: {
      managed: {
        machine: "db.m6g.large",
        storageGi: 100,
        highAvailability: true,
        caFile: "test/support/rds-ca.pem",
      },
    },
  },
};

/** Five programs and thousands of mutations, on a machine that may have other things to do. */
const patience = 5 * 60_000;

let stacks: Readonly<Record<string, Judged>>;
beforeAll(async () => {
  const runs = { ...(await runCloudStacks()), "prod-eks-rds": await runProgram(withRds) };
  stacks = Object.fromEntries(
    Object.entries(runs).map(([name, { resources }]) => [
      name,
      { resources, production: name.startsWith("prod-") },
    ]),
  );
}, patience);

const fields: readonly SecurityField[] = [...awsFields, ...gcpFields, ...kubernetesFields];
const guards = [...awsGuards, ...gcpGuards];

test("the stacks as they are have nothing that is not safe", () => {
  const found = Object.entries(stacks).flatMap(([name, stack]) =>
    insecurities(stack).map((complaint) => `${name} ${complaint}`),
  );
  expect(found).toEqual([]);
});

/** Whether a rule sees it. What no longer reads as a pod or a Service is seen by the reading itself. */
function isCaught(stack: Judged, mutation: Mutation): boolean {
  const resources = mutated(stack.resources, mutation);
  try {
    return insecuritiesAround(mutation.type, { ...stack, resources }).length > 0;
  } catch (error) {
    // A mutation that is no JSON any more proves nothing.
    if (error instanceof SyntaxError) throw error;
    return true;
  }
}

interface Tally {
  caught: number;
  survivors: string[];
}

function tally(mutationsIn: (stack: Judged) => readonly Mutation[]): Tally {
  const result: Tally = { caught: 0, survivors: [] };
  for (const [name, stack] of Object.entries(stacks)) {
    for (const mutation of mutationsIn(stack)) {
      if (isCaught(stack, mutation)) result.caught += 1;
      else result.survivors.push(`${name} ${mutation.what}`);
    }
  }
  return result;
}

function matters({ inProduction }: SecurityField, { production }: Judged): boolean {
  return production || inProduction !== true;
}

function weakenings(stack: Judged): Mutation[] {
  const relevant = fields.filter((field) => matters(field, stack));
  return stack.resources.flatMap((resource) =>
    relevant.flatMap((field) => mutationsOf(resource, field)),
  );
}

function removals(stack: Judged): Mutation[] {
  const denials = ({ name }: { name: string }) => name.endsWith("-deny-all");
  return stack.resources
    .filter((resource) => guards.includes(resource.type) || denials(resource))
    .map(removalOf);
}

test(
  "removing or weakening any security-relevant field fails a rule",
  () => {
    const { caught, survivors } = tally(weakenings);
    console.info(`${caught} of ${caught + survivors.length} weakened fields are caught`);
    expect(survivors).toEqual([]);
    expect(caught).toBeGreaterThan(1000);
  },
  patience,
);

test("removing any resource that guards another one fails a rule", () => {
  const { caught, survivors } = tally(removals);
  console.info(`${caught} of ${caught + survivors.length} removed guards are caught`);
  expect(survivors).toEqual([]);
  expect(caught).toBeGreaterThan(50);
});

test("every field and guard of the lists is in a stack, so that none of them is about nothing", () => {
  const resources = Object.values(stacks).flatMap((stack) => stack.resources);
  const absent = fields.filter(
    (field) => !resources.some((resource) => mutationsOf(resource, field).length > 0),
  );
  expect(absent.map(({ of, path }) => `${of} ${path}`)).toEqual([]);
  const types = new Set(resources.map(({ type }) => type));
  expect(guards.filter((type) => !types.has(type))).toEqual([]);
});

test("every yes or no of a cloud's resource is held by a rule, or said to be harmless", () => {
  const held = new Set<string>();
  const free = new Set<string>();
  for (const stack of Object.values(stacks)) {
    for (const resource of stack.resources) {
      if (!["aws", "eks", "gcp"].includes(cloudOf(resource.type))) continue;
      for (const { field, mutation } of flipsOf(resource)) {
        (isCaught(stack, mutation) ? held : free).add(field);
      }
    }
  }
  console.info(`${held.size} switches are held, ${Object.keys(harmless).length} are harmless`);
  const unheld = [...free].filter((field) => !held.has(field));
  expect(unheld.toSorted()).toEqual(Object.keys(harmless).toSorted());
});
