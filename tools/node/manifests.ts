export type Manifest = Readonly<Record<string, unknown>>;

export const namespace = "kube-system";

const hardened = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

const podSecurity = {
  runAsNonRoot: true,
  runAsUser: 10001,
  runAsGroup: 10001,
  seccompProfile: { type: "RuntimeDefault" },
};

interface Addon {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly ports?: readonly { name: string; containerPort: number; protocol?: string }[];
  readonly probe?: { readonly path: string; readonly port: number; readonly scheme?: string };
  readonly volumes?: readonly { name: string; mountPath: string; source: object }[];
  readonly env?: readonly object[];
}

/** An add-on: a service account and a Deployment of one replica that runs under it. */
export function deployed(addon: Addon): Manifest[] {
  const labels = { "app.kubernetes.io/name": addon.name, "app.kubernetes.io/part-of": "node" };
  const probe =
    addon.probe === undefined ? {} : { readinessProbe: { httpGet: addon.probe, periodSeconds: 2 } };
  const volumes = addon.volumes ?? [];
  const container = {
    name: addon.name,
    image: addon.image,
    imagePullPolicy: "IfNotPresent",
    args: addon.args,
    ports: addon.ports ?? [],
    env: addon.env ?? [],
    securityContext: hardened,
    resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "256Mi" } },
    volumeMounts: volumes.map(({ name, mountPath }) => ({ name, mountPath })),
    ...probe,
  };
  return [
    named("v1", "ServiceAccount", addon.name),
    {
      ...named("apps/v1", "Deployment", addon.name),
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: addon.name,
            priorityClassName: "system-cluster-critical",
            securityContext: podSecurity,
            containers: [container],
            volumes: volumes.map(({ name, source }) => ({ name, ...source })),
          },
        },
      },
    },
  ];
}

export function named(apiVersion: string, kind: string, name: string): Manifest {
  return { apiVersion, kind, metadata: { name, namespace } };
}

export function clusterWide(apiVersion: string, kind: string, name: string): Manifest {
  return { apiVersion, kind, metadata: { name } };
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export const rbac = "rbac.authorization.k8s.io";

/** A cluster role with its binding; without rules, the binding to a role that is there already. */
export function granted(name: string, subject: object, rules: readonly Rule[]): Manifest[] {
  return [{ ...clusterWide(`${rbac}/v1`, "ClusterRole", name), rules }, bound(name, subject, name)];
}

export function bound(name: string, subject: object, role: string): Manifest {
  return {
    ...clusterWide(`${rbac}/v1`, "ClusterRoleBinding", name),
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
    subjects: [subject],
  };
}

export function account(name: string): object {
  return { kind: "ServiceAccount", name, namespace };
}

export const read = ["get", "list", "watch"];
