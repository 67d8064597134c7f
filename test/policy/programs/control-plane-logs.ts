import { gkeCluster } from "./support/gke.ts";

gkeCluster({ loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS"] } });
