import type { CloudStack } from "../../support/cloud-stacks.ts";

/** Where a figure shows: a place in what a stack becomes. */
export interface Shown {
  readonly golden: CloudStack;
  /** As the golden file has it: `type::name`. */
  readonly resource: string;
  /** `spec.minReplicas`, `spec.metrics.0.resource.target`; keys with dots stand in brackets. */
  readonly path: string;
  /** What is there; of a text or a list, something that it contains. */
  readonly value: unknown;
}

/** One figure of a seed, and what became of it. */
export interface SeedRow {
  readonly seed: "002" | "003" | "004";
  /** In the seed's words. */
  readonly figure: string;
  /** The config key that holds it, or the file of the constant. */
  readonly source: string;
  readonly shown: Shown;
  /** Why it is not literally the seed's. */
  readonly note?: string;
}

/** Figures that have one reason. */
export interface Topic {
  readonly title: string;
  /** Why the figures are what they are, for a reader who has no requirement document. */
  readonly reason: string;
  readonly rows: readonly SeedRow[];
}

/** A figure of a part that does not exist yet, or that no infrastructure can hold. */
export interface LaterRow {
  readonly seed: "002" | "003" | "004";
  readonly figure: string;
  /** The part that is to bring it; `measure` is a claim that benchmarks are to check, `manual` an example of use. */
  readonly part:
    | "autoscaling by latency"
    | "monitoring"
    | "backups"
    | "runbooks"
    | "measure"
    | "manual";
}

const types = {
  scaledObject: "kubernetes:keda.sh/v1alpha1:ScaledObject",
  hpa: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  deployment: "kubernetes:apps/v1:Deployment",
  quota: "kubernetes:core/v1:ResourceQuota",
  gkePool: "gcp:container/nodePool:NodePool",
  eksPool: "aws:eks/nodeGroup:NodeGroup",
  gke: "gcp:container/cluster:Cluster",
  configMap: "kubernetes:core/v1:ConfigMap",
} as const;

/** A place in a golden file, by the kind and name of the resource. */
export function shown(
  golden: CloudStack,
  [kind, name]: readonly [keyof typeof types, string],
  path: string,
  value: unknown,
): Shown {
  return { golden, resource: `${types[kind]}::${name}`, path, value };
}

function row(
  seed: SeedRow["seed"],
  [figure, source, at, note]: readonly [string, string, Shown, string?],
): SeedRow {
  return { seed, figure, source, shown: at, ...(note === undefined ? {} : { note }) };
}

export const row002 = (...cells: Parameters<typeof row>[1]) => row("002", cells);
export const row003 = (...cells: Parameters<typeof row>[1]) => row("003", cells);
export const row004 = (...cells: Parameters<typeof row>[1]) => row("004", cells);
