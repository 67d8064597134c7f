import type { NameServer } from "../cluster.ts";

export const partOf = {
  "app.kubernetes.io/part-of": "framewright",
  "app.kubernetes.io/managed-by": "pulumi",
};

/** Levels of the Pod Security Standards. */
export type PodSecurity = "restricted" | "privileged";

/** Pod Security Standards of the Kubernetes version that the node runs or newer. */
export function namespaceLabels(
  labels: Readonly<Record<string, string>>,
  level: PodSecurity = "restricted",
) {
  return {
    ...partOf,
    ...labels,
    "pod-security.kubernetes.io/enforce": level,
    "pod-security.kubernetes.io/enforce-version": "latest",
    "pod-security.kubernetes.io/warn": level,
    "pod-security.kubernetes.io/audit": level,
  };
}

/** What a container has that states nothing. */
export interface ContainerDefaults {
  readonly defaultRequest: { readonly cpu: string; readonly memory: string };
  readonly default: { readonly cpu?: string; readonly memory: string };
}

/** For the platform's own containers. No CPU limit: it would throttle pods that want none. */
export const platformDefaults: ContainerDefaults = {
  defaultRequest: { cpu: "50m", memory: "64Mi" },
  default: { memory: "256Mi" },
};

/** Under a quota of CPU and memory, Kubernetes refuses a container that does not state all four. */
export const modelDefaults: ContainerDefaults = {
  defaultRequest: { cpu: "100m", memory: "256Mi" },
  default: { cpu: "1", memory: "1Gi" },
};

/** Nothing in, nothing out. */
export const denyAll = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** Name resolution is the one thing that every pod needs. */
export function allowDns({ labels, port }: NameServer) {
  return {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: labels },
          },
        ],
        ports: [
          { protocol: "UDP", port },
          { protocol: "TCP", port },
        ],
      },
    ],
  };
}
