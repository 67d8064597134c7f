import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels, type App } from "../kit/app.ts";
import { grantIn, type Right } from "../kit/network/kubernetes-access.ts";
import { adapterApp, certificatesName, externalMetrics, operatorApp } from "./identity.ts";

type Rule = k8s.types.input.rbac.v1.PolicyRule;

const group = "rbac.authorization.k8s.io";
const look = ["get", "list", "watch"];
const note = ["update", "patch"];

/*
 * Less than upstream's ClusterRole, which reads every object of the cluster and every Secret: KEDA_RESTRICT_SECRET_ACCESS
 * and WATCH_NAMESPACE make do with these.
 */

/** In the namespaces of what it scales. */
const scalingRules: Right[] = [
  { apiGroups: ["keda.sh"], resources: ["scaledobjects"], verbs: [...look, ...note] },
  {
    apiGroups: ["keda.sh"],
    resources: ["scaledobjects/status", "scaledobjects/finalizers"],
    verbs: ["get", ...note],
  },
  { apiGroups: ["keda.sh"], resources: ["scaledjobs", "triggerauthentications"], verbs: look },
  { apiGroups: ["eventing.keda.sh"], resources: ["cloudeventsources"], verbs: look },
  {
    apiGroups: ["autoscaling"],
    resources: ["horizontalpodautoscalers"],
    verbs: [...look, ...note, "create", "delete"],
  },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: look },
  { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["get", ...note] },
  // How many are ready, when a trigger fails.
  { apiGroups: [""], resources: ["pods"], verbs: look },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
];

/** In its own namespace: who leads, its certificates, and its way into the broker. */
const ownRules: Right[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    resourceNames: ["operator.keda.sh"],
    verbs: ["get", ...note],
  },
  { apiGroups: [""], resources: ["secrets"], verbs: look },
  { apiGroups: [""], resources: ["secrets"], resourceNames: [certificatesName], verbs: note },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
];

/** Of objects that are in no namespace. */
const clusterRules: Rule[] = [
  {
    apiGroups: ["keda.sh"],
    resources: ["clustertriggerauthentications"],
    verbs: [...look, ...note],
  },
  {
    apiGroups: ["keda.sh"],
    resources: ["clustertriggerauthentications/status"],
    verbs: ["get", ...note],
  },
  { apiGroups: ["eventing.keda.sh"], resources: ["clustercloudeventsources"], verbs: look },
  { apiGroups: ["apiregistration.k8s.io"], resources: ["apiservices"], verbs: look },
  {
    apiGroups: ["apiregistration.k8s.io"],
    resources: ["apiservices"],
    resourceNames: [externalMetrics.name],
    verbs: note,
  },
];

/** What the adapter is asked for is in the ScaledObjects. */
const adapterRules: Right[] = [
  { apiGroups: ["keda.sh"], resources: ["scaledobjects"], verbs: look },
];

function subjectOf({ name, namespace }: App) {
  return [{ kind: "ServiceAccount", name, namespace }];
}

function grantOperator(
  name: string,
  scaled: readonly string[],
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const app = operatorApp;
  const metadata = { name: `framewright-${app.name}`, labels: labels(app) };
  const role = new k8s.rbac.v1.ClusterRole(
    `${name}-operator-cluster-role`,
    { metadata, rules: clusterRules },
    { parent },
  );
  const binding = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-operator-cluster-binding`,
    {
      metadata,
      roleRef: { apiGroup: group, kind: "ClusterRole", name: metadata.name },
      subjects: subjectOf(app),
    },
    { parent },
  );
  return [
    role,
    binding,
    ...grantIn(
      `${name}-operator-own`,
      { app, rights: ownRules, namespaces: [app.namespace] },
      parent,
    ),
    ...grantIn(`${name}-operator`, { app, rights: scalingRules, namespaces: scaled }, parent),
  ];
}

/** The Kubernetes API passes on who asks; the adapter asks it back whether that is so, and whether they may. */
function grantAdapter(
  name: string,
  scaled: readonly string[],
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const app = adapterApp;
  const subjects = subjectOf(app);
  const delegation = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-adapter-delegation`,
    {
      metadata: { name: `framewright-${app.name}-delegation`, labels: labels(app) },
      roleRef: { apiGroup: group, kind: "ClusterRole", name: "system:auth-delegator" },
      subjects,
    },
    { parent },
  );
  const reader = "extension-apiserver-authentication-reader";
  const authorities = new k8s.rbac.v1.RoleBinding(
    `${name}-adapter-authorities`,
    {
      metadata: { name: `framewright-${app.name}`, namespace: "kube-system", labels: labels(app) },
      roleRef: { apiGroup: group, kind: "Role", name: reader },
      subjects,
    },
    { parent },
  );
  return [
    delegation,
    authorities,
    ...grantIn(`${name}-adapter`, { app, rights: adapterRules, namespaces: scaled }, parent),
  ];
}

/** What the two may do in the cluster. That autoscalers read metrics is among Kubernetes' own rights. */
export function grantRights(
  name: string,
  scaled: readonly string[],
  parent: pulumi.Resource,
): pulumi.Resource[] {
  return [...grantOperator(name, scaled, parent), ...grantAdapter(name, scaled, parent)];
}
