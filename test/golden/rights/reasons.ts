/** Why an account may speak to the Kubernetes API, and which test has its program do so with these rights alone. */
export interface AccountReasons {
  readonly program: string;
  readonly test: string;
  /** By what is granted: the kind of objects, or a role of Kubernetes' own. */
  readonly why: Readonly<Record<string, string>>;
}

const counted = "tells whether as many are there as there should be";

export const reasons: Readonly<Record<string, AccountReasons>> = {
  "framewright-autoscaling/deletion-costs": {
    program: "marks idle workers, which then go first",
    test: "test/objects/deletion-costs.integration.test.ts",
    why: {
      pods: "finds workers and writes one annotation; an admission policy refuses every other change",
    },
  },
  "framewright-autoscaling/keda-adapter": {
    program: "answers what autoscalers ask of external metrics",
    test: "test/operations/autoscaling.ops.ts",
    why: {
      "keda.sh/scaledobjects": "knows from them what is measured for whom",
      "system:auth-delegator": "asks the Kubernetes API who calls it and whether they may",
      "extension-apiserver-authentication-reader": "reads the authority that signs those calls",
    },
  },
  "framewright-autoscaling/keda-operator": {
    program: "scales by what waits",
    test: "test/operations/autoscaling.ops.ts",
    why: {
      "keda.sh/scaledobjects": "is told by them what to scale; adds a finalizer of its own",
      "keda.sh/scaledobjects/status": "says how each is doing",
      "keda.sh/scaledobjects/finalizers": "owns the autoscalers that it makes",
      "keda.sh/scaledjobs": "does not start where it cannot watch them; the stack has none",
      "keda.sh/triggerauthentications": "does not start where it cannot watch them; the stack has none",
      "keda.sh/clustertriggerauthentications": "finds its way into the broker; adds a finalizer",
      "keda.sh/clustertriggerauthentications/status": "says which objects use it",
      "eventing.keda.sh/cloudeventsources": "does not start where it cannot watch them; the stack has none",
      "eventing.keda.sh/clustercloudeventsources":
        "does not start where it cannot watch them; the stack has none",
      "autoscaling/horizontalpodautoscalers": "makes and keeps one for each thing that it scales",
      "apps/deployments": "looks at what it scales",
      "apps/deployments/scale": "wakes what has no pods, and lets it sleep again",
      pods: "counts those that are ready when a trigger fails",
      events: "tells what it did",
      "events.k8s.io/events": "tells what it did",
      "coordination.k8s.io/leases": "one of its pods leads",
      secrets: "reads the broker's address, and keeps its own certificates (`keda-certificates`)",
      "apiregistration.k8s.io/apiservices": "puts its authority into that of external metrics, and no other",
    },
  },
  "framewright-data/postgres": {
    program: "Patroni, where there are three servers: one writes",
    test: "test/services/postgres/members.replicas.ts",
    why: {
      configmaps: "the lead and the settings are kept in them; names cannot be narrowed when one creates",
      pods: "puts who writes on the servers' labels; an admission policy refuses every other change",
    },
  },
  "framewright-node-agents/vlagent": {
    program: "reads the lines of its node's pods",
    test: "test/operations/logs.ops.ts",
    why: {
      pods: "knows whose a file is; Kubernetes cannot narrow this to a node",
      nodes: "looks at its own node",
      namespaces: "knows the labels of namespaces",
    },
  },
  "framewright-ops/objects": {
    program: "tells Prometheus of objects, as kube-state-metrics does, which on prod-gke takes its place and watches",
    test: "test/objects/objects.integration.test.ts",
    why: {
      pods: "restarts, phases, readiness",
      persistentvolumeclaims: "sizes and phases of volumes",
      "apps/deployments": counted,
      "apps/statefulsets": counted,
      "apps/daemonsets": counted,
      "batch/jobs": "failed ones are an alert",
      "batch/cronjobs": "when a backup ran last",
      "autoscaling/horizontalpodautoscalers": "bounds and wishes of autoscalers",
    },
  },
  "framewright-ops/prometheus": {
    program: "finds what it scrapes",
    test: "test/operations/monitoring.ops.ts",
    why: {
      pods: "their addresses, in the namespaces that it scrapes",
      nodes: "their addresses, for the figures of volumes",
      "nodes/metrics": "lets kubelets answer it with figures, and with nothing else of theirs",
    },
  },
  "kube-system/cluster-autoscaler": {
    program:
      "makes and deletes nodes on EKS; it needs AWS to run, and the test holds its rights to what they say",
    test: "test/infra/eks/autoscaler-spec.test.ts",
    why: {
      events: "tells what it did",
      "pods/eviction": "moves pods from nodes that it deletes, as budgets allow",
      "pods/status": "says of a waiting pod that a node is coming",
      nodes: "taints those that go",
      configmaps: "keeps its status, reads the order of pools",
      "coordination.k8s.io/leases": "one of its pods leads",
      ...Object.fromEntries(
        [
          ...["namespaces", "persistentvolumeclaims", "persistentvolumes", "pods"],
          ...["replicationcontrollers", "services", "apps/daemonsets", "apps/replicasets"],
          ...["apps/statefulsets", "batch/cronjobs", "batch/jobs", "policy/poddisruptionbudgets"],
          ...["csidrivers", "csinodes", "csistoragecapacities", "storageclasses"].map(
            (kind) => `storage.k8s.io/${kind}`,
          ),
          "storage.k8s.io/volumeattachments",
          ...["deviceclasses", "resourceclaims", "resourceslices"].map(
            (kind) => `resource.k8s.io/${kind}`,
          ),
        ].map((what) => [what, "computes whether a pod would fit on a node, and may leave one"]),
      ),
    },
  },
};
