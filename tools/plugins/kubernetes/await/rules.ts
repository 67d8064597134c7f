import { isObject, listAt, objectAt, scalarText, textAt, type JsonObject } from "../../kit/json.ts";
import { rootOf, type Cluster } from "../client/cluster.ts";
import {
  autoscalerVerdict,
  awaitsEndpoints,
  claimVerdict,
  daemonSetVerdict,
  definitionVerdict,
  deploymentVerdict,
  ingressVerdict,
  jobVerdict,
  podVerdict,
  serviceVerdict,
  statefulSetVerdict,
  volumeVerdict,
} from "./workloads.ts";
import type { Verdict } from "./verdict.ts";

/** Where an object's pods or endpoints are found. */
export interface Related {
  path: string;
  query: Readonly<Record<string, string>>;
  /** Whether the objects there are the pods whose problems explain a failure. */
  pods: boolean;
}

/** How one kind becomes ready. */
export interface Rule {
  timeoutSeconds: number;
  decide(object: JsonObject, related: readonly JsonObject[]): Verdict;
  related?(object: JsonObject): Related | undefined;
  /** Whether there is nothing to wait for, as far as only the cluster can tell. */
  skip?(object: JsonObject, cluster: Cluster): Promise<boolean>;
}

const tenMinutes = 600;
const fiveMinutes = 300;
const defaultClassAnnotation = "storageclass.kubernetes.io/is-default-class";

function expressionText(expression: JsonObject): string {
  const key = textAt(expression, "key") ?? "";
  const values = `(${listAt(expression, "values").map(scalarText).join(",")})`;
  const operator = textAt(expression, "operator") ?? "Exists";
  if (operator === "In") return `${key} in ${values}`;
  if (operator === "NotIn") return `${key} notin ${values}`;
  return operator === "DoesNotExist" ? `!${key}` : key;
}

/** A label selector in the form a query takes. */
export function selectorText(selector: JsonObject | undefined): string {
  const labels = Object.entries(objectAt(selector, "matchLabels") ?? {});
  const expressions = listAt(selector, "matchExpressions").filter(isObject);
  return [
    ...labels.map(([key, value]) => `${key}=${scalarText(value)}`),
    ...expressions.map(expressionText),
  ].join(",");
}

function namespaceOf(object: JsonObject): string {
  return textAt(object, "metadata", "namespace") ?? "default";
}

function podsOf(object: JsonObject): Related | undefined {
  const labelSelector = selectorText(objectAt(object, "spec", "selector"));
  if (labelSelector === "") return undefined;
  return {
    path: `/api/v1/namespaces/${namespaceOf(object)}/pods`,
    query: { labelSelector },
    pods: true,
  };
}

function endpointsOf(object: JsonObject): Related | undefined {
  if (!awaitsEndpoints(object)) return undefined;
  const name = textAt(object, "metadata", "name") ?? "";
  return {
    path: `${rootOf("discovery.k8s.io/v1")}/namespaces/${namespaceOf(object)}/endpointslices`,
    query: { labelSelector: `kubernetes.io/service-name=${name}` },
    pods: false,
  };
}

/** A claim whose class binds with the first pod stays pending until there is one. */
async function bindsWithFirstPod(claim: JsonObject, cluster: Cluster): Promise<boolean> {
  const wanted = textAt(claim, "spec", "storageClassName");
  if (wanted === "") return false;
  const classes = await cluster.list(`${rootOf("storage.k8s.io/v1")}/storageclasses`, {});
  const isDefault = (entry: JsonObject): boolean =>
    textAt(entry, "metadata", "annotations", defaultClassAnnotation) === "true";
  const used = classes.find((entry) =>
    wanted === undefined ? isDefault(entry) : textAt(entry, "metadata", "name") === wanted,
  );
  return used !== undefined && textAt(used, "volumeBindingMode") === "WaitForFirstConsumer";
}

function workload(decide: Rule["decide"]): Rule {
  return { timeoutSeconds: tenMinutes, decide, related: podsOf };
}

/** Kinds that are waited for, by API group and kind. All others are ready once they exist. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["apps/Deployment", workload(deploymentVerdict)],
  ["apps/StatefulSet", workload(statefulSetVerdict)],
  ["apps/DaemonSet", workload(daemonSetVerdict)],
  ["batch/Job", workload(jobVerdict)],
  ["/Pod", { timeoutSeconds: tenMinutes, decide: podVerdict }],
  ["/Service", { timeoutSeconds: tenMinutes, decide: serviceVerdict, related: endpointsOf }],
  [
    "/PersistentVolumeClaim",
    { timeoutSeconds: fiveMinutes, decide: claimVerdict, skip: bindsWithFirstPod },
  ],
  ["/PersistentVolume", { timeoutSeconds: fiveMinutes, decide: volumeVerdict }],
  ["networking.k8s.io/Ingress", { timeoutSeconds: tenMinutes, decide: ingressVerdict }],
  [
    "autoscaling/HorizontalPodAutoscaler",
    { timeoutSeconds: fiveMinutes, decide: autoscalerVerdict },
  ],
  [
    "apiextensions.k8s.io/CustomResourceDefinition",
    { timeoutSeconds: fiveMinutes, decide: definitionVerdict },
  ],
]);

export function ruleFor(object: JsonObject): Rule | undefined {
  const apiVersion = textAt(object, "apiVersion") ?? "";
  const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
  return rules.get(`${group}/${textAt(object, "kind") ?? ""}`);
}
