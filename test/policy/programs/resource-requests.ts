import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const limits = { cpu: "1", memory: "256Mi" };

shop(podSpec({ containers: [container({ resources: { limits, requests: { cpu: "100m" } } })] }));
