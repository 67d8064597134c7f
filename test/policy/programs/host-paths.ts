import { shop } from "./support/shop.ts";
import { mounting } from "./support/workload.ts";

shop(mounting({ name: "node", hostPath: { path: "/etc" } }));
