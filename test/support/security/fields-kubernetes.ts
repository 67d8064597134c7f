import type { SecurityField } from "./mutate.ts";

const daemons = "kubernetes:apps/v1:DaemonSet";
const servers = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:batch/v1:Job",
];
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const service = "kubernetes:core/v1:Service";
const namespace = "kubernetes:core/v1:Namespace";

const pod = "spec.template.spec";
const context = `${pod}.securityContext`;
const container = `${pod}.containers.*.securityContext`;

type Field = Omit<SecurityField, "of">;

const podFields: readonly Field[] = [
  { path: `${context}.runAsNonRoot`, weak: [false] },
  { path: `${context}.runAsUser`, weak: [0] },
  { path: `${context}.seccompProfile.type`, weak: ["Unconfined"] },
  { path: `${pod}.serviceAccountName`, weak: ["default"] },
];

const everyPodFields: readonly Field[] = [
  { path: `${pod}.automountServiceAccountToken`, weak: [true] },
  { path: `${pod}.hostNetwork`, weak: [true], optional: true },
  { path: `${pod}.hostPID`, weak: [true], optional: true },
  { path: `${pod}.hostIPC`, weak: [true], optional: true },
  { path: `${pod}.volumes.*.hostPath`, weak: [{ path: "/" }], optional: true },
  { path: container, weak: [] },
  { path: `${container}.allowPrivilegeEscalation`, weak: [true] },
  { path: `${container}.privileged`, weak: [true], optional: true },
  { path: `${container}.readOnlyRootFilesystem`, weak: [false] },
  { path: `${container}.capabilities`, weak: [{}] },
  { path: `${container}.capabilities.drop`, weak: [[], ["NET_RAW"]] },
  { path: `${pod}.containers.*.image`, weak: ["registry.example.com/worker:latest"] },
];

/** The device plugin's pod leaves to its container what others say of the pod. */
const daemonFields: readonly Field[] = [
  { path: `${container}.seccompProfile.type`, weak: ["Unconfined"] },
];

function unwrapped(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null && "value" in value ? [value.value] : [];
}

export const kubernetesFields: readonly SecurityField[] = [
  ...servers.flatMap((of) => [...podFields, ...everyPodFields].map((field) => ({ of, ...field }))),
  ...[...everyPodFields, ...daemonFields].map((field) => ({ of: daemons, ...field })),
  {
    of: namespace,
    path: "metadata.labels.[pod-security.kubernetes.io/enforce]",
    weak: ["baseline", "privileged"],
  },
  // An edge that says too little about its direction opens nothing.
  { of: policy, path: "spec.policyTypes", weak: [["Ingress"], ["Egress"]], only: /-deny-all$/ },
  {
    of: policy,
    path: "spec.podSelector",
    weak: [{ matchLabels: { app: "one" } }],
    only: /-deny-all$/,
  },
  { of: policy, path: "spec.ingress.*.from", weak: [[]] },
  { of: policy, path: "spec.ingress.*.ports", weak: [[]] },
  { of: policy, path: "spec.egress.*.to", weak: [[]] },
  { of: policy, path: "spec.egress.*.ports", weak: [[]] },
  { of: service, path: "spec.loadBalancerSourceRanges", weak: [["0.0.0.0/0"], []] },
  { of: service, path: "spec.type", weak: ["NodePort"], optional: true },
  { of: "kubernetes:core/v1:Secret", path: "data", weak: unwrapped },
  {
    of: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    path: "rules.*.verbs",
    weak: [["*"]],
    optional: true,
  },
  {
    of: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    path: "rules.*.resources",
    weak: [["*"]],
    optional: true,
  },
  {
    of: "kubernetes:storage.k8s.io/v1:StorageClass",
    path: "parameters.encrypted",
    weak: ["false"],
  },
  { of: "pulumi:providers:kubernetes", path: "kubeconfig", weak: unwrapped },
  { of: "pulumi:providers:kubernetes", path: "clusterIdentifier", weak: [""] },
];
