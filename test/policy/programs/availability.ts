import { autoscaled, autoscaler, budget, service, sized } from "../availability/shop.ts";
import { withFields } from "../kit/change.ts";
import { deployment, podWith } from "../kit/workloads.ts";
import { fastDisks } from "./access.ts";
import { beside, shop, unbudgeted, type Programs } from "./program.ts";

const recreated = withFields(deployment(), { "spec.strategy": { type: "Recreate" } });

export const programs: Programs = {
  "disruption-budget": unbudgeted(),
  evictable: [...unbudgeted(), budget({ maxUnavailable: 0 })],
  "matching-selectors": beside(service({ ports: [{ name: "http", port: 80, targetPort: "web" }] })),
  spread: shop(podWith({ topologySpreadConstraints: [] })),
  "replicas-owned-once": [...shop(sized(2)), autoscaler()],
  "autoscaler-bounds": [...shop(autoscaled), autoscaler({ maxReplicas: 500 })],
  rollout: shop(recreated),
  "claim-retention": [fastDisks({ reclaimPolicy: "Delete" })],
};
