import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { GkeSection } from "../../config/schema.ts";
import type { OwnersGateway } from "../cluster.ts";
import { Component } from "../component.ts";
import {
  addOns,
  autoscaling,
  endpointAccess,
  gatewayApi,
  hardening,
  leastVersion,
  maintenance,
  loggingConfig,
  observation,
  podNetwork,
} from "./control-plane-spec.ts";
import { SecretsKey } from "./encryption.ts";
import type { NodeIdentity } from "./identity.ts";
import { stackLabels, type Place } from "./names.ts";
import type { GkeNetwork } from "./network.ts";
import { nodeSecurity } from "./node-spec.ts";

export interface ControlPlaneArgs {
  readonly place: Place;
  readonly section: GkeSection;
  readonly network: GkeNetwork;
  readonly nodeIdentity: NodeIdentity;
  readonly deletionProtection: boolean;
  /** Whether Cloud Logging keeps the lines of pods. */
  readonly keepsLines: boolean;
  /** Of the owner's Gateway, where there is one. */
  readonly gateway?: OwnersGateway["kind"] | undefined;
}

function makeCluster(
  name: string,
  args: ControlPlaneArgs & { key: SecretsKey },
  opts: pulumi.CustomResourceOptions,
): gcp.container.Cluster {
  const { place, section, network, nodeIdentity, key } = args;
  return new gcp.container.Cluster(
    name,
    {
      location: place.region,
      nodeLocations: [...section.zones],
      releaseChannel: { channel: section.releaseChannel },
      ...leastVersion(section),
      network: network.network.id,
      subnetwork: network.subnetwork.id,
      ...podNetwork,
      ...endpointAccess(section),
      ...hardening,
      ...gatewayApi(args.gateway),
      loggingConfig: loggingConfig(args.keepsLines),
      ...observation,
      workloadIdentityConfig: { workloadPool: `${place.project}.svc.id.goog` },
      databaseEncryption: { state: "ENCRYPTED", keyName: key.keyId },
      addonsConfig: addOns,
      clusterAutoscaling: autoscaling,
      maintenancePolicy: maintenance,
      resourceLabels: stackLabels(place),
      // GKE requires a first pool. It is deleted before the cluster is ready; our pools follow.
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: nodeSecurity(nodeIdentity),
      deletionProtection: args.deletionProtection,
    },
    {
      ...opts,
      // Stops `pulumi destroy` before it begins; GKE's own refusal comes when all that runs on the cluster is gone.
      protect: args.deletionProtection,
      // What GKE says of the first pool, once that is gone, is about one of ours.
      ignoreChanges: ["nodeConfig", "initialNodeCount"],
      dependsOn: [key.right, ...nodeIdentity.rights, ...network.ways],
    },
  );
}

/** The Kubernetes API, in all zones of the region, and the key that encrypts its Secrets. */
export class ControlPlane extends Component {
  readonly cluster: gcp.container.Cluster;
  readonly endpoint: GkeSection["endpoint"];

  constructor(name: string, args: ControlPlaneArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "ControlPlane", name, opts);
    const key = new SecretsKey(`${name}-secrets`, args.place, { parent: this });
    this.cluster = makeCluster(`${name}-cluster`, { ...args, key }, { parent: this });
    this.endpoint = args.section.endpoint;
    this.registerOutputs({ cluster: this.cluster.name });
  }
}
