import { apiCases } from "./api.ts";
import { availabilityCases } from "./availability.ts";
import { backupCases } from "./backups.ts";
import type { Cases } from "./case.ts";
import { clusterCases } from "./cluster.ts";
import { dataCases } from "./data.ts";
import { diskCases } from "./disks.ts";
import { egressCases } from "./egress.ts";
import { gpuCases } from "./gpu.ts";
import { sloCases } from "./slo.ts";
import { watchingCases } from "./watching.ts";
import { workCases } from "./work.ts";

/** By the name of the group of rules. */
export const casesByGroup: Readonly<Record<string, Cases>> = {
  "framewright-availability": { ...availabilityCases, ...clusterCases },
  "framewright-api": apiCases,
  "framewright-work": workCases,
  "framewright-gpu": gpuCases,
  "framewright-egress": egressCases,
  "framewright-data": { ...dataCases, ...diskCases },
  "framewright-backups": backupCases,
  "framewright-watching": watchingCases,
  "framewright-slo": sloCases,
};
