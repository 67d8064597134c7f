import { fieldsOf, type Field } from "./mutate.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const statefulSet = "kubernetes:apps/v1:StatefulSet";
const daemonSet = "kubernetes:apps/v1:DaemonSet";
const job = "kubernetes:batch/v1:Job";
const budget = "kubernetes:policy/v1:PodDisruptionBudget";
const quota = "kubernetes:core/v1:ResourceQuota";
const rbac = "kubernetes:rbac.authorization.k8s.io/v1";

const pod = "spec.template.spec";
const containers = `${pod}.containers.*`;
const context = `${containers}.securityContext`;
const gpu = "[nvidia.com/gpu]";

function optional(...weak: readonly unknown[]) {
  return { weak, optional: true };
}

/** A list with one entry more. */
function withMore(more: unknown) {
  return (value: unknown): readonly unknown[] => [
    [...(Array.isArray(value) ? (value as unknown[]) : []), more],
  ];
}

const pods: readonly Field[] = [
  ...fieldsOf([deployment, statefulSet, job], {
    [`${pod}.securityContext.runAsNonRoot`]: [false],
    [`${pod}.securityContext.runAsUser`]: [0],
    [`${pod}.securityContext.seccompProfile.type`]: ["Unconfined"],
    [`${pod}.serviceAccountName`]: ["default"],
  }),
  // The device plugin's pod leaves to its container what others say of the pod.
  ...fieldsOf(daemonSet, { [`${context}.seccompProfile.type`]: ["Unconfined"] }),
  ...fieldsOf([deployment, statefulSet, daemonSet, job], {
    [`${pod}.automountServiceAccountToken`]: [true],
    [`${pod}.hostNetwork`]: optional(true),
    [`${pod}.hostPID`]: optional(true),
    [`${pod}.hostIPC`]: optional(true),
    [`${pod}.shareProcessNamespace`]: optional(true),
    [`${pod}.securityContext.sysctls`]: optional([{ name: "kernel.msgmax", value: "1" }]),
    [`${pod}.volumes.*.hostPath`]: optional({ path: "/" }),
    [`${pod}.volumes.*.emptyDir`]: [{}],
    [context]: [],
    [`${context}.allowPrivilegeEscalation`]: [true],
    [`${context}.privileged`]: optional(true),
    [`${context}.readOnlyRootFilesystem`]: [false],
    [`${context}.capabilities`]: [{}],
    [`${context}.capabilities.drop`]: [[], ["NET_RAW"]],
    [`${context}.capabilities.add`]: optional(["SYS_ADMIN"]),
    [`${context}.procMount`]: optional("Unmasked"),
    [`${containers}.image`]: ["registry.example.com/worker:latest"],
    [`${containers}.resources`]: [{}],
    [`${containers}.resources.requests.cpu`]: ["0"],
    [`${containers}.resources.requests.memory`]: ["0"],
    [`${containers}.resources.limits.memory`]: ["64Ti"],
    [`${containers}.env`]: {
      weak: withMore({ name: "DATABASE_PASSWORD", value: "correct horse battery" }),
      optional: true,
    },
    [`${containers}.ports.0.hostPort`]: optional(80),
    "spec.template.metadata.labels.[app.kubernetes.io/name]": ["another"],
  }),
  ...fieldsOf([deployment, statefulSet], {
    [`${containers}.readinessProbe`]: [],
    [`${containers}.livenessProbe`]: [],
    [`${pod}.terminationGracePeriodSeconds`]: [0, 1],
  }),
  ...fieldsOf(deployment, {
    // Two pods or more only where they matter.
    // Of what reads strangers' files, in production; GPU workers go without.
    [`${pod}.hostUsers`]: { weak: [true], inProduction: true, only: /^(workers-cpu|egress|web)/ },
    [`${pod}.topologySpreadConstraints`]: { weak: [[]], inProduction: true },
    [`${containers}.resources.limits.${gpu}`]: { weak: ["2"], only: /nvenc/ },
    // Without, the request is the limit.
    [`${containers}.resources.requests.${gpu}`]: { ...optional("2"), only: /nvenc/ },
    [`${pod}.tolerations`]: { weak: [[]], only: /nvenc/ },
    [`${pod}.nodeSelector`]: { weak: [{}], only: /nvenc/ },
  }),
  ...fieldsOf(statefulSet, {
    "spec.persistentVolumeClaimRetentionPolicy.whenDeleted": {
      ...optional("Delete"),
      inProduction: true,
    },
  }),
];

const everybody = { kind: "Group", name: "system:unauthenticated" };

export const kubernetesFields: readonly Field[] = [
  ...pods,
  ...fieldsOf("kubernetes:core/v1:Namespace", {
    "metadata.labels.[pod-security.kubernetes.io/enforce]": ["baseline", "privileged"],
  }),
  ...fieldsOf("kubernetes:networking.k8s.io/v1:NetworkPolicy", {
    // An edge that says too little about its direction opens nothing.
    "spec.policyTypes": { weak: [["Ingress"], ["Egress"]], only: /-deny-all$/ },
    "spec.podSelector": { weak: [{ matchLabels: { app: "one" } }], only: /-deny-all$/ },
    "spec.ingress.*.from": [[]],
    "spec.ingress.*.ports": [[]],
    "spec.egress.*.to": [[]],
    "spec.egress.*.ports": [[]],
  }),
  ...fieldsOf("kubernetes:core/v1:Service", {
    "spec.loadBalancerSourceRanges": [["0.0.0.0/0"], []],
    "spec.type": optional("NodePort"),
    "spec.externalIPs": optional(["198.51.100.1"]),
    "spec.selector": optional({ app: "another" }),
  }),
  ...fieldsOf("kubernetes:core/v1:Secret", { data: [] }),
  ...fieldsOf("kubernetes:core/v1:ServiceAccount", { automountServiceAccountToken: [true] }),
  ...fieldsOf(budget, {
    "spec.maxUnavailable": [0, "0%"],
    "spec.selector": [{ matchLabels: { app: "another" } }],
  }),
  ...fieldsOf("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", {
    "spec.minReplicas": optional(0),
    "spec.maxReplicas": [1000],
    "spec.metrics": [[]],
    "spec.scaleTargetRef.name": ["nobody"],
  }),
  ...fieldsOf(quota, {
    "spec.hard.[requests.nvidia.com/gpu]": { weak: [], only: /workers|model/ },
  }),
  ...fieldsOf([`${rbac}:Role`, `${rbac}:ClusterRole`], {
    "rules.*.verbs": optional(["*"]),
    "rules.*.resources": optional(["*"]),
  }),
  // Without subjects nobody gets anything.
  ...fieldsOf([`${rbac}:RoleBinding`, `${rbac}:ClusterRoleBinding`], {
    roleRef: optional({ kind: "ClusterRole", name: "cluster-admin" }),
    subjects: optional([everybody]),
  }),
  ...fieldsOf("kubernetes:storage.k8s.io/v1:StorageClass", {
    "parameters.encrypted": ["false"],
    reclaimPolicy: { weak: ["Delete"], inProduction: true },
  }),
  ...fieldsOf("pulumi:providers:kubernetes", { kubeconfig: [], clusterIdentifier: [""] }),
];

/** Types of which none can be missing, and policies that deny by default. */
export const kubernetesGuards: readonly string[] = [budget, quota, "kubernetes:core/v1:LimitRange"];
export const denial = /-deny-all$/;
