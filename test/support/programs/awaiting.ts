import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

const provider = new k8s.Provider("provider", { kubeconfig: process.env["TEST_KUBECONFIG"] ?? "" });
const containers = [{ name: "main", image: "example.invalid/main:1" }];
const storage = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

/** Options with a time limit in seconds, or without one. */
function options(seconds = 60): pulumi.CustomResourceOptions {
  if (seconds === 0) return { provider };
  const limit = `${seconds.toString()}s`;
  return { provider, customTimeouts: { create: limit, update: limit, delete: "60s" } };
}

/** The test plays the kubelet of the node "fake": a pod there gets the status that its label "fate" names. */
function workload(name: string, fate: string, pod: Partial<k8s.types.input.core.v1.PodSpec> = {}) {
  const labels = { fate, of: name };
  const template = { metadata: { labels }, spec: { nodeName: "fake", containers, ...pod } };
  return { selector: { matchLabels: labels }, template };
}

function deployment(
  name: string,
  fate: string,
  more: { seconds?: number; metadata?: k8s.types.input.meta.v1.ObjectMeta; nodeName?: string } = {},
): void {
  const spec = workload(name, fate, { nodeName: more.nodeName ?? "fake" });
  const metadata = { name, ...more.metadata };
  new k8s.apps.v1.Deployment(name, { metadata, spec }, options(more.seconds));
}

// These become ready.
deployment("runs", "ready");
deployment("unawaited", "crash", {
  metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
});
const set = { serviceName: "set", replicas: 2, ...workload("set", "ready") };
new k8s.apps.v1.StatefulSet("set", { metadata: { name: "set" }, spec: set }, options());
const daemons = workload("daemons", "ready", {
  nodeName: "",
  tolerations: [{ operator: "Exists" }],
});
new k8s.apps.v1.DaemonSet("daemons", { metadata: { name: "daemons" }, spec: daemons }, options());
const { template } = workload("job", "succeeds", { restartPolicy: "Never" });
new k8s.batch.v1.Job("job", { metadata: { name: "job" }, spec: { template } }, options());
const port = { ports: [{ port: 80 }] };
new k8s.core.v1.Service(
  "service",
  { metadata: { name: "service" }, spec: { selector: { fate: "ready" }, ...port } },
  options(),
);
new k8s.core.v1.PersistentVolumeClaim(
  "lazy-claim",
  { metadata: { name: "lazy-claim" }, spec: { storageClassName: "lazy", ...storage } },
  options(),
);
const target = { type: "Utilization", averageUtilization: 50 };
new k8s.autoscaling.v2.HorizontalPodAutoscaler(
  "autoscaler",
  {
    metadata: { name: "autoscaler" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "runs" },
      maxReplicas: 2,
      metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
    },
  },
  options(),
);

// These fail, each for another reason.
deployment("crashes", "crash", { seconds: 12 });
deployment("pulls", "pull", { seconds: 12 });
deployment("unplaced", "none", {
  nodeName: "",
  seconds: 0,
  metadata: { annotations: { "pulumi.com/timeoutSeconds": "8" } },
});
const broken = workload("broken-job", "fails", { restartPolicy: "Never" }).template;
new k8s.batch.v1.Job(
  "broken-job",
  { metadata: { name: "broken-job" }, spec: { backoffLimit: 0, template: broken } },
  options(),
);
