import { Type } from "typebox";
import { cisKubernetes, kubernetesDocs } from "../../kit/frameworks.ts";
import { listAt, textsAt } from "../../kit/json.ts";
import { eachObject } from "../../kit/objects.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { roleKinds } from "./rbac.ts";

interface Power {
  readonly name: string;
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** What its holder becomes able to do. */
  readonly allows: string;
  /** Whether it is harmless where resourceNames say for which objects it is. */
  readonly isBoundByNames?: boolean;
}

const rbac = ["rbac.authorization.k8s.io"];
const changing = ["create", "update", "patch"];

/** https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks */
const powers: readonly Power[] = [
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
    name: "exec",
    groups: [""],
    resources: ["pods/exec", "pods/attach", "pods/portforward"],
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
    verbs: ["create"],
    allows: "run a pod with any ServiceAccount and Secret of the namespace",
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
    resources: ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
    verbs: changing,
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
];

function shared(given: readonly string[], wanted: readonly string[]): string[] {
  return given.filter((text) => wanted.includes(text));
}

/** What of a power a rule grants, like `get, list secrets`; undefined if nothing. */
function grantOf(rule: unknown, power: Power): string | undefined {
  const verbs = shared(textsAt(rule, "verbs"), power.verbs);
  const resources = shared(textsAt(rule, "resources"), power.resources);
  const groups = shared(textsAt(rule, "apiGroups"), power.groups);
  if (verbs.length === 0 || resources.length === 0 || groups.length === 0) return undefined;
  // A name binds no request that creates an object of its own.
  const creates = verbs.includes("create") && resources.some((name) => !name.includes("/"));
  const isBound = textsAt(rule, "resourceNames").length > 0 && !creates;
  if (power.isBoundByNames === true && isBound) return undefined;
  return `${verbs.join(", ")} ${resources.join(", ")}`;
}

export const rbacEscalation = resourceRule({
  name: "rbac-escalation",
  title: "No role grants what makes its holder more than it is",
  why: "Some rights include all others: who may create pods or read Secrets takes the identity of whoever owns them.",
  fix: "take the right away, or bind it to single objects by resourceNames where that binds it",
  severity: "high",
  frameworks: [
    kubernetesDocs("Role Based Access Control Good Practices"),
    cisKubernetes("Limit use of the Bind, Impersonate and Escalate permissions"),
    cisKubernetes("Minimize access to secrets"),
    cisKubernetes("Minimize access to create pods"),
  ],
  config: Type.Object({
    tolerated: Type.Array(Type.Enum(powers.map(({ name }) => name)), {
      default: [],
      description: "Rights that roles of this organisation may grant.",
    }),
  }),
  check: (subject, report, { tolerated }) => {
    const judged = powers.filter(({ name }) => !tolerated.includes(name));
    eachObject(subject, roleKinds, report, (role, reportRole) => {
      for (const [i, rule] of listAt(role, "rules").entries()) {
        for (const power of judged) {
          const grant = grantOf(rule, power);
          if (grant !== undefined)
            reportRole(`rules.${i} grants ${grant}: enough to ${power.allows}`);
        }
      }
    });
  },
});
