import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

shop(podSpec({ containers: [container({ image: "docker.io/someone/cart:1.4.2" })] }));
