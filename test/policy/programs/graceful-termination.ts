import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const lifecycle = { preStop: { exec: { command: ["sh", "-c", "sleep 60"] } } };

shop(podSpec({ containers: [container({ lifecycle })] }));
