import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const env = [{ name: "DB_PASSWORD", value: "hunter2" }];

shop(podSpec({ containers: [container({ env })] }));
