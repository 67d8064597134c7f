import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import { onCluster } from "./cluster.ts";
import { labels, metadata } from "./namespace.ts";

type Container = types.input.core.v1.Container;
type PodSpec = types.input.core.v1.PodSpec;
type DeploymentSpec = types.input.apps.v1.DeploymentSpec;

export const selector = { matchLabels: { "app.kubernetes.io/name": "cart" } };

const probe = { httpGet: { path: "/health", port: "http" }, timeoutSeconds: 5 };

const image =
  "europe-west4-docker.pkg.dev/my-framewright/shop/cart:1.4.2@sha256:0e1f2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: 10001,
  runAsGroup: 10001,
  fsGroup: 10001,
  seccompProfile: { type: "RuntimeDefault" },
};

/** Where a container may write, as it can't write anywhere else. */
const scratch = { name: "scratch", emptyDir: { sizeLimit: "64Mi" } };
const scratchMount = { name: scratch.name, mountPath: "/tmp" };

/** A pod spec with one more volume, which its container mounts to read. */
export function mounting(volume: types.input.core.v1.Volume): PodSpec {
  const mount = { name: volume.name, mountPath: "/node", readOnly: true };
  return podSpec({
    containers: [container({ volumeMounts: [scratchMount, mount] })],
    volumes: [scratch, volume],
  });
}

/** A container that every rule accepts; `changes` replace its fields. */
export function container(changes: Partial<Container> = {}): Container {
  return {
    name: "main",
    image,
    ports: [{ name: "http", containerPort: 8080 }],
    startupProbe: probe,
    readinessProbe: probe,
    livenessProbe: probe,
    resources: {
      requests: { cpu: "100m", memory: "256Mi" },
      limits: { cpu: "1", memory: "256Mi" },
    },
    securityContext: containerSecurity,
    volumeMounts: [scratchMount],
    ...changes,
  };
}

const topologies = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

/** A pod that every rule accepts; `changes` replace its fields. */
export function podSpec(changes: Partial<PodSpec> = {}): PodSpec {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    serviceAccountName: "cart",
    terminationGracePeriodSeconds: 30,
    securityContext: podSecurity,
    topologySpreadConstraints: topologies.map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: selector,
    })),
    containers: [container()],
    volumes: [scratch],
    ...changes,
  };
}

function template(spec: PodSpec = podSpec()): types.input.core.v1.PodTemplateSpec {
  return { metadata: { labels }, spec };
}

/** The identity of the pods: one of their own, with no rights and no token. */
export function serviceAccount(): void {
  new k8s.core.v1.ServiceAccount(
    "cart",
    { metadata: metadata("cart"), automountServiceAccountToken: false },
    onCluster,
  );
}

/** A Deployment of two pods; `changes` replace fields of its spec. */
export function deployment(
  spec: PodSpec = podSpec(),
  changes: Partial<DeploymentSpec> = {},
): k8s.apps.v1.Deployment {
  return new k8s.apps.v1.Deployment(
    "cart",
    {
      metadata: metadata("cart"),
      spec: { replicas: 2, selector, template: template(spec), ...changes },
    },
    onCluster,
  );
}

/** One pod at a time may go away. */
export function budget(changes: Partial<types.input.policy.v1.PodDisruptionBudgetSpec> = {}): void {
  new k8s.policy.v1.PodDisruptionBudget(
    "cart",
    {
      metadata: metadata("cart"),
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector, ...changes },
    },
    onCluster,
  );
}
