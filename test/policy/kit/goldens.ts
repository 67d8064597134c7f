import { readFileSync } from "node:fs";
import { join } from "node:path";
import { knownStacks, type Profile } from "../../../tools/policy/stacks.ts";
import { withDependencies } from "./dependencies.ts";
import type { TestResource } from "./evaluate.ts";

const root = join(import.meta.dirname, "../../..");

type Json = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function read(path: string): Json {
  return JSON.parse(readFileSync(join(root, path), "utf8")) as Json;
}

/** Settings by rule. */
export function profile(name: Profile): Json {
  return read(`policy/profiles/${name}.json`);
}

export interface GoldenStack {
  readonly name: string;
  readonly profile: Profile;
  readonly resources: readonly TestResource[];
}

/** The resources of a golden file. */
export function resourcesOf(resources: Readonly<Record<string, unknown>>): TestResource[] {
  return Object.entries(resources).map(([key, props]) => {
    const [type = "", name = ""] = key.split("::");
    return { type, name, props: props as TestResource["props"] };
  });
}

function resourcesIn(stack: string): Json {
  return read(`test/golden/${stack}.json`)["resources"] as Json;
}

/** What each of our stacks becomes; without options, of which golden files know nothing. */
export const goldenStacks: readonly GoldenStack[] = knownStacks.map(({ name, profile: used }) => ({
  name,
  profile: used,
  resources: withDependencies(resourcesOf(resourcesIn(name))),
}));
