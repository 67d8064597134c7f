import type { Check } from "../check.ts";
import { apiDependencies, outbox, schema, sweeper } from "./api.ts";
import { nodes } from "./cluster.ts";
import { disk, drift } from "./machine.ts";
import { pods } from "./pods.ts";
import { quotas, scaling } from "./scaling.ts";
import { certificates, policies } from "./security.ts";
import { volumes } from "./volumes.ts";
import { queues, waitingJobs, workers } from "./work.ts";
import { deployments, finishedJobs } from "./workloads.ts";

/** In the order in which one explains the next: what is below stands on what is above. */
export const checks: readonly Check[] = [
  disk,
  nodes,
  pods,
  deployments,
  finishedJobs,
  volumes,
  apiDependencies,
  schema,
  sweeper,
  outbox,
  workers,
  waitingJobs,
  queues,
  scaling,
  quotas,
  policies,
  certificates,
  drift,
];
