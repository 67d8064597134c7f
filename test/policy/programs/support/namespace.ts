import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./cluster.ts";

/** The namespace of a valid program. */
export const namespace = "shop";

/** Labels of every object. */
export const labels = {
  "app.kubernetes.io/name": "cart",
  "app.kubernetes.io/component": "server",
  "app.kubernetes.io/part-of": "shop",
  "app.kubernetes.io/managed-by": "pulumi",
};

/** Metadata of an object of that name. */
export function metadata(name: string, changes: object = {}) {
  return { name, namespace, labels, ...changes };
}

export const podSecurity = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/audit": "restricted",
};

export function makeNamespace(name = namespace, more: object = podSecurity): void {
  new k8s.core.v1.Namespace(
    name,
    { metadata: { name, labels: { ...labels, ...more } } },
    onCluster,
  );
}

/** Nothing in, nothing out. */
export function denyAll(name = namespace): void {
  new k8s.networking.v1.NetworkPolicy(
    `${name}-deny-all`,
    {
      metadata: metadata("deny-all", { namespace: name }),
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
    onCluster,
  );
}

export function limits(name = namespace): void {
  new k8s.core.v1.LimitRange(
    `${name}-limits`,
    {
      metadata: metadata("limits", { namespace: name }),
      spec: {
        limits: [
          {
            type: "Container",
            defaultRequest: { cpu: "50m", memory: "64Mi" },
            default: { cpu: "500m", memory: "256Mi" },
          },
        ],
      },
    },
    onCluster,
  );
}

export function quota(name = namespace, hard: Record<string, string> = {}): void {
  new k8s.core.v1.ResourceQuota(
    `${name}-quota`,
    {
      metadata: metadata("quota", { namespace: name }),
      spec: {
        hard: {
          pods: "20",
          "services.loadbalancers": "0",
          "requests.cpu": "8",
          "requests.memory": "16Gi",
          "limits.cpu": "16",
          "limits.memory": "32Gi",
          ...hard,
        },
      },
    },
    onCluster,
  );
}

/** A namespace with all that guards it. */
export function guardedNamespace(more?: object): void {
  makeNamespace(namespace, more);
  denyAll();
  limits();
  quota();
}
