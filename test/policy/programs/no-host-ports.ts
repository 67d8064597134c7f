import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const ports = [{ name: "http", containerPort: 8080, hostPort: 8080 }];

shop(podSpec({ containers: [container({ ports })] }));
