import type { Life } from "../harness/scenario.ts";
import {
  firstUp,
  nothingLeft,
  previewWithoutCloud,
  refusedDestroy,
  twoStepDestroy,
  unchangedUp,
} from "../scenarios/basics.ts";
import { matrix } from "../scenarios/placement.ts";
import { resizePool } from "../scenarios/pools.ts";
import { keepsPolicies } from "../scenarios/policies.ts";
import { protect } from "../scenarios/protection.ts";

/** What every change must still be able to do: one life of a stack, from nothing to nothing. */
export function shortLife(life: Life): void {
  life
    .step("deletion protection is on", protect)
    .look("preview without credentials", previewWithoutCloud)
    .step("first up", firstUp)
    .look("what was made keeps the policies", keepsPolicies)
    .look("second up changes nothing", unchangedUp)
    .look("every pod runs where it must", matrix)
    .look("a pool is resized in place", resizePool)
    .look("destroy refused while protected", refusedDestroy)
    .step("protection lifted, then destroyed", twoStepDestroy)
    .look("nothing is left", nothingLeft);
}
