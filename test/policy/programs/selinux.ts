import { shop } from "./support/shop.ts";
import { container, containerSecurity, podSpec } from "./support/workload.ts";

const securityContext = { ...containerSecurity, seLinuxOptions: { type: "spc_t" } };

shop(podSpec({ containers: [container({ securityContext })] }));
