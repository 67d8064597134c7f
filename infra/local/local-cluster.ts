import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { LocalSection } from "../../config/schema.ts";
import type { LocalTarget } from "../../config/target.ts";
import { usualSeccompFolder, type Cluster } from "../cluster.ts";
import { imageReference } from "./images.ts";

export interface LocalClusterArgs {
  readonly section: LocalSection;
  readonly target: LocalTarget;
  readonly retainVolumes: boolean;
}

/** A cluster that is already there: the embedded node, or one's own. Nothing is created but the provider. */
export function localCluster(args: LocalClusterArgs): Cluster {
  const { section, target } = args;
  const kubeconfig = pulumi.secret(target.kubeconfig);
  const controlPlane = { cidr: target.kubernetesApi.cidr, except: [] };
  const clusterId = `local/${target.context}`;
  const provider = new k8s.Provider("cluster", {
    kubeconfig,
    context: target.context,
    // Without it, renewed credentials in the kubeconfig would plan to replace everything.
    clusterIdentifier: clusterId,
    enableServerSideApply: true,
    // What somebody changed by hand is the program's again after the next `up`, instead of a conflict.
    enablePatchForce: true,
    // A killed `pulumi up` may have made objects that its state does not know. On the embedded node they
    // are ours in any case, and taking them over lets the next `up` go on where that one ended.
    upsertExistingObjects: section.kubeconfig === undefined,
    // Updated in place; pods roll because their template carries a checksum of what they read.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  if (!section.networkPolicyEnforced) {
    void pulumi.log.warn(
      "local.networkPolicyEnforced is false: every pod of this cluster can reach every other one",
    );
  }
  return {
    provider,
    clusterId,
    kubeconfig,
    pools: [{ name: "node", labels: { "kubernetes.io/os": "linux" } }],
    storageClass: target.storageClass,
    objectStorage: { kind: "volume" },
    database: { kind: "in-cluster" },
    edge: {
      kind: "node-port",
      host: target.host,
      ports: section.ports,
      clients: { cidr: "0.0.0.0/0", except: [target.podCidr] },
    },
    dns: target.dns,
    userNamespaces: false,
    pullsUpstream: target.images.kind === "registry",
    ...(target.images.kind === "registry" && { seccompFolder: usualSeccompFolder }),
    networkPolicyEnforced: section.networkPolicyEnforced,
    kubernetesApi: {
      blocks: [controlPlane],
      port: target.kubernetesApi.port,
      callers: [controlPlane],
    },
    // One machine, or the network of the nodes.
    kubelets: { blocks: [{ cidr: target.kubernetesApi.cidr, except: [] }], port: 10_250 },
    retainVolumes: args.retainVolumes,
    ready: [],
    image: (name) => imageReference(target.images, name),
  };
}
