import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const image = "registry.k8s.io/ingress-nginx/controller:v1.14.1";

shop(podSpec({ containers: [container({ image })] }));
