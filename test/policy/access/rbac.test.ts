import {
  bindings,
  rbacEscalation,
  rbacWildcards,
} from "../../../policy/rules/access/rbac-rules.ts";
import { describeRule, type Failing } from "../kit/rule-cases.ts";
import { objectOf } from "../kit/workloads.ts";
import { clusterObject } from "./objects.ts";

const group = "rbac.authorization.k8s.io";
const account = { kind: "ServiceAccount", name: "cart", namespace: "shop" };
const team = { kind: "Group", name: "team" };

function binding(name: string, holder: object = account, kind = "ClusterRole") {
  return { roleRef: { apiGroup: group, kind, name }, subjects: [holder] };
}

const inNamespace = (fields: object) => objectOf(`${group}/RoleBinding`, { ...fields });
const inCluster = (fields: object) => clusterObject(`${group}/ClusterRoleBinding`, { ...fields });

const refused = [
  { kind: "ServiceAccount", name: "default", namespace: "shop" },
  { kind: "Group", name: "system:authenticated" },
  { kind: "Group", name: "system:serviceaccounts:shop" },
  { kind: "Group", name: "system:masters" },
  { kind: "User", name: "system:anonymous" },
  { kind: "User", name: "system:serviceaccount:shop:default" },
];

describeRule(bindings, {
  passes: [
    ["an account of its own", inNamespace(binding("view"))],
    ["a group of people", inCluster(binding("view", team))],
    ["a user of that name", inCluster(binding("view", { kind: "User", name: "default" }))],
    ["nobody", inNamespace({ ...binding("view"), subjects: [] })],
    ["a role of that name in a namespace", inNamespace(binding("cluster-admin", account, "Role"))],
    ["rights of edit for people in a namespace", inNamespace(binding("edit", team))],
  ],
  fails: [
    ...["cluster-admin", "system:controller:job-controller"].flatMap((name): Failing[] => [
      [`${name} in a namespace`, inNamespace(binding(name, team)), `cart: binds to ${name}`],
      [`${name} in the cluster`, inCluster(binding(name, team)), `cart: binds to ${name}`],
    ]),
    ["edit for a ServiceAccount", inNamespace(binding("edit")), "binds to edit"],
    ["admin for people in the cluster", inCluster(binding("admin", team)), "binds to admin"],
    ...refused.flatMap((holder): Failing[] => {
      const says = `gives rights to ${holder.kind} ${holder.name}`;
      return [
        [`${holder.name} in a namespace`, inNamespace(binding("view", holder)), says],
        [`${holder.name} in the cluster`, inCluster(binding("view", holder)), says],
      ];
    }),
  ],
});

function role(apiGroup: string, resource: string, verb: string, names?: string[]) {
  const rule = { apiGroups: [apiGroup], resources: [resource], verbs: [verb, "deletecollection"] };
  return objectOf(`${group}/Role`, { rules: [{ ...rule, resourceNames: names }] });
}

const escalating = [
  [group, "roles", "escalate", "grant itself anything"],
  [group, "clusterroles", "bind", "bind itself to any role"],
  ["", "users", "impersonate", "act as anybody"],
  ["", "secrets", "get", "read every Secret"],
  ["", "secrets", "list", "read every Secret"],
  ["", "secrets", "create", "take the token of any ServiceAccount"],
  ["", "pods/exec", "create", "get into any pod"],
  ["", "services/proxy", "get", "get into any pod"],
  ["", "pods/ephemeralcontainers", "patch", "put a container into any pod"],
  ["", "nodes/proxy", "get", "run commands in every pod of a node"],
  ["", "pods", "patch", "run a pod with any ServiceAccount"],
  ["apps", "deployments", "patch", "run a pod with any ServiceAccount"],
  ["batch", "cronjobs", "create", "run a pod with any ServiceAccount"],
  ["", "serviceaccounts/token", "create", "take the token of any ServiceAccount"],
  ["", "persistentvolumes", "create", "mount any path of a node"],
  ["certificates.k8s.io", "signers", "approve", "give itself a certificate of any user"],
  ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", "update", "read and change"],
  ["", "namespaces", "patch", "take off the labels"],
] as const;

const settings = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "update"] };
const changer = (rule: object, namespace: string) =>
  objectOf(`${group}/Role`, { rules: [rule] }, { namespace });
const ofSystem = "rules.0 grants update configmaps: enough to change how the cluster's own parts";

describeRule(rbacEscalation, {
  passes: [
    ...escalating.map(([apiGroup, resource]) => {
      return [
        `harmless verbs on ${resource}`,
        role(apiGroup, resource, "deletecollection"),
      ] as const;
    }),
    ["resources of another group", role("other.example.com", "secrets", "get")],
    ["a named Secret", role("", "secrets", "get", ["mine"])],
    ["a named Deployment", role("apps", "deployments", "update", ["mine"])],
    ["the token of a named account", role("", "serviceaccounts/token", "create", ["mine"])],
    ["wildcards, which are another rule's", role("*", "*", "*")],
    ["ConfigMaps of a namespace of one's own", changer(settings, "shop")],
    ["a named one of the system", changer({ ...settings, resourceNames: ["a"] }, "kube-system")],
  ],
  fails: [
    ...escalating.map(([apiGroup, resource, verb, allows]): Failing => {
      const says = `rules.0 grants ${verb} ${resource}: enough to ${allows}`;
      return [`${verb} ${resource}`, role(apiGroup, resource, verb), says];
    }),
    ["names that do not bind", role("", "pods", "create", ["mine"]), "grants create pods"],
    ["names on a node's proxy", role("", "nodes/proxy", "get", ["mine"]), "grants get nodes/proxy"],
    ["ConfigMaps of the system", changer(settings, "kube-system"), ofSystem],
    ["ConfigMaps of all", clusterObject(`${group}/ClusterRole`, { rules: [settings] }), ofSystem],
  ],
});

const readPods = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };
const roleOf = (rule: object) => objectOf(`${group}/Role`, { rules: [readPods, rule] });
const clusterRole = (fields: object) => clusterObject(`${group}/ClusterRole`, { ...fields });
const urls = (...nonResourceURLs: string[]) => clusterRole({ rules: [{ nonResourceURLs }] });
const aggregated = (selector: object) =>
  clusterRole({ aggregationRule: { clusterRoleSelectors: [selector] } });
describeRule(rbacWildcards, {
  passes: [
    ["what is named", roleOf(readPods)],
    ["a URL with a star at its end", urls("/healthz/*")],
    ["a binding", objectOf(`${group}/RoleBinding`, { roleRef: { name: "*" } })],
  ],
  fails: [
    ["all verbs", roleOf({ ...readPods, verbs: ["get", "*"] }), "rules.1 grants all verbs"],
    ["all resources", roleOf({ ...readPods, resources: ["*"] }), "rules.1 grants all resources"],
    ["a subresource of all", roleOf({ ...readPods, resources: ["*/scale"] }), "all resources"],
    ["all groups", roleOf({ ...readPods, apiGroups: ["*"] }), "rules.1 grants all apiGroups"],
    ["all URLs", urls("*"), "ClusterRole cart: rules.0 grants all nonResourceURLs"],
    ["all URLs by their root", urls("/*"), "grants all nonResourceURLs"],
    ["the rules of others", aggregated({ matchLabels: { a: "b" } }), "takes up rules of others"],
  ],
});
