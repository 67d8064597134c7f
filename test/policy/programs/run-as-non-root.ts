import { shop } from "./support/shop.ts";
import { podSecurity, podSpec } from "./support/workload.ts";

shop(podSpec({ securityContext: { ...podSecurity, runAsNonRoot: undefined } }));
