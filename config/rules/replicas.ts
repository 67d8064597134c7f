import type { Problem } from "../problem.ts";
import type { BudgetSection, ConfigValues, ReplicaBounds } from "../schema.ts";
import { when, type Rule } from "./rule.ts";

interface Replicated {
  readonly path: string;
  readonly replicas: ReplicaBounds;
  readonly budget: BudgetSection;
}

function replicated({ edge, api, webhooks, egress, workers }: ConfigValues): Replicated[] {
  return [
    { path: "edge", ...edge },
    { path: "api", ...api },
    { path: "webhooks", ...webhooks },
    { path: "egress", ...egress },
    { path: "egress.proxy", ...egress.proxy },
    { path: "egress.web", ...egress.web },
    ...Object.entries(workers).map(([flavour, section]) => ({
      path: `workers.${flavour}`,
      ...section,
    })),
  ];
}

export const replicaBoundsAreInOrder: Rule = (config) =>
  replicated(config).flatMap(({ path, replicas: { min, max } }) =>
    when(min > max, () => ({
      path: `${path}.replicas.max`,
      problem: `must be at least min (min is ${min}, max is ${max})`,
      remedy: `raise it, or lower ${path}.replicas.min`,
    })),
  );

/** An autoscaler by load measures pods: where there are none, it sees no need for one. What waits says so all the same. */
export const autoscaledPodsStay: Rule = (config) =>
  replicated(config)
    .filter(({ path }) => !(config.autoscaling.enabled && path.startsWith("workers.")))
    .flatMap(({ path, replicas: { min, max } }) =>
      when(min === 0 && max > 0, () => ({
        path: `${path}.replicas.min`,
        problem: `must be at least 1 (min is ${min}, max is ${max})`,
        remedy: path.startsWith("workers.")
          ? "raise it, set autoscaling.enabled to scale by what waits, or set both to 0 for no pods at all"
          : "raise it, or set both to 0 for no pods at all",
      })),
    );

/** Kubernetes takes one of the two. */
export const budgetIsOneOfTwo: Rule = (config) =>
  replicated(config).flatMap(({ path, budget: { minAvailable, maxUnavailable } }) =>
    when(minAvailable !== undefined && maxUnavailable !== undefined, () => ({
      path: `${path}.budget`,
      problem: `must have only one of minAvailable and maxUnavailable (${minAvailable ?? ""} and ${maxUnavailable ?? ""})`,
      remedy: "remove one of them",
    })),
  );

/** Pods that a count or a share of them is, rounded up as the disruption controller does. */
function podsOf(text: string, replicas: number): number {
  return text.endsWith("%")
    ? Math.ceil((Number.parseInt(text, 10) * replicas) / 100)
    : Number(text);
}

/** At the minimum number of replicas one pod must be evictable, or the drain of its node never ends. */
function blocked({ path, replicas: { min, max }, budget }: Replicated): Problem[] {
  const { minAvailable, maxUnavailable } = budget;
  return [
    ...when(
      max > 0 && minAvailable !== undefined && podsOf(minAvailable, Math.max(min, 1)) >= min,
      () => ({
        path: `${path}.budget.minAvailable`,
        problem: `must let one pod be evicted (it is ${minAvailable ?? ""}, and replicas.min is ${min})`,
        remedy: `lower it, raise ${path}.replicas.min, or use maxUnavailable`,
      }),
    ),
    ...when(maxUnavailable !== undefined && podsOf(maxUnavailable, 100) === 0, () => ({
      path: `${path}.budget.maxUnavailable`,
      problem: `must let one pod be evicted (it is ${maxUnavailable ?? ""})`,
      remedy: 'set it to "1" or more; otherwise the drain of a node never ends',
    })),
  ];
}

export const budgetLetsNodesDrain: Rule = (config) => replicated(config).flatMap(blocked);
