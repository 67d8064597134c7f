import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const httpGet = { path: "/health", port: "http", host: "169.254.169.254" };

shop(podSpec({ containers: [container({ livenessProbe: { httpGet, timeoutSeconds: 5 } })] }));
