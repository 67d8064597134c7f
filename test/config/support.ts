import { expect } from "vitest";
import { Value } from "typebox/value";
import type { Rule, StackFacts } from "../../config/rules/rule.ts";
import { ConfigSchema, type ConfigValues } from "../../config/schema.ts";

type Change = (config: ConfigValues) => unknown;

const nothing: Change = () => undefined;

function complete(entries: Record<string, unknown>, change: Change): ConfigValues {
  // A copy: defaults of the schema and the entries here are shared by all tests.
  const values = Value.Default(ConfigSchema, structuredClone(entries));
  const config = structuredClone(Value.Parse(ConfigSchema, values));
  change(config);
  return config;
}

/** A config of defaults, with these parts changed. */
export function configWith(change: Change = nothing): ConfigValues {
  return complete({}, change);
}

const edge = { apiHost: "api.example.com", workerApiHost: "workers.example.com" };

/** The least that a stack on GKE must say. */
export const gkeEntries = {
  cloud: "gke",
  gke: {
    project: "my-framewright",
    region: "us-central1",
    zones: ["us-central1-a", "us-central1-c"],
    authorizedNetworks: [{ name: "office", cidr: "203.0.113.0/24" }],
  },
  edge,
};

/** The least that a stack on EKS must say. */
export const eksEntries = {
  cloud: "eks",
  eks: {
    accountId: "123456789012",
    region: "us-east-1",
    zones: ["use1-az1", "use1-az2"],
    publicAccessCidrs: ["203.0.113.0/24"],
  },
  edge,
};

/** A production stack on GKE, with these parts changed. */
export function gkeWith(change: Change = nothing): ConfigValues {
  return complete(gkeEntries, change);
}

/** A production stack on EKS, with these parts changed. */
export function eksWith(change: Change = nothing): ConfigValues {
  return complete(eksEntries, change);
}

type Pools = NonNullable<ConfigValues["gpu"]["pools"]>;

/** A pool as the schema completes it. */
export function pool(entries: Partial<Pools[number]>): Pools[number] {
  return {
    name: "t4",
    gpu: "t4",
    slicesPerGpu: 1,
    spot: false,
    minNodes: 0,
    maxNodes: 4,
    priority: 10,
    diskGi: 250,
    ...entries,
  };
}

export const facts: StackFacts = {
  stack: "test",
  secrets: () => ({ kind: "passphrase" }),
  now: new Date("2026-11-29T12:00:00Z"),
};

/** What is wrong, why, and what a rule says to it. */
export type Broken = readonly [
  what: string,
  rule: Rule,
  config: ConfigValues,
  problems: readonly string[],
];

/** The rule refuses it in exactly these words, and says what to do. */
export function expectProblems([, rule, config, expected]: Broken, given = facts): void {
  const problems = rule(config, given);
  expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual(expected);
  expect(problems.filter(({ remedy }) => remedy.length < 5)).toEqual([]);
}

/** Rules of a module that no case breaks. */
export function untested(module: Record<string, unknown>, cases: readonly Broken[]): string[] {
  const broken = new Set<unknown>(cases.map(([, rule]) => rule));
  return Object.entries(module)
    .filter(([, exported]) => typeof exported === "function" && !broken.has(exported))
    .map(([name]) => name);
}
