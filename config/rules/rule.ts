import type { GpuCloud } from "../gpu-catalogue.ts";
import type { Problem } from "../problem.ts";
import type { ConfigValues, EksSection, GkeSection } from "../schema.ts";
import type { SecretsProtection } from "../secrets.ts";

/** What rules need beside the stack's own keys. */
export interface StackFacts {
  /** The stack's name. */
  readonly stack: string;
  /** Asked only where it matters: trying a passphrase takes a second. */
  readonly secrets: () => SecretsProtection;
  /** The moment at which the config is read. */
  readonly now: Date;
}

/** One thing that must hold across keys: everything in which a config breaks it. */
export type Rule = (config: ConfigValues, facts: StackFacts) => Problem[];

interface ActiveSections {
  /** The cloud, where the stack makes a cluster. */
  readonly cloud?: GpuCloud;
  readonly gke?: GkeSection;
  readonly eks?: EksSection;
}

const active = {
  local: () => ({}),
  gke: ({ gke }) => ({ cloud: "gke", gke }),
  eks: ({ eks }) => ({ cloud: "eks", eks }),
} as const satisfies Record<ConfigValues["cloud"], (config: ConfigValues) => ActiveSections>;

/** The cloud that a stack makes its cluster in, and its section; sections of other clouds are ignored. */
export function activeSections(config: ConfigValues): ActiveSections {
  return active[config.cloud](config);
}

/** Whether the stack makes its cluster, rather than finding one. */
export function makesCluster(config: ConfigValues): boolean {
  const { cloud } = activeSections(config);
  return cloud !== undefined;
}

/** Whether the strict rules of production apply; they do not apply to an existing cluster. */
export function isCloudProduction(config: ConfigValues): boolean {
  return config.environment === "production" && makesCluster(config);
}

/** One problem if the condition holds, else none. */
export function when(condition: boolean, problem: () => Problem): Problem[] {
  return condition ? [problem()] : [];
}

/** Entries whose key another one before them has. */
export function repeated<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string | number,
): [number, number][] {
  const first = new Map<string | number, number>();
  return entries.flatMap((entry, index): [number, number][] => {
    const key = keyOf(entry);
    const earlier = first.get(key);
    first.set(key, earlier ?? index);
    return earlier === undefined ? [] : [[index, earlier]];
  });
}
