import { gkeCluster } from "./support/gke.ts";

gkeCluster({
  masterAuthorizedNetworksConfig: {
    cidrBlocks: [{ cidrBlock: "0.0.0.0/0", displayName: "everybody" }],
    gcpPublicCidrsAccessEnabled: false,
  },
});
