import type { Life } from "../harness/scenario.ts";
import { destroy, firstUp, nothingLeft, unchangedUp } from "../scenarios/basics.ts";
import {
  kubernetesRaised,
  olderKubernetes,
  storeKeyRotated,
  volumeResized,
} from "../scenarios/day-two.ts";

/** What runbooks say of a stack that runs, as they say it. */
export function dayTwoLife(life: Life): void {
  life
    .step("its Kubernetes is the minor version before", olderKubernetes)
    .step("first up", firstUp)
    .look("the key of the bucket is replaced", storeKeyRotated)
    .look("a volume grows", volumeResized)
    .look("Kubernetes is raised by a minor version", kubernetesRaised)
    .look("an up after all that changes nothing", unchangedUp)
    .step("destroyed", destroy)
    .look("nothing is left", nothingLeft);
}
