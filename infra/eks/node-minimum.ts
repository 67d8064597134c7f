import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import { Component } from "../component.ts";
import {
  nodeMinimumLabels,
  nodeMinimumName,
  nodeMinimumSelector,
  nodeMinimumSpec,
} from "./node-minimum-spec.ts";

const namespace = "kube-system";

interface BudgetArgs {
  readonly pool: GpuPoolSpec;
  readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
}

function limitDisruption(
  name: string,
  { pool, metadata }: BudgetArgs,
  parent: pulumi.Resource,
): void {
  new k8s.policy.v1.PodDisruptionBudget(
    `${name}-budget`,
    {
      metadata,
      spec: {
        maxUnavailable: 1,
        // One that waits for its node must not block the drain of another.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: nodeMinimumSelector(pool) },
      },
    },
    { parent },
  );
}

/**
 * Keeps the least number of nodes of a GPU pool. The node group itself has none: EKS waits for the first nodes of a
 * group, and a zone without capacity would fail the group and the `up` with it. The pods wait instead, and the
 * autoscaler stays the only one that decides how many nodes there are.
 */
export class NodeMinimum extends Component {
  constructor(name: string, pool: GpuPoolSpec, opts: pulumi.ComponentResourceOptions) {
    super("infra", "NodeMinimum", name, opts);
    const metadata = { namespace, name: nodeMinimumName(pool), labels: nodeMinimumLabels(pool) };
    // With one it would block every drain.
    if (pool.minNodes > 1) limitDisruption(name, { pool, metadata }, this);
    new k8s.apps.v1.Deployment(
      `${name}-placeholders`,
      {
        // They wait for as long as the cloud has no capacity, which must not fail an `up`.
        metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: nodeMinimumSpec(pool),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
