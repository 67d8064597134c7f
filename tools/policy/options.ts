import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { knownStacks, profileNames, stackOf, type StackSource } from "./stacks.ts";

/** What `npm run policy` was asked for. */
export interface PolicyOptions {
  readonly sources: readonly StackSource[];
  readonly lanes: number;
  readonly json: boolean;
  /** Files to write. */
  readonly sarif?: string;
  readonly markdown?: string;
}

export const policyUsage = `npm run policy -- [OPTION...]

Previews stacks with the policy pack over them, as if nothing of them existed: without a cloud, without credentials.
Ends with 0 if all of them were evaluated and no mandatory rule refuses, with 1 if one is refused or could not be
evaluated, and with 2 if it was asked for something that it does not know, or a profile names something that the pack does not.

  --stack NAME     a stack, or the path of a stack file; may be repeated (${knownStacks.map(({ name }) => name).join(", ")})
  --profile NAME   a file of policy/profiles (baseline, strict, your own), instead of what suits the stack
  --json           the report as JSON on standard output (npm run --silent policy -- --json)
  --sarif FILE     the violations in SARIF 2.1.0, for code scanning
  --markdown FILE  the report for a comment or the summary of a job
  --lanes NUMBER   how many previews run at once

For example: npm run policy -- --stack dev-gke
What each rule is about, and how to exempt something: docs/policies.md`;

const options = {
  stack: { type: "string", multiple: true },
  profile: { type: "string" },
  json: { type: "boolean", default: false },
  sarif: { type: "string" },
  markdown: { type: "string" },
  lanes: { type: "string" },
} as const;

function sourcesOf(names: readonly string[] | undefined, profile: string | undefined) {
  const sources = names === undefined ? knownStacks : [...new Set(names)].map(stackOf);
  if (profile === undefined) return sources;
  const profiles = profileNames();
  if (!profiles.includes(profile)) {
    throw new Error(`There is no profile "${profile}". There are: ${profiles.join(", ")}`);
  }
  return sources.map((source) => ({ ...source, profile }));
}

/** A preview keeps about two cores busy: its engine, its program, its providers and the pack. */
function lanesOf(given: string | undefined, stacks: number): number {
  const lanes = given === undefined ? Math.ceil(availableParallelism() / 2) : Number(given);
  if (!Number.isInteger(lanes) || lanes < 1) {
    throw new Error(`--lanes is "${given ?? ""}"; it is how many previews run at once, 1 or more`);
  }
  return Math.min(lanes, stacks);
}

/** Reads the arguments; throws with what is wrong. */
export function policyOptions(args: readonly string[]): PolicyOptions {
  const { values } = parseArgs({ args: [...args], options });
  const { stack, profile, json, sarif, markdown, lanes } = values;
  const sources = sourcesOf(stack, profile);
  return {
    sources,
    lanes: lanesOf(lanes, sources.length),
    json,
    ...(sarif === undefined ? {} : { sarif: resolve(sarif) }),
    ...(markdown === undefined ? {} : { markdown: resolve(markdown) }),
  };
}
