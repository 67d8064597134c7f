import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const livenessProbe = { httpGet: { path: "/health", port: "http" }, periodSeconds: 30 };

shop(
  podSpec({
    containers: [container({ livenessProbe: { ...livenessProbe, failureThreshold: 1 } })],
  }),
);
