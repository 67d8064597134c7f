import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const { securityContext } = container();

shop(
  podSpec({
    containers: [container({ securityContext: { ...securityContext, privileged: true } })],
  }),
);
