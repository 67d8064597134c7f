import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

shop(podSpec({ containers: [container({ securityContext })] }));
