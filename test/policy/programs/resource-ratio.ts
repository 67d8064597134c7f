import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const resources = {
  requests: { cpu: "100m", memory: "64Mi" },
  limits: { cpu: "1", memory: "1Gi" },
};

shop(podSpec({ containers: [container({ resources })] }));
