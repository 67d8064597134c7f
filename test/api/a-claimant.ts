import type { Claimant } from "../../api/jobs/claim.ts";

/** A worker that called with its key. */
export const aClaimant: Claimant = {
  workerId: "worker-1",
  workerName: "w",
  classes: ["cpu.720p"],
  inputs: ["upload"],
  features: [],
  store: "inside",
  version: "1.0.0",
};
