import { gkeNodes } from "./support/gke.ts";

gkeNodes({}, { workloadMetadataConfig: { mode: "GCE_METADATA" } });
