import type * as k8s from "@pulumi/kubernetes";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import { poolLabels } from "../cluster.ts";
import { gpuTaint } from "../gpu/pools.ts";
import { partOf } from "../tenancy/namespace-specs.ts";

/** Does nothing until it is told to stop; every node of Kubernetes 1.35 has the image already. */
const placeholderImage = "registry.k8s.io/pause:3.10.1";

type PoolName = Pick<GpuPoolSpec, "name">;

export function nodeMinimumName({ name }: PoolName): string {
  return `node-minimum-${name}`;
}

/** What selects its pods; immutable. */
export function nodeMinimumSelector({ name }: PoolName): Record<string, string> {
  return { "app.kubernetes.io/name": "node-minimum", "app.kubernetes.io/instance": name };
}

export function nodeMinimumLabels(pool: PoolName): Record<string, string> {
  return {
    ...nodeMinimumSelector(pool),
    "app.kubernetes.io/component": "node-minimum",
    ...partOf,
  };
}

function container(): k8s.types.input.core.v1.Container {
  return {
    name: "placeholder",
    image: placeholderImage,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    resources: { requests: { cpu: "5m", memory: "16Mi" }, limits: { cpu: "50m", memory: "16Mi" } },
  };
}

/**
 * As many pods as the pool has nodes at least, no two on one node: the autoscaler adds a node for each that waits,
 * and removes no node whose pod would find no other. They take no GPU.
 */
export function nodeMinimumSpec(
  pool: PoolName & Pick<GpuPoolSpec, "minNodes">,
): k8s.types.input.apps.v1.DeploymentSpec {
  const matchLabels = nodeMinimumSelector(pool);
  return {
    replicas: pool.minNodes,
    selector: { matchLabels },
    // One pod more would ask for one node more.
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    template: {
      metadata: { labels: nodeMinimumLabels(pool) },
      spec: {
        nodeSelector: { [poolLabels.pool]: pool.name },
        tolerations: [{ key: gpuTaint.key, operator: "Exists", effect: "NoSchedule" }],
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } },
            ],
          },
        },
        // A full node must not ask for another one: the few thousandths of a core are found on it.
        priorityClassName: "system-cluster-critical",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 10,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65535,
          runAsGroup: 65535,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [container()],
      },
    },
  };
}
