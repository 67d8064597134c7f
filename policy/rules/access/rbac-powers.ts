/** A right that includes others. */
export interface Power {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly allows: string;
  /** Whether it is harmless where resourceNames say for which objects it is. */
  readonly isBoundByNames?: boolean;
  /** Whether it is one only in the namespaces of the cluster itself. */
  readonly isOfSystem?: boolean;
}

const everyRole = "roles.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io";
const change = "create update patch";
const asAnyAccount = "run a pod with any ServiceAccount and Secret of the namespace";

/** Verbs, and resources as kubectl takes them: `deployments.apps`, and `pods` of the core group. */
function power(
  verbs: string,
  resources: string,
  allows: string,
  more: Pick<Power, "isBoundByNames" | "isOfSystem"> = { isBoundByNames: true },
): Power {
  const parts = resources.split(" ").map((resource) => {
    const [name = "", ...group] = resource.split(".");
    return { name, group: group.join(".") };
  });
  return {
    verbs: verbs.split(" "),
    groups: [...new Set(parts.map(({ group }) => group))],
    resources: [...new Set(parts.map(({ name }) => name))],
    allows,
    ...more,
  };
}

/** https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks */
export const powers: readonly Power[] = [
  power("escalate", everyRole, "grant itself anything"),
  power("bind", everyRole, "bind itself to any role"),
  power(
    "impersonate",
    "users groups serviceaccounts users.authentication.k8s.io uids.authentication.k8s.io",
    "act as anybody",
  ),
  power("get list watch", "secrets", "read every Secret"),
  power(
    "create",
    "secrets",
    "take the token of any ServiceAccount of the namespace, by a Secret of that type",
    {},
  ),
  power(
    "create get",
    "pods/exec pods/attach pods/portforward pods/proxy services/proxy",
    "get into any pod",
  ),
  power("update patch", "pods/ephemeralcontainers", "put a container into any pod"),
  power(
    "get create update patch delete",
    "nodes/proxy",
    "run commands in every pod of a node, unseen by admission and audit",
    {},
  ),
  power(change, "pods replicationcontrollers podtemplates", asAnyAccount),
  power(
    change,
    "deployments.apps statefulsets.apps daemonsets.apps replicasets.apps jobs.batch cronjobs.batch",
    asAnyAccount,
  ),
  power("create", "serviceaccounts/token", "take the token of any ServiceAccount"),
  power("create", "persistentvolumes", "mount any path of a node", {}),
  power(
    "update patch approve sign",
    "certificatesigningrequests/approval.certificates.k8s.io signers.certificates.k8s.io",
    "give itself a certificate of any user",
  ),
  power(
    `${change} delete`,
    ["webhookconfigurations", "admissionpolicies", "admissionpolicybindings"]
      .flatMap((objects) => [`validating${objects}`, `mutating${objects}`])
      .map((name) => `${name}.admissionregistration.k8s.io`)
      .join(" "),
    "read and change every object that is admitted",
  ),
  power(
    "update patch",
    "namespaces",
    "take off the labels that hold pods of a namespace to Pod Security",
  ),
  power(
    "update patch delete deletecollection",
    "configmaps leases.coordination.k8s.io",
    "change how the cluster's own parts work, or stop them",
    { isBoundByNames: true, isOfSystem: true },
  ),
];
