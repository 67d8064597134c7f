import type { Rule } from "../../kit/rule.ts";
import { autoscalerBounds } from "./autoscaler-bounds.ts";
import { disruptionBudget, evictable } from "./budgets.ts";
import { claimRetention } from "./claim-retention.ts";
import { matchingSelectors } from "./matching-selectors.ts";
import { replicasOwnedOnce } from "./replicas-owned-once.ts";
import { rollout } from "./rollout.ts";
import { spread } from "./spread.ts";

/** What keeps a service up while pods come and go. */
export const availabilityRules: readonly Rule[] = [
  ...[disruptionBudget, evictable, matchingSelectors, spread],
  ...[replicasOwnedOnce, autoscalerBounds, rollout, claimRetention],
];
