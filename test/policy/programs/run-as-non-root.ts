import { shop } from "./support/shop.ts";
import { podSpec } from "./support/workload.ts";

const { securityContext } = podSpec();

shop(podSpec({ securityContext: { ...securityContext, runAsNonRoot: undefined } }));
