import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ControlPlane } from "./control-plane.ts";

export interface Kubernetes {
  readonly provider: k8s.Provider;
  readonly clusterId: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
}

interface Access {
  readonly name: string;
  /** An address, or the control plane's name. */
  readonly endpoint: string;
  /** Base64 of a PEM; undefined where the certificate is one of Google's public ones, as that of the name. */
  readonly ca?: string;
}

/** Credentials are those of the user who runs Pulumi or kubectl: the plug-in gets a token from gcloud. */
function kubeconfigOf({ name, endpoint, ca }: Access): string {
  const authority = ca === undefined ? {} : { "certificate-authority-data": ca };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: `https://${endpoint}`, ...authority } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "gke-gcloud-auth-plugin",
            installHint:
              "install it: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl",
            interactiveMode: "IfAvailable",
            provideClusterInfo: true,
          },
        },
      },
    ],
  });
}

/** How the cluster's API is reached: by its name where that is the way in, else by its address. */
function accessTo({ cluster, endpoint: way }: ControlPlane): pulumi.Output<Access> {
  if (way === "networks") {
    return pulumi
      .all([cluster.name, cluster.endpoint, cluster.masterAuth.clusterCaCertificate])
      .apply(([name, endpoint, ca]) => ({ name, endpoint, ca }));
  }
  const { endpoint } = cluster.controlPlaneEndpointsConfig.dnsEndpointConfig;
  return pulumi.all([cluster.name, endpoint]).apply(([name, host]) => ({ name, endpoint: host }));
}

/** The one way to the cluster's API. The system pool comes first: without nodes, nothing there becomes ready. */
export function kubernetes(
  controlPlane: ControlPlane,
  opts: { readonly dependsOn: readonly pulumi.Resource[] },
): Kubernetes {
  const { cluster } = controlPlane;
  const kubeconfig = pulumi.secret(accessTo(controlPlane).apply(kubeconfigOf));
  const provider = new k8s.Provider(
    "cluster",
    {
      kubeconfig,
      // The name has a random end, so a cluster that is replaced is another one; a new address or authority is not.
      clusterIdentifier: cluster.id,
      enableServerSideApply: true,
      // What somebody changed by hand is the program's again after the next `up`, instead of a conflict.
      enablePatchForce: true,
      // Whoever made it in this cluster is an `up` of this stack that was killed before it could write it down.
      upsertExistingObjects: true,
      // Updated in place; pods roll because their template carries a checksum of what they read.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    },
    { dependsOn: [...opts.dependsOn] },
  );
  return { provider, clusterId: cluster.id, kubeconfig };
}
