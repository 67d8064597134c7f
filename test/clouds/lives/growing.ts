import type { Life } from "../harness/scenario.ts";
import { destroy, nothingLeft, up } from "../scenarios/basics.ts";
import { grownTo } from "../scenarios/growth.ts";

/** How times grow with the nodes of one GPU pool. */
export function growingLife(life: Life): void {
  life
    .step("up", up)
    .step("10 GPU nodes", grownTo(10))
    .step("50 GPU nodes", grownTo(50))
    .step("200 GPU nodes", grownTo(200))
    .step("destroyed", destroy)
    .look("nothing is left", nothingLeft);
}
