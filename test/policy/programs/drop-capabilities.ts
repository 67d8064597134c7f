import { shop } from "./support/shop.ts";
import { container, containerSecurity, podSpec } from "./support/workload.ts";

const securityContext = {
  ...containerSecurity,
  capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] },
};

shop(podSpec({ containers: [container({ securityContext })] }));
