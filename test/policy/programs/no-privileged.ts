import { shop } from "./support/shop.ts";
import { container, containerSecurity, podSpec } from "./support/workload.ts";

const securityContext = { ...containerSecurity, privileged: true };

shop(podSpec({ containers: [container({ securityContext })] }));
