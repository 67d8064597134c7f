import { gkePool } from "./support/gke-pool.ts";

gkePool({ totalMinNodeCount: 0, totalMaxNodeCount: 12 });
