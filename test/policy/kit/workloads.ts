import type { TestResource } from "./evaluate.ts";

/** Resources that every rule accepts; a test changes one property of one of them. */
export const namespace = "shop";
const labels = {
  "app.kubernetes.io/name": "cart",
  "app.kubernetes.io/component": "server",
  "app.kubernetes.io/part-of": "shop",
  "app.kubernetes.io/managed-by": "pulumi",
};
const selector = { matchLabels: { "app.kubernetes.io/name": "cart" } };

/** `apps/Deployment` → the type token of Pulumi. */
const versions: Readonly<Record<string, string>> = {
  apps: "apps/v1",
  batch: "batch/v1",
  "": "core/v1",
  policy: "policy/v1",
  autoscaling: "autoscaling/v2",
  "networking.k8s.io": "networking.k8s.io/v1",
  "rbac.authorization.k8s.io": "rbac.authorization.k8s.io/v1",
  "storage.k8s.io": "storage.k8s.io/v1",
};

/** A namespaced object of Kubernetes, written as in a manifest: `objectOf("apps/Deployment", { spec })`. */
export function objectOf(
  kind: string,
  fields: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>> = {},
): TestResource {
  const [group, name] = kind.includes("/") ? (kind.split("/") as [string, string]) : ["", kind];
  const version = versions[group] ?? `${group}/v1`;
  const given = { name: "cart", namespace, labels, ...metadata };
  return {
    type: `kubernetes:${version}:${name}`,
    name: given.name,
    props: {
      apiVersion: group === "" ? "v1" : version,
      kind: name,
      metadata: given,
      ...fields,
    },
  };
}

const probe = { httpGet: { path: "/health", port: "http" }, timeoutSeconds: 5 };

/** One container; `changes` replace its fields. */
export function container(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    name: "main",
    image: "europe-west4-docker.pkg.dev/my-framewright/shop/cart:1.4.2",
    ports: [{ name: "http", containerPort: 8080 }],
    startupProbe: probe,
    readinessProbe: probe,
    livenessProbe: probe,
    resources: {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "1", memory: "256Mi" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
    ...changes,
  };
}

const topologies = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

/** A pod's spec; `changes` replace its fields. */
export function podSpec(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    serviceAccountName: "cart",
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: topologies.map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: selector,
    })),
    containers: [container()],
    volumes: [{ name: "scratch", emptyDir: { sizeLimit: "64Mi" } }],
    ...changes,
  };
}

function template(spec: object) {
  return { metadata: { labels }, spec };
}

/** Each kind with pods, made around a pod spec. */
export const kindsWithPods: Readonly<Record<string, (spec: object) => TestResource>> = {
  Pod: (spec) => objectOf("Pod", { spec }),
  Deployment: (spec) =>
    objectOf("apps/Deployment", { spec: { replicas: 2, selector, template: template(spec) } }),
  StatefulSet: (spec) =>
    objectOf("apps/StatefulSet", {
      spec: {
        replicas: 2,
        serviceName: "cart",
        selector,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        template: template(spec),
      },
    }),
  DaemonSet: (spec) => objectOf("apps/DaemonSet", { spec: { selector, template: template(spec) } }),
  ReplicaSet: (spec) =>
    objectOf("apps/ReplicaSet", { spec: { replicas: 2, selector, template: template(spec) } }),
  Job: (spec) =>
    objectOf("batch/Job", { spec: { template: template({ ...spec, restartPolicy: "Never" }) } }),
  CronJob: (spec) =>
    objectOf("batch/CronJob", {
      spec: {
        schedule: "0 3 * * *",
        jobTemplate: { spec: { template: template({ ...spec, restartPolicy: "Never" }) } },
      },
    }),
};

export function deployment(spec: object = podSpec()): TestResource {
  return kindsWithPods["Deployment"]!(spec);
}

/** A Deployment whose pod spec has these fields changed. */
export function podWith(changes: Readonly<Record<string, unknown>>): TestResource {
  return deployment(podSpec(changes));
}

/** A Deployment whose pods are another component of the shop, with these fields of their spec changed. */
export function podOf(
  component: string,
  changes: Readonly<Record<string, unknown>> = {},
): TestResource {
  const own = { ...labels, "app.kubernetes.io/component": component };
  const pods = { metadata: { labels: own }, spec: podSpec(changes) };
  const spec = { replicas: 2, selector, template: pods };
  return objectOf("apps/Deployment", { spec }, { labels: own });
}

/** A Deployment whose only container, `main`, has these fields changed. */
export function containerWith(changes: Readonly<Record<string, unknown>>): TestResource {
  return podWith({ containers: [container(changes)] });
}

/** Fields of a container, with some of its security context changed: `containerWith(secured({ privileged: true }))`. */
export function secured(changes: Readonly<Record<string, unknown>>) {
  return { securityContext: { ...container().securityContext, ...changes } };
}

/** Fields of a pod spec, with some of its security context changed. */
export function securedPod(changes: Readonly<Record<string, unknown>>) {
  return { securityContext: { ...podSpec().securityContext, ...changes } };
}
