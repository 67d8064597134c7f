import { gkeNodes } from "./support/gke.ts";

gkeNodes(
  {},
  { shieldedInstanceConfig: { enableSecureBoot: false, enableIntegrityMonitoring: true } },
);
