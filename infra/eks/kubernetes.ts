import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ControlPlane } from "./control-plane.ts";

export interface Kubernetes {
  readonly provider: k8s.Provider;
  readonly clusterId: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
}

/** The only provider of the cluster; its credentials are those of the user who runs Pulumi, from `aws eks get-token`. */
export function kubernetes({ cluster }: ControlPlane): Kubernetes {
  const kubeconfig = pulumi.secret(cluster.kubeconfigJson);
  // Its name and ARN would be the same again after a replacement; the endpoint is never.
  const clusterId = cluster.eksCluster.endpoint;
  const provider = new k8s.Provider("cluster", {
    kubeconfig,
    // Without it, another way to authenticate would plan to replace everything.
    clusterIdentifier: clusterId,
    enableServerSideApply: true,
    // What somebody changed by hand is the program's again after the next `up`, instead of a conflict.
    enablePatchForce: true,
    // Whoever made it in this cluster is an `up` of this stack that was killed before it could write it down.
    upsertExistingObjects: true,
    // Updated in place; pods roll because their template carries a checksum of what they read.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  return { provider, clusterId, kubeconfig };
}
