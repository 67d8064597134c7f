import { defaultDeny } from "../../../policy/rules/access/guarded-namespaces.ts";
import { withFields } from "../kit/change.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, objectOf } from "../kit/workloads.ts";
import { denyAll, namespaceObject, wayToDns } from "./objects.ts";

const shop = namespaceObject();
const both = "denies Ingress and Egress to all pods";
const ingress = denyAll({ policyTypes: ["Ingress"] }, { name: "in" });
const egress = denyAll({ policyTypes: ["Egress"] }, { name: "out" });
const exists = { matchExpressions: [{ key: "app", operator: "Exists" }] };
const inNamespace = (namespace: unknown) =>
  withFields(deployment(), { "metadata.namespace": namespace });

describeRule(defaultDeny, {
  passes: [
    ["a namespace that denies all", [shop, denyAll(), deployment()]],
    ["pods in a namespace that denies all", [deployment(), denyAll()]],
    ["one policy for each direction", [shop, ingress, egress]],
    ["empty lists of edges", [shop, denyAll({ ingress: [], egress: [] })]],
    ["no podSelector, which selects all too", [shop, denyAll({ podSelector: undefined })]],
    ["a policy beside it that opens something", [shop, denyAll(), wayToDns()]],
    ["objects without pods", objectOf("ConfigMap", {}, { namespace: "elsewhere" })],
    ["pods in a namespace of the cluster", inNamespace("kube-system")],
    ["a namespace that is only patched", { ...shop, type: `${shop.type}Patch` }],
  ],
  fails: [
    ["a namespace without a", [shop, deployment()], `Namespace shop: no NetworkPolicy ${both}`],
    ["pods without a policy", deployment(), "Deployment shop/cart: no NetworkPolicy denies"],
    ["pods that name no namespace", inNamespace(undefined), 'of namespace "default"'],
    ["an empty namespace", namespaceObject("empty"), both],
    ["two namespaces", [deployment(), { ...inNamespace("other"), name: "b" }], ["shop", "other"]],
    ["a policy of another namespace", [shop, denyAll({}, { namespace: "other" })], both],
    ["one for pods by label", [shop, denyAll({ podSelector: { matchLabels: { a: "b" } } })], both],
    ["a policy for pods by expression", [shop, denyAll({ podSelector: exists })], both],
    ["a policy without policyTypes", [shop, denyAll({ policyTypes: undefined })], both],
    ["a policy of Ingress alone", [shop, ingress], "denies Egress to"],
    ["a policy of Egress alone", [shop, egress], "denies Ingress to"],
    ["a policy that lets something out", [shop, denyAll({ egress: [{}] })], "denies Egress to"],
    ["a policy that lets something in", [shop, denyAll({ ingress: [{}] })], "denies Ingress to"],
  ],
});
