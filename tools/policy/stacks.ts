import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { Type } from "typebox";
import { parse } from "yaml";
import { parseAs } from "../parse.ts";
import { root } from "../paths.ts";

/** A config file of the pack in policy/profiles, by its name without `.json`. */
export type Profile = string;

export function profileFile(profile: Profile): string {
  return join(root, "policy/profiles", `${profile}.json`);
}

export function profileNames(): readonly Profile[] {
  const names = readdirSync(join(root, "policy/profiles"));
  return names.filter((name) => name.endsWith(".json")).map((name) => basename(name, ".json"));
}

/** A stack to evaluate. */
export interface StackSource {
  /** What reports call it. */
  readonly name: string;
  /** Its name in Pulumi. */
  readonly stack: string;
  /** Its file, relative to the clone. */
  readonly file: string;
  readonly profile: Profile;
}

/** The stacks on clouds that the clone has files for; golden files of the same names show what they become. */
export const cloudStacks = {
  "dev-gke": { stack: "dev", file: "Pulumi.dev.yaml", profile: "baseline" },
  "prod-gke": { stack: "prod-gke", file: "docs/samples/Pulumi.prod-gke.yaml", profile: "strict" },
  "dev-eks": { stack: "dev-eks", file: "docs/samples/Pulumi.dev-eks.yaml", profile: "baseline" },
  "prod-eks": { stack: "prod", file: "Pulumi.prod.yaml", profile: "strict" },
} as const satisfies Record<string, Omit<StackSource, "name">>;

const local = { stack: "local", file: "Pulumi.local.yaml", profile: "baseline" } as const;
const known = { local, ...cloudStacks };

type KnownName = keyof typeof known;

function isKnown(name: string): name is KnownName {
  return Object.hasOwn(known, name);
}

/** In the order in which reports show them. */
export const knownStacks: readonly StackSource[] = Object.entries(known).map(([name, rest]) => ({
  name,
  ...rest,
}));

const File = Type.Object({ config: Type.Record(Type.String(), Type.Unknown()) });

/** Development may do what production may not; a stack is production unless its file says otherwise. */
export function profileOf(text: string, file: string): Profile {
  const { config } = parseAs(File, parse(text), file);
  const isLocal = (config["framewright:cloud"] ?? "local") === "local";
  return isLocal || config["framewright:environment"] === "development" ? "baseline" : "strict";
}

function ownStack(file: string): StackSource {
  const shown = relative(root, file);
  const stack = /^Pulumi\.(.+)\.yaml$/.exec(basename(file))?.[1] ?? basename(file, ".yaml");
  const profile = profileOf(readFileSync(file, "utf8"), shown);
  return { name: stack, stack, file: shown, profile };
}

/** Files of stacks in the clone's own folder that are none of the known ones. */
function ownNames(): string[] {
  const names = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  return names.filter((name) => !knownStacks.some(({ file }) => file === `Pulumi.${name}.yaml`));
}

/** The stack of that name, or of that file; an error that lists the names otherwise. */
export function stackOf(name: string): StackSource {
  if (isKnown(name)) return { name, ...known[name] };
  const places = isAbsolute(name) ? [name] : [resolve(root, `Pulumi.${name}.yaml`), resolve(name)];
  const file = places.find((place) => existsSync(place) && place.endsWith(".yaml"));
  if (file !== undefined) return ownStack(file);
  const names = [...Object.keys(known), ...ownNames()].join(", ");
  throw new Error(`There is no stack "${name}". There are: ${names}; or give the path of a file`);
}

export function textOf({ file }: StackSource): string {
  return readFileSync(join(root, file), "utf8");
}
