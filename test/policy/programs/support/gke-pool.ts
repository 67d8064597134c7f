import * as gcp from "@pulumi/gcp";
import { onGcp } from "./gcp.ts";

/** A pool of GKE with an L4 in each node. */
export function gkePool(autoscaling: gcp.types.input.container.NodePoolAutoscaling): void {
  new gcp.container.NodePool(
    "gpus",
    {
      cluster: "shop",
      location: "europe-west3",
      autoscaling,
      management: { autoRepair: true, autoUpgrade: true },
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: {
        machineType: "g2-standard-8",
        imageType: "COS_CONTAINERD",
        guestAccelerators: [{ type: "nvidia-l4", count: 1 }],
        serviceAccount: "nodes@shop.iam.gserviceaccount.com",
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        metadata: { "disable-legacy-endpoints": "true" },
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
      },
    },
    onGcp,
  );
}
