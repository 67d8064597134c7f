import type { Life } from "../harness/scenario.ts";
import {
  destroy,
  nothingLeft,
  previewWithoutCloud,
  unchangedRefresh,
  unchangedUp,
} from "../scenarios/basics.ts";
import { errorHalfWay, killedAtCluster, killedAtWorkloads } from "../scenarios/failures.ts";
import { matrix } from "../scenarios/placement.ts";
import {
  addPool,
  growFromPending,
  removePool,
  resizePool,
  switchToT4,
} from "../scenarios/pools.ts";

/** A development stack: everything goes wrong once on the way up, then its pools change. */
export function developmentLife(life: Life): void {
  life
    .look("preview without credentials", previewWithoutCloud)
    .step("killed while the cluster is made, then refresh and up", killedAtCluster)
    .look("second up changes nothing", unchangedUp)
    .look("refresh finds no drift", unchangedRefresh)
    .step("NVENC workers that wait bring a node", growFromPending)
    .look("every pod runs where it must", matrix)
    .look("a pool is resized in place", resizePool)
    .step("a GPU pool is added", addPool)
    .step("and removed again", removePool)
    .step("L4 is switched to T4", switchToT4)
    .look("an up after all that changes nothing", unchangedUp)
    .step("destroyed in one step, without protection", destroy)
    .look("nothing is left", nothingLeft)
    .step("an error of the cloud half way, then up again", errorHalfWay)
    .step("destroyed again", destroy)
    .step("killed while Kubernetes makes the platform, then refresh and up", killedAtWorkloads)
    .step("destroyed for the last time", destroy)
    .look("nothing is left in the end", nothingLeft);
}
