import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Key of the label and of the taint by which a pool belongs to a class; GPU pods tolerate it, whatever its value. */
export const computeClassKey = "cloud.google.com/compute-class";

/** The class of all pods that name none, where the cluster says so (`defaultComputeClassEnabled`, GKE 1.33.1). */
export const computeClassName = "default";

/** A pool with the name that Google knows it by. */
export interface RankedPool {
  readonly spec: { readonly priority: number };
  readonly nodePool: pulumi.Input<string>;
}

export interface RankedPools {
  readonly ranked: readonly RankedPool[];
  /** Pools without GPUs, the preferred one first. */
  readonly system: readonly pulumi.Input<string>[];
}

/**
 * Which pool grows first when several would do (seed 004: A100, then the encoding GPU, then CPU), and when pools shrink.
 *
 * It is the cluster's default class, so that pods select by our labels alone, as on every cloud. With a class of
 * another name, autoscalers of some versions pass over its pools for pods that do not name it (GoogleCloudPlatform/
 * cluster-autoscaler, pkg/computeclass/processors/shard_aware_node_group_list_processor.go): pods with a GPU would
 * wait for ever. Pools with a rank carry the label and the taint that Google asks of pools made by hand.
 *
 * Seed 004 shrinks below 50 % for 10 minutes: set here. It grows after 30 s of a pending pod: GKE has no such
 * setting, its autoscaler looks every 10 s.
 */
function computeClassSpec({ ranked, system }: RankedPools) {
  const sorted = ranked.toSorted((one, other) => other.spec.priority - one.spec.priority);
  return {
    description: "Pools of framewright, the one to grow first at the top",
    priorities: [...sorted.map(({ nodePool }) => nodePool), ...system].map((nodePool) => ({
      nodepools: [nodePool],
    })),
    // Only pools that the config names: GKE creates none automatically.
    nodePoolAutoCreation: { enabled: false },
    // A pool that somebody adds by hand grows as well, after ours.
    whenUnsatisfiable: "ScaleUpAnyway",
    // A running transcode or model is worth more than a better pool.
    activeMigration: { optimizeRulePriority: false },
    autoscalingPolicy: {
      consolidationDelayMinutes: 10,
      consolidationThreshold: 50,
      gpuConsolidationThreshold: 50,
    },
  };
}

/** The class of all pools. Its kind comes with GKE. */
export function computeClass(
  name: string,
  pools: RankedPools,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "cloud.google.com/v1",
      kind: "ComputeClass",
      metadata: { name: computeClassName },
      spec: computeClassSpec(pools),
    },
    opts,
  );
}
