import type { NameServer, NamespaceRole } from "../cluster.ts";

export const partOf = {
  "app.kubernetes.io/part-of": "framewright",
  "app.kubernetes.io/managed-by": "pulumi",
};

/** Pod Security Standards, level restricted, of the Kubernetes version that the node runs or newer. */
export function namespaceLabels(role: NamespaceRole) {
  return {
    ...partOf,
    "framewright.dev/role": role,
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "latest",
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/audit": "restricted",
  };
}

/**
 * Ceilings against a runaway controller, not a sizing: pods above the highest autoscaling bound of the
 * seeds (10 API pods; 20 CPU and 5 GPU workers) and no Service that would buy a load balancer.
 */
export const quotas = {
  data: { pods: "30", "services.loadbalancers": "0" },
  api: { pods: "30", "services.loadbalancers": "0" },
  workers: { pods: "100", "services.loadbalancers": "0", "services.nodeports": "0" },
} as const satisfies Record<NamespaceRole, Record<string, string>>;

/** For containers that state nothing. No CPU default limit: it would throttle pods that want none. */
export const containerDefaults = {
  type: "Container",
  defaultRequest: { cpu: "50m", memory: "64Mi" },
  default: { memory: "256Mi" },
} as const;

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
