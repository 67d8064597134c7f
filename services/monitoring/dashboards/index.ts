import type { Dashboard, DashboardName } from "./dashboard.ts";
import { gpu } from "./gpu.ts";
import { jobs } from "./jobs.ts";
import { overview } from "./overview.ts";
import { storageAndDatabase } from "./storage-and-database.ts";

/** Every dashboard; docs/dashboards has them for Grafana. */
export const dashboards = {
  overview,
  jobs,
  gpu,
  "storage-and-database": storageAndDatabase,
} as const satisfies Record<DashboardName, Dashboard>;
