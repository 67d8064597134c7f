import type { SecurityField } from "../../support/security/mutate.ts";

/** What the pack judges beyond what the fields of test/support/security are about. */
type Field = Omit<SecurityField, "of">;

const deployment = "kubernetes:apps/v1:Deployment";
const statefulSet = "kubernetes:apps/v1:StatefulSet";
const daemonSet = "kubernetes:apps/v1:DaemonSet";
const job = "kubernetes:batch/v1:Job";
const budget = "kubernetes:policy/v1:PodDisruptionBudget";
const autoscaler = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
const quota = "kubernetes:core/v1:ResourceQuota";
const pod = "spec.template.spec";
const containers = `${pod}.containers.*`;
const gpu = "[nvidia.com/gpu]";

/** A list with one entry more. */
function withMore(more: unknown) {
  return (value: unknown): readonly unknown[] => [
    [...(Array.isArray(value) ? (value as unknown[]) : []), more],
  ];
}

const everyPod: readonly Field[] = [
  { path: `${containers}.resources`, weak: [{}] },
  { path: `${containers}.resources.requests.cpu`, weak: ["0"] },
  { path: `${containers}.resources.requests.memory`, weak: ["0"] },
  { path: `${containers}.resources.limits.memory`, weak: ["64Ti"] },
  {
    path: `${containers}.env`,
    weak: withMore({ name: "DATABASE_PASSWORD", value: "correct horse battery" }),
    optional: true,
  },
  { path: `${containers}.ports.0.hostPort`, weak: [80], optional: true },
  { path: `${containers}.securityContext.capabilities.add`, weak: [["SYS_ADMIN"]], optional: true },
  { path: `${containers}.securityContext.procMount`, weak: ["Unmasked"], optional: true },
  { path: `${pod}.shareProcessNamespace`, weak: [true], optional: true },
  {
    path: `${pod}.securityContext.sysctls`,
    weak: [[{ name: "kernel.msgmax", value: "1" }]],
    optional: true,
  },
  { path: `${pod}.volumes.*.emptyDir`, weak: [{}] },
  { path: "spec.template.metadata.labels.[app.kubernetes.io/name]", weak: ["another"] },
];

const servers: readonly Field[] = [
  { path: `${containers}.readinessProbe`, weak: [] },
  { path: `${containers}.livenessProbe`, weak: [] },
  { path: `${pod}.terminationGracePeriodSeconds`, weak: [0, 1] },
];

/** Two pods or more only where they matter. */
const replicated: readonly Field[] = [
  { path: `${pod}.topologySpreadConstraints`, weak: [[]], inProduction: true },
];

const nvenc: readonly Field[] = [
  { path: `${containers}.resources.limits.${gpu}`, weak: ["2"] },
  // Without, the request is the limit.
  { path: `${containers}.resources.requests.${gpu}`, weak: ["2"], optional: true },
  { path: `${pod}.tolerations`, weak: [[]] },
  { path: `${pod}.nodeSelector`, weak: [{}] },
].map((field) => ({ ...field, only: /nvenc/ }));

function of(types: readonly string[], fields: readonly Field[]): SecurityField[] {
  return types.flatMap((type) => fields.map((field) => ({ of: type, ...field })));
}

/** Without subjects or verbs nobody gets anything. */
const binding: readonly Field[] = [
  {
    path: "roleRef",
    weak: [{ apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" }],
    optional: true,
  },
  {
    path: "subjects",
    weak: [
      [{ kind: "Group", name: "system:unauthenticated", apiGroup: "rbac.authorization.k8s.io" }],
    ],
    optional: true,
  },
];

export const packFields: readonly SecurityField[] = [
  ...of([deployment, statefulSet, daemonSet, job], everyPod),
  ...of([deployment, statefulSet], servers),
  ...of([deployment], [...replicated, ...nvenc]),
  {
    of: statefulSet,
    path: "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
    weak: ["Delete"],
    inProduction: true,
    optional: true,
  },
  { of: budget, path: "spec.maxUnavailable", weak: [0, "0%"] },
  { of: budget, path: "spec.selector", weak: [{ matchLabels: { app: "another" } }] },
  { of: autoscaler, path: "spec.minReplicas", weak: [0], optional: true },
  { of: autoscaler, path: "spec.maxReplicas", weak: [1000] },
  { of: autoscaler, path: "spec.metrics", weak: [[]] },
  { of: autoscaler, path: "spec.scaleTargetRef.name", weak: ["nobody"] },
  { of: quota, path: `spec.hard.[requests.nvidia.com/gpu]`, weak: [], only: /workers|model/ },
  { of: "kubernetes:core/v1:ServiceAccount", path: "automountServiceAccountToken", weak: [true] },
  {
    of: "kubernetes:core/v1:Service",
    path: "spec.externalIPs",
    weak: [["198.51.100.1"]],
    optional: true,
  },
  {
    of: "kubernetes:core/v1:Service",
    path: "spec.selector",
    weak: [{ app: "another" }],
    optional: true,
  },
  {
    of: "kubernetes:storage.k8s.io/v1:StorageClass",
    path: "reclaimPolicy",
    weak: ["Delete"],
    inProduction: true,
  },
  ...of(
    [
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    ],
    binding,
  ),
  {
    of: "kubernetes:rbac.authorization.k8s.io/v1:Role",
    path: "rules.*.verbs",
    weak: [["*"]],
    optional: true,
  },
  {
    of: "gcp:container/nodePool:NodePool",
    path: "autoscaling.totalMaxNodeCount",
    weak: [1000],
    only: /[av]100/,
  },
  { of: "gcp:container/nodePool:NodePool", path: "nodeConfig.taints", weak: [[]], only: /[av]100/ },
  { of: "aws:eks/nodeGroup:NodeGroup", path: "scalingConfig.maxSize", weak: [1000], only: /gpu/ },
  { of: "aws:eks/nodeGroup:NodeGroup", path: "taints", weak: [[]], only: /gpu/ },
];

/** Types of which none can be missing. */
export const packGuards: readonly string[] = [budget, quota, "kubernetes:core/v1:LimitRange"];
