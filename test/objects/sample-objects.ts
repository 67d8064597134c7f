const metadata = (name: string) => ({ name, namespace: "a", uid: "u-1" });

/** Objects as the Kubernetes API has them, by resource; counts that are zero are left out, as it leaves them out. */
export const objects: Readonly<Record<string, unknown>> = {
  deployments: {
    metadata: { ...metadata("api"), generation: 7, labels: { unread: "x" } },
    spec: { replicas: 3, template: {} },
    status: {
      replicas: 3,
      readyReplicas: 2,
      availableReplicas: 2,
      unavailableReplicas: 1,
      observedGeneration: 6,
    },
  },
  statefulsets: {
    metadata: metadata("postgres"),
    spec: { replicas: 1 },
    status: { replicas: 1, observedGeneration: 1 },
  },
  daemonsets: {
    metadata: metadata("agent"),
    status: {
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 2,
      numberAvailable: 2,
      numberUnavailable: 1,
    },
  },
  horizontalpodautoscalers: {
    metadata: metadata("api"),
    spec: { minReplicas: 2, maxReplicas: 5 },
    status: {
      currentReplicas: 5,
      desiredReplicas: 5,
      conditions: [{ type: "ScalingLimited", status: "True", reason: "TooManyReplicas" }],
    },
  },
  jobs: {
    metadata: {
      ...metadata("backup-1"),
      ownerReferences: [{ kind: "CronJob", name: "backup", controller: true, uid: "u-2" }],
    },
    status: {
      failed: 4,
      startTime: "2026-01-01T00:00:00Z",
      conditions: [
        { type: "FailureTarget", status: "True" },
        { type: "Failed", status: "True" },
      ],
    },
  },
  cronjobs: {
    metadata: { ...metadata("backup"), creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { schedule: "0 2 * * *", suspend: false },
    status: { active: [{ name: "backup-1" }], lastScheduleTime: "2026-01-01T00:00:00Z" },
  },
  persistentvolumeclaims: {
    metadata: metadata("data-0"),
    spec: { resources: { requests: { storage: "20Gi" } } },
    status: { phase: "Pending" },
  },
  pods: {
    metadata: {
      ...metadata("worker-1"),
      ownerReferences: [{ kind: "ReplicaSet", name: "worker-abc", controller: true }],
    },
    spec: { nodeName: "n1" },
    status: {
      phase: "Running",
      podIP: "10.1.1.1",
      hostIP: "10.1.0.1",
      conditions: [{ type: "Ready", status: "False" }],
      containerStatuses: [
        {
          name: "worker",
          ready: false,
          restartCount: 5,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { reason: "Error", exitCode: 1 } },
        },
      ],
    },
  },
};
