import { gkeCluster } from "./support/gke.ts";

gkeCluster({ removeDefaultNodePool: false });
