import type { Pod } from "../harness/kube.ts";

export interface TestPod {
  readonly name: string;
  readonly namespace: string;
  /** Whether it asks for a slice of a GPU. */
  readonly gpu?: boolean;
  /** Whether it tolerates the taint of GPU nodes. */
  readonly tolerates?: boolean;
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

const gpuResource = "nvidia.com/gpu";

/** A pod as somebody else might bring one, within the Pod Security Standard that namespaces enforce. */
export function testPod(pod: TestPod): object {
  const { name, namespace, gpu = false, tolerates = gpu, nodeSelector = {} } = pod;
  const amounts = { cpu: "100m", memory: "64Mi", ...(gpu ? { [gpuResource]: "1" } : {}) };
  const keys = tolerates ? [gpuResource, "cloud.google.com/compute-class"] : [];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { "app.kubernetes.io/name": name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      nodeSelector,
      tolerations: keys.map((key) => ({ key, operator: "Exists" })),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "main",
          image: "registry.k8s.io/pause:3.10",
          resources: { requests: amounts, limits: amounts },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
          },
        },
      ],
    },
  };
}

/** What the pod belongs to, as a person would call it. */
export function workloadOf({ metadata: { labels = {}, name } }: Pod): string {
  const { "app.kubernetes.io/instance": instance } = labels;
  const app = labels["app.kubernetes.io/name"] ?? labels["k8s-app"] ?? name;
  return instance === undefined ? app : `${app}-${instance}`;
}

export function isRunning({ status, metadata }: Pod): boolean {
  return status.phase === "Running" && metadata.deletionTimestamp === undefined;
}

/** Why a pod waits, in the scheduler's words. */
export function whyPending({ status }: Pod): string {
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  return `${status.phase}: ${scheduled?.message ?? scheduled?.reason ?? "no reason given"}`;
}
