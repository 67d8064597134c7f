import * as k8s from "@pulumi/kubernetes";
import { autoscaler } from "./support/autoscaler.ts";
import { onCluster } from "./support/cluster.ts";
import { guardedNamespace, labels, metadata } from "./support/namespace.ts";
import { beside, shopOf } from "./support/shop.ts";
import { budget, deployment, podSpec, selector, serviceAccount } from "./support/workload.ts";

/** A Deployment in a namespace of its own, without a budget. */
function workload(changes?: Parameters<typeof deployment>[1]): void {
  guardedNamespace();
  serviceAccount();
  deployment(podSpec(), changes);
}

export const programs = {
  "disruption-budget": () => {
    workload();
  },
  evictable: () => {
    workload();
    budget({ maxUnavailable: 0 });
  },
  rollout: () => {
    workload({ strategy: { type: "Recreate" } });
    budget();
  },
  "autoscaler-bounds": () => {
    // Without a number: the autoscaler owns it.
    workload({ replicas: undefined });
    budget();
    autoscaler({ maxReplicas: 500 });
  },
  "replicas-owned-once": beside(autoscaler),
  spread: shopOf({ topologySpreadConstraints: [] }),
  "matching-selectors": beside(() => {
    const ports = [{ name: "http", port: 80, targetPort: "web" }];
    const spec = { selector: selector.matchLabels, ports };
    new k8s.core.v1.Service("cart", { metadata: metadata("cart"), spec }, onCluster);
  }),
  "claim-retention": () => {
    const args = {
      metadata: { name: "fast", labels },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    };
    return new k8s.storage.v1.StorageClass("fast", args, onCluster);
  },
};
