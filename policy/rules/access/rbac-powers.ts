/** A right that includes others. */
export interface Power {
  readonly name: string;
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** What its holder becomes able to do. */
  readonly allows: string;
  /** Whether it is harmless where resourceNames say for which objects it is. */
  readonly isBoundByNames?: boolean;
  /** Whether it is one only in the namespaces of the cluster itself. */
  readonly isOfSystem?: boolean;
}

const rbac = ["rbac.authorization.k8s.io"];
const changing = ["create", "update", "patch"];

/** https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks */
export const powers: readonly Power[] = [
  {
    name: "escalate",
    groups: rbac,
    resources: ["roles", "clusterroles"],
    verbs: ["escalate"],
    allows: "grant itself anything",
    isBoundByNames: true,
  },
  {
    name: "bind",
    groups: rbac,
    resources: ["roles", "clusterroles"],
    verbs: ["bind"],
    allows: "bind itself to any role",
    isBoundByNames: true,
  },
  {
    name: "impersonate",
    groups: ["", "authentication.k8s.io"],
    resources: ["users", "groups", "serviceaccounts", "uids"],
    verbs: ["impersonate"],
    allows: "act as anybody",
    isBoundByNames: true,
  },
  {
    name: "secrets",
    groups: [""],
    resources: ["secrets"],
    verbs: ["get", "list", "watch"],
    allows: "read every Secret",
    isBoundByNames: true,
  },
  {
    name: "new-secrets",
    groups: [""],
    resources: ["secrets"],
    verbs: ["create"],
    allows: "take the token of any ServiceAccount of the namespace, by a Secret of that type",
  },
  {
    name: "exec",
    groups: [""],
    resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"],
    verbs: ["create", "get"],
    allows: "get into any pod",
    isBoundByNames: true,
  },
  {
    name: "ephemeral-containers",
    groups: [""],
    resources: ["pods/ephemeralcontainers"],
    verbs: ["update", "patch"],
    allows: "put a container into any pod",
    isBoundByNames: true,
  },
  {
    name: "node-proxy",
    groups: [""],
    resources: ["nodes/proxy"],
    verbs: ["get", "create", "update", "patch", "delete"],
    allows: "run commands in every pod of a node, unseen by admission and audit",
  },
  {
    name: "pods",
    groups: [""],
    resources: ["pods", "replicationcontrollers", "podtemplates"],
    verbs: changing,
    allows: "run a pod with any ServiceAccount and Secret of the namespace",
    isBoundByNames: true,
  },
  {
    name: "workloads",
    groups: ["apps", "batch"],
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs"],
    verbs: changing,
    allows: "run a pod with any ServiceAccount and Secret of the namespace",
    isBoundByNames: true,
  },
  {
    name: "tokens",
    groups: [""],
    resources: ["serviceaccounts/token"],
    verbs: ["create"],
    allows: "take the token of any ServiceAccount",
    isBoundByNames: true,
  },
  {
    name: "volumes",
    groups: [""],
    resources: ["persistentvolumes"],
    verbs: ["create"],
    allows: "mount any path of a node",
  },
  {
    name: "certificates",
    groups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests/approval", "signers"],
    verbs: ["update", "patch", "approve", "sign"],
    allows: "give itself a certificate of any user",
    isBoundByNames: true,
  },
  {
    name: "webhooks",
    groups: ["admissionregistration.k8s.io"],
    resources: [
      "validatingwebhookconfigurations",
      "mutatingwebhookconfigurations",
      "mutatingadmissionpolicies",
      "mutatingadmissionpolicybindings",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
    ],
    verbs: [...changing, "delete"],
    allows: "read and change every object that is admitted",
    isBoundByNames: true,
  },
  {
    name: "namespaces",
    groups: [""],
    resources: ["namespaces"],
    verbs: ["update", "patch"],
    allows: "take off the labels that hold pods of a namespace to Pod Security",
    isBoundByNames: true,
  },
  {
    name: "system-settings",
    groups: ["", "coordination.k8s.io"],
    resources: ["configmaps", "leases"],
    verbs: ["update", "patch", "delete", "deletecollection"],
    allows: "change how the cluster's own parts work, or stop them",
    isBoundByNames: true,
    isOfSystem: true,
  },
];
