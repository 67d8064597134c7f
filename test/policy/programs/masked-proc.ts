import { shop } from "./support/shop.ts";
import { container, containerSecurity, podSpec } from "./support/workload.ts";

const securityContext = { ...containerSecurity, procMount: "Unmasked" };

shop(podSpec({ containers: [container({ securityContext })] }));
