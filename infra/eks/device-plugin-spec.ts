import { createHash } from "node:crypto";
import type * as k8s from "@pulumi/kubernetes";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import { gpuResource, poolLabels } from "../cluster.ts";
import { gpuTaint } from "../gpu/pools.ts";
import { partOf } from "../tenancy/namespace-specs.ts";

export const devicePluginImage = "nvcr.io/nvidia/k8s-device-plugin:v0.20.0";

type Slices = Pick<GpuPoolSpec, "slicesPerGpu">;

/**
 * How a pool's GPUs are shared. A request of two slices is refused, because it would get no more than one, and
 * the resource keeps its name: both as on GKE, so that one pod spec serves both.
 */
export function sharingConfig({ slicesPerGpu }: Slices) {
  const flags = { migStrategy: "none", failOnInitError: true };
  if (slicesPerGpu === 1) return { version: "v1", flags };
  return {
    version: "v1",
    flags,
    sharing: {
      timeSlicing: {
        renameByDefault: false,
        failRequestsGreaterThanOne: true,
        resources: [{ name: gpuResource, replicas: slicesPerGpu }],
      },
    },
  };
}

const configFile = "config.json";
const configFolder = "/etc/nvidia-device-plugin";
const socketFolder = "/var/lib/kubelet/device-plugins";

/** The plugin reads YAML, of which JSON is a part. */
export function sharingFile(pool: Slices): Record<string, string> {
  return { [configFile]: `${JSON.stringify(sharingConfig(pool), undefined, 2)}\n` };
}

export function devicePluginName({ name }: Pick<GpuPoolSpec, "name">): string {
  return `nvidia-device-plugin-${name}`;
}

/** What selects its pods; immutable. */
function selectorLabels(pool: Pick<GpuPoolSpec, "name">): Record<string, string> {
  return {
    "app.kubernetes.io/name": "nvidia-device-plugin",
    "app.kubernetes.io/instance": pool.name,
  };
}

export function devicePluginLabels(pool: Pick<GpuPoolSpec, "name">): Record<string, string> {
  return { ...selectorLabels(pool), "app.kubernetes.io/component": "device-plugin", ...partOf };
}

function container(): k8s.types.input.core.v1.Container {
  return {
    name: "device-plugin",
    image: devicePluginImage,
    env: [{ name: "CONFIG_FILE", value: `${configFolder}/${configFile}` }],
    // Root, to make its socket in the kubelet's folder, and nothing else of what root may.
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
    resources: {
      requests: { cpu: "50m", memory: "64Mi" },
      limits: { cpu: "200m", memory: "256Mi" },
    },
    volumeMounts: [
      { name: "kubelet", mountPath: socketFolder },
      { name: "config", mountPath: configFolder, readOnly: true },
    ],
  };
}

/** The plugin as NVIDIA's static manifest has it (not privileged), on the nodes of one pool. */
export function devicePluginSpec(
  pool: Pick<GpuPoolSpec, "name"> & Slices,
): k8s.types.input.apps.v1.DaemonSetSpec {
  const labels = devicePluginLabels(pool);
  const file = sharingFile(pool);
  const checksum = createHash("sha256").update(JSON.stringify(file)).digest("hex").slice(0, 16);
  return {
    selector: { matchLabels: selectorLabels(pool) },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%" } },
    template: {
      // It reads its configuration once: another number of slices is another pod.
      metadata: { labels, annotations: { "framewright.dev/config-checksum": checksum } },
      spec: {
        nodeSelector: { [poolLabels.pool]: pool.name },
        tolerations: [
          { key: gpuTaint.key, operator: "Exists", effect: "NoSchedule" },
          { key: "CriticalAddonsOnly", operator: "Exists" },
        ],
        priorityClassName: "system-node-critical",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 10,
        containers: [container()],
        volumes: [
          { name: "kubelet", hostPath: { path: socketFolder, type: "Directory" } },
          { name: "config", configMap: { name: devicePluginName(pool) } },
        ],
      },
    },
  };
}
