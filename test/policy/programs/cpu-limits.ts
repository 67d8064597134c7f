import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const requests = { cpu: "100m", memory: "256Mi" };

shop(
  podSpec({ containers: [container({ resources: { requests, limits: { memory: "256Mi" } } })] }),
);
