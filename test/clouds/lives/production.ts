import type { Life } from "../harness/scenario.ts";
import {
  firstUp,
  nothingLeft,
  previewWithoutCloud,
  refusedDestroy,
  twoStepDestroy,
  unchangedUp,
} from "../scenarios/basics.ts";
import {
  budgetRefuses,
  gpuNodesAreForGpus,
  quotaRefuses,
  taintRefuses,
} from "../scenarios/guards.ts";
import { matrix } from "../scenarios/placement.ts";
import { spotDrained } from "../scenarios/spot.ts";

/** A production stack: who may run where, what is refused, and how it is taken down. */
export function productionLife(life: Life): void {
  life
    .look("preview without credentials", previewWithoutCloud)
    .step("first up", firstUp)
    .look("second up changes nothing", unchangedUp)
    .look("every pod runs where it must", matrix)
    .look("taints keep pods without a GPU off GPU nodes", taintRefuses)
    .look("only GPU pods are on GPU nodes", gpuNodesAreForGpus)
    .look("a quota refuses the pod over its slices", quotaRefuses)
    .look("budgets refuse the eviction too many", budgetRefuses)
    .look("spot nodes go, their twin grows", spotDrained)
    .look("an up after all that changes nothing", unchangedUp)
    .look("destroy refused while protected", refusedDestroy)
    .step("protection lifted, then destroyed", twoStepDestroy)
    .look("nothing is left", nothingLeft);
}
