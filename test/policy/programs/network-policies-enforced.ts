import { gkeCluster } from "./support/gke.ts";

gkeCluster({ datapathProvider: "LEGACY_DATAPATH" });
