import type * as k8s from "@pulumi/kubernetes";
import { kubernetesVersions, type KubernetesMinor } from "../../config/kubernetes-versions.ts";
import { partOf } from "../tenancy/namespace-specs.ts";
import { autoscalerAccount, autoscalerFlags } from "./autoscaler-spec.ts";
import type { Place } from "./names.ts";

/** What selects its pods; immutable. */
export const autoscalerSelector = { "app.kubernetes.io/name": autoscalerAccount.name };
export const autoscalerLabels = {
  ...autoscalerSelector,
  "app.kubernetes.io/component": "autoscaler",
  ...partOf,
};

/** Each minor version of Kubernetes has its autoscaler, whose scheduler is that version's. */
export function autoscalerImage(version: KubernetesMinor): string {
  return `registry.k8s.io/autoscaling/cluster-autoscaler:v${kubernetesVersions[version].autoscaler}`;
}

const port = 8085;

function probe(periodSeconds: number): k8s.types.input.core.v1.Probe {
  return { httpGet: { path: "/health-check", port: "metrics" }, periodSeconds, timeoutSeconds: 5 };
}

function container(place: Place, version: KubernetesMinor): k8s.types.input.core.v1.Container {
  const flags = Object.entries(autoscalerFlags(place)).map(([flag, value]) => `--${flag}=${value}`);
  return {
    name: autoscalerAccount.name,
    image: autoscalerImage(version),
    command: ["./cluster-autoscaler", ...flags],
    env: [{ name: "AWS_REGION", value: place.region }],
    ports: [{ name: "metrics", containerPort: port }],
    // Two minutes to find the node groups in.
    startupProbe: { ...probe(5), failureThreshold: 24 },
    // It answers 500 when its loop has not come round for minutes.
    livenessProbe: probe(30),
    readinessProbe: probe(10),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    resources: {
      requests: { cpu: "100m", memory: "300Mi" },
      limits: { cpu: "1", memory: "1Gi" },
    },
  };
}

const topologies = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

/** Two, of which one leads: if the only pod were on a node that failed, no node would be added. */
export function autoscalerSpec(
  place: Place,
  version: KubernetesMinor,
): k8s.types.input.apps.v1.DeploymentSpec {
  return {
    replicas: 2,
    selector: { matchLabels: autoscalerSelector },
    template: {
      metadata: { labels: autoscalerLabels },
      spec: {
        serviceAccountName: autoscalerAccount.name,
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        priorityClassName: "system-cluster-critical",
        terminationGracePeriodSeconds: 30,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65534,
          runAsGroup: 65534,
          seccompProfile: { type: "RuntimeDefault" },
        },
        topologySpreadConstraints: topologies.map((topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: autoscalerSelector },
        })),
        containers: [container(place, version)],
      },
    },
  };
}
