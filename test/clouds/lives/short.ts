import type { Life } from "../harness/scenario.ts";
import {
  nothingLeft,
  previewWithoutCloud,
  refusedDestroy,
  twoStepDestroy,
} from "../scenarios/basics.ts";
import { deployPutsRight, driftFindsNothing, driftNamesChanges } from "../scenarios/commands.ts";
import { matrix } from "../scenarios/placement.ts";
import { resizePool } from "../scenarios/pools.ts";
import { protect } from "../scenarios/protection.ts";
import { newerVersionsCome } from "../scenarios/versions.ts";
import { firstUpWithoutSpot, spotComes } from "../scenarios/spot.ts";

/** What every change must still be able to do: one life of a stack, from nothing to nothing. */
export function shortLife(life: Life): void {
  life
    .step("deletion protection is on", protect)
    .look("preview without credentials", previewWithoutCloud)
    .step("no spot node is to be had, and the first up succeeds", firstUpWithoutSpot)
    .look("spot nodes come once the cloud has some", spotComes)
    .look("npm run drift finds nothing", driftFindsNothing)
    .look("npm run drift names what was changed behind Pulumi's back", driftNamesChanges)
    .look("npm run deploy puts it right, under the policies", deployPutsRight)
    .look("npm run drift finds nothing any more", driftFindsNothing)
    .look("every pod runs where it must", matrix)
    .look(
      "newer add-ons and node images are no drift, and the next up takes them",
      newerVersionsCome,
    )
    // From here on the stack is not as this commit says, so that drift would be found.
    .look("a pool is resized in place", resizePool)
    .look("destroy refused while protected", refusedDestroy)
    .step("protection lifted, then destroyed", twoStepDestroy)
    .look("nothing is left", nothingLeft);
}
