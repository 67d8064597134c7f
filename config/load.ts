import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Value } from "typebox/value";
import { cpuPoolsOf, type CpuPoolSpec } from "./cpu-pools.ts";
import { keepsVersions } from "./env.ts";
import { explain } from "./explain.ts";
import { gpuPoolsOf, type GpuPoolSpec } from "./gpu-pools.ts";
import { findManagedPostgres, type ManagedPostgres } from "./managed-postgres.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { rules, warnings } from "./rules.ts";
import { schemaAt } from "./schema-tree.ts";
import { ConfigSchema, type ConfigValues, type EksSection, type GkeSection } from "./schema.ts";
import { findProtection } from "./secrets.ts";
import { findTarget, type LocalTarget } from "./target.ts";

/** What only one cloud has: the cluster that is there, or the section that describes the one to make. */
type CloudConfig =
  | { readonly cloud: "local"; readonly target: LocalTarget }
  | { readonly cloud: "gke"; readonly gke: GkeSection }
  | { readonly cloud: "eks"; readonly eks: EksSection };

/** The stack config, complete and checked. */
export type StackConfig = Omit<ConfigValues, "cloud" | "gke" | "eks" | "postgres"> & {
  readonly postgres: Omit<ConfigValues["postgres"], "managed"> & {
    readonly managed?: ManagedPostgres;
  };
  /** The pools of GPU nodes, complete; none on a cluster that is already there. */
  readonly gpuPools: readonly GpuPoolSpec[];
  /** The pools of CPU workers, complete; none on a cluster that is already there. */
  readonly cpuPools: readonly CpuPoolSpec[];
  /** Whether add-ons and nodes keep the versions that they have, instead of getting the newest. */
  readonly keepVersions: boolean;
  /** Choices that are unusual and may be intended: a warning. */
  readonly warnings: readonly Problem[];
} & CloudConfig;

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

/** `Pulumi.prod.yaml` is of stack prod. */
function stackOf(file: string): string {
  return /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? file;
}

/** Checks raw entries; every problem at once, in an error that names the stack's file. */
export function checkConfig(
  entries: unknown,
  file: string,
  root: string,
  now = new Date(),
): StackConfig {
  const values = Value.Default(ConfigSchema, entries);
  if (!Value.Check(ConfigSchema, values)) {
    throw new ConfigError(file, explain(ConfigSchema, values));
  }
  const facts = { stack: stackOf(file), secrets: () => findProtection(root, file), now };
  const cloud = cloudConfig(values, root);
  const managed = findManagedPostgres(values.postgres.managed, root);
  const problems: readonly Problem[] = [
    ...rules.flatMap((rule) => rule(values, facts)),
    ...[cloud, managed].flatMap((found) => ("problem" in found ? [found.problem] : [])),
  ];
  if ("problem" in cloud || "problem" in managed || problems.length > 0) {
    throw new ConfigError(file, problems);
  }
  return {
    ...values,
    postgres: { ...values.postgres, managed: managed.ok },
    gpuPools: gpuPoolsOf(values),
    cpuPools: cpuPoolsOf(values),
    keepVersions: keepsVersions(),
    warnings: warnings.flatMap((rule) => rule(values, facts)),
    ...cloud,
  };
}

type CloudRow<Cloud extends CloudConfig["cloud"]> = (
  values: ConfigValues,
  root: string,
) => Extract<CloudConfig, { cloud: Cloud }> | { readonly problem: Problem };

function missingSection(cloud: "gke" | "eks"): { readonly problem: Problem } {
  return {
    problem: {
      path: cloud,
      problem: `is missing, and cloud is "${cloud}"`,
      remedy: `add the section; docs/configuration.md lists its keys`,
    },
  };
}

/** What each cloud needs of the stack file. */
const cloudRows: { readonly [Cloud in CloudConfig["cloud"]]: CloudRow<Cloud> } = {
  local: ({ local }, root) => {
    const target = findTarget(local, root);
    return "problem" in target ? target : { cloud: "local", target: target.ok };
  },
  gke: ({ gke }) => (gke === undefined ? missingSection("gke") : { cloud: "gke", gke }),
  eks: ({ eks }) => (eks === undefined ? missingSection("eks") : { cloud: "eks", eks }),
};

function cloudConfig(
  values: ConfigValues,
  root: string,
): CloudConfig | { readonly problem: Problem } {
  return cloudRows[values.cloud](values, root);
}

/** The only reader of the stack's configuration. */
export function loadConfig(): StackConfig {
  const entries = readEntries(pulumi.getProject(), pulumi.runtime.allConfig());
  const config = checkConfig(entries, `Pulumi.${pulumi.getStack()}.yaml`, projectRoot);
  for (const { path, problem, remedy } of config.warnings) {
    void pulumi.log.warn(`${path} ${problem} — ${remedy}`);
  }
  return config;
}
