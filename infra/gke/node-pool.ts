import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { ControlPlane } from "./control-plane.ts";
import type { NodeIdentity } from "./identity.ts";
import { stackLabels, type Place } from "./names.ts";
import { nodeSecurity, type Accelerator, type NodeSpec } from "./node-spec.ts";

export interface NodePoolArgs {
  readonly place: Place;
  readonly spec: NodeSpec;
  readonly controlPlane: ControlPlane;
  readonly nodeIdentity: NodeIdentity;
}

/** Google hands out slices itself; a pod may ask for one at most (cloud.google.com, time-sharing GPUs). */
function guestAccelerator({ type, count, slicesPerGpu }: Accelerator) {
  return {
    type,
    count,
    // Never left out: an unset version is a difference on every refresh. docs/decisions/0027 says why not "LATEST".
    gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" },
    ...(slicesPerGpu > 1
      ? {
          gpuSharingConfig: {
            gpuSharingStrategy: "TIME_SHARING",
            maxSharedClientsPerGpu: slicesPerGpu,
          },
        }
      : {}),
  };
}

function nodeConfig({ place, spec, nodeIdentity }: NodePoolArgs) {
  return {
    ...nodeSecurity(nodeIdentity),
    machineType: spec.machine,
    diskSizeGb: spec.diskGi,
    diskType: "pd-balanced",
    spot: spec.spot,
    ...(spec.shutdown === undefined ? {} : { kubeletConfig: spec.shutdown }),
    labels: { ...spec.labels },
    taints: [...spec.taints],
    // The provider's default labels do not reach the nodes' machines and disks.
    resourceLabels: stackLabels(place),
    ...(spec.accelerator === undefined
      ? {}
      : { guestAccelerators: [guestAccelerator(spec.accelerator)] }),
  };
}

/** Nodes of one kind, in the zones that have them; how many is the autoscaler's from the first minute on. */
export function nodePool(
  name: string,
  args: NodePoolArgs,
  opts: pulumi.CustomResourceOptions,
): gcp.container.NodePool {
  const { place, spec, controlPlane } = args;
  return new gcp.container.NodePool(
    name,
    {
      cluster: controlPlane.cluster.id,
      location: place.region,
      nodeLocations: [...spec.zones],
      ...(spec.initialNodes === undefined ? {} : { initialNodeCount: spec.initialNodes }),
      autoscaling: {
        // Over all zones; the fields without "total" count for each zone.
        totalMinNodeCount: spec.minNodes,
        totalMaxNodeCount: spec.maxNodes,
        locationPolicy: spec.locationPolicy,
      },
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", ...spec.upgrade },
      // A pool that the config no longer names lets its pods go as their budgets allow.
      nodeDrainConfigs: [{ respectPdbDuringNodePoolDeletion: true }],
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: nodeConfig(args),
    },
    { ...opts, ignoreChanges: ["initialNodeCount", "nodeCount"] },
  );
}
