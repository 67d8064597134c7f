import { gkeCluster } from "./support/gke.ts";

gkeCluster({ enableLegacyAbac: true });
