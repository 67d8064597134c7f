import { gkeCluster } from "./support/gke.ts";

gkeCluster({ databaseEncryption: { state: "DECRYPTED" } });
