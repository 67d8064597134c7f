import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";

/** Key of the label and of the taint by which a pool belongs to a class; GPU pods tolerate it, whatever its value. */
export const computeClassKey = "cloud.google.com/compute-class";

/** Names that begin with `gke` or `autopilot` are Google's. */
export const computeClassName = "framewright-gpu";

/** A pool with the name that Google knows it by. */
export interface RankedPool {
  readonly spec: Pick<GpuPoolSpec, "priority">;
  readonly nodePool: pulumi.Input<string>;
}

/**
 * Which pool grows first when several would do (seed 004: A100, then V100), and when it shrinks.
 *
 * GKE's autoscaler takes the order of a class for all pools with the class's label, whether or not the pending pod
 * names the class (GoogleCloudPlatform/cluster-autoscaler, pkg/computeclass/organizer.go and lister/ccc.go): so
 * pods select by our labels alone, as on every cloud. Google's documentation asks for the taint as well.
 *
 * Seed 004 shrinks below 50 % for 10 minutes: set here, for GPU pools. It grows after 30 s of a pending pod: GKE
 * has no such setting, its autoscaler looks every 10 s (`--new-pod-scale-up-delay` is EKS alone).
 */
export function computeClassSpec(pools: readonly RankedPool[]) {
  const ranked = pools.toSorted((one, other) => other.spec.priority - one.spec.priority);
  return {
    description: "GPU pools of framewright, the one to grow first at the top",
    priorities: ranked.map(({ nodePool }) => ({ nodepools: [nodePool] })),
    // Only pools that the config names: GKE makes none by itself.
    nodePoolAutoCreation: { enabled: false },
    whenUnsatisfiable: "DoNotScaleUp",
    // A running transcode or model is worth more than a better pool.
    activeMigration: { optimizeRulePriority: false },
    autoscalingPolicy: {
      consolidationDelayMinutes: 10,
      consolidationThreshold: 50,
      gpuConsolidationThreshold: 50,
    },
  };
}

/** The class of all GPU pools. Its kind comes with GKE. */
export function computeClass(
  name: string,
  pools: readonly RankedPool[],
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
