import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Value } from "typebox/value";
import { explain } from "./explain.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { rules } from "./rules.ts";
import { schemaAt } from "./schema-tree.ts";
import { ConfigSchema, type ConfigValues } from "./schema.ts";
import { findTarget, type LocalTarget } from "./target.ts";

/** The stack config, complete and checked, with the cluster that it names. */
export interface StackConfig extends ConfigValues {
  readonly target: LocalTarget;
}

const projectRoot = join(import.meta.dirname, "..");

/** Pulumi hands every value over as text: strings as they are, everything else as JSON. */
function parseEntry(key: string, text: string): unknown {
  const node = schemaAt(ConfigSchema, [key]);
  if (node?.type !== "object" && node?.type !== "boolean") return text;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not of the declared type; the schema says so with the key's description.
    return text;
  }
}

/** The project's own keys, by name without the namespace. */
export function readEntries(project: string, all: Readonly<Record<string, string>>): unknown {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), text] as const)
      .map(([key, text]) => [key, parseEntry(key, text)] as const),
  );
}

/** Checks raw entries; every problem at once, in an error that names the stack's file. */
export function checkConfig(entries: unknown, file: string, root: string): StackConfig {
  const values = Value.Default(ConfigSchema, entries);
  if (!Value.Check(ConfigSchema, values)) {
    throw new ConfigError(file, explain(ConfigSchema, values));
  }
  const target = findTarget(values.local, root);
  const problems: Problem[] = rules.flatMap((rule) => rule(values));
  if ("problem" in target) {
    throw new ConfigError(file, [...problems, target.problem]);
  }
  if (problems.length > 0) {
    throw new ConfigError(file, problems);
  }
  return { ...values, target: target.ok };
}

/** The only reader of the stack's configuration. */
export function loadConfig(): StackConfig {
  const entries = readEntries(pulumi.getProject(), pulumi.runtime.allConfig());
  return checkConfig(entries, `Pulumi.${pulumi.getStack()}.yaml`, projectRoot);
}
