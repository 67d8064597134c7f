import { autoscalers } from "./kinds/autoscalers.ts";
import { claims } from "./kinds/claims.ts";
import { jobs } from "./kinds/jobs.ts";
import type { Kind } from "./kinds/kind.ts";
import { pods } from "./kinds/pods.ts";
import { workloads } from "./kinds/workloads.ts";

/** Everything that is told of; services/monitoring grants the right to list exactly these. */
export const kinds: readonly Kind[] = [...workloads, ...autoscalers, ...jobs, ...claims, ...pods];
