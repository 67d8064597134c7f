import { spread } from "../../../policy/rules/availability/spread.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, podSpec, podWith } from "../kit/workloads.ts";
import { autoscaler, otherSelector, patchOf, selector, sized } from "./shop.ts";

const host = "kubernetes.io/hostname";
const zone = "topology.kubernetes.io/zone";
const none = podSpec({ topologySpreadConstraints: undefined });
const together = deployment(none);

const evenly = (changes: object = {}) => ({
  maxSkew: 1,
  topologyKey: host,
  whenUnsatisfiable: "ScheduleAnyway",
  labelSelector: selector,
  ...changes,
});
const spreading = (...topologySpreadConstraints: unknown[]) =>
  podWith({ topologySpreadConstraints });
const term = { topologyKey: host, labelSelector: selector };
const apart = (podAntiAffinity: object) => deployment({ ...none, affinity: { podAntiAffinity } });
const preferred = (changes: object = {}) =>
  apart({
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { ...term, ...changes } },
    ],
  });
const required = (changes: object = {}) =>
  apart({ requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, ...changes }] });

const named = [{ key: "app.kubernetes.io/name", operator: "Exists" }];
const both = { topologyKeys: [host, zone] };
const loose = evenly({ maxSkew: 6 });
const pinned = { nodeSelector: { [host]: "node-1" } };
const onOne = (what: string) => `has 2 pods, and ${what} puts all of them on one node`;
const nothing = `shop/cart: has 2 pods, and nothing spreads them over ${host}`;
const others = `what spreads over ${host} selects other pods (app.kubernetes.io/name=till)`;
const selectsOther = `what spreads over ${host} selects other pods`;

describeRule(spread, {
  passes: [
    ["a constraint", deployment()],
    ["one by an expression", spreading(evenly({ labelSelector: { matchExpressions: named } }))],
    ["a preferred anti-affinity", preferred()],
    ["a required anti-affinity", required()],
    ["an anti-affinity with the own namespace", required({ namespaces: ["other", "shop"] })],
    ["an anti-affinity with all namespaces", required({ namespaceSelector: {} })],
    ["an anti-affinity with everything", required({ labelSelector: {} })],
    ["one pod", sized(1, together)],
    ["an autoscaler of one pod", [sized(undefined, together), autoscaler({ maxReplicas: 1 })]],
    ["one pod on each node", kindsWithPods["DaemonSet"]!(none)],
    ["a Job", kindsWithPods["Job"]!(none)],
    ["a patch", patchOf(together)],
    ["each topology of the settings", spreading(evenly(), evenly({ topologyKey: zone })), both],
    ["an even constraint beside an uneven one", spreading(loose, evenly())],
    ["a single Pod on a node", kindsWithPods["Pod"]!(podSpec(pinned))],
  ],
  fails: [
    ["a Deployment that nothing spreads", together, `${nothing}. Fix: add an entry`],
    ["a StatefulSet that nothing spreads", kindsWithPods["StatefulSet"]!(none), nothing],
    [
      "an autoscaler's pods that nothing spreads",
      [sized(undefined, together), autoscaler()],
      "has 2 to 6 pods by HorizontalPodAutoscaler shop/cart, and nothing spreads them",
    ],
    ["an empty list", spreading(), nothing],
    ["a constraint over another topology", spreading(evenly({ topologyKey: zone })), nothing],
    ["an empty anti-affinity", apart({}), nothing],
    ["an anti-affinity over another topology", required({ topologyKey: zone }), nothing],
    ["a constraint of others", spreading(evenly({ labelSelector: otherSelector })), others],
    ["a preference about others", preferred({ labelSelector: otherSelector }), others],
    ["a requirement about others", required({ labelSelector: otherSelector }), others],
    ["a constraint of no pods", spreading(evenly({ labelSelector: undefined })), selectsOther],
    ["a constraint of all pods together", spreading(evenly({ labelSelector: {} })), selectsOther],
    ["an anti-affinity elsewhere", required({ namespaces: ["other"] }), selectsOther],
    ["one topology of two", spreading(evenly()), `nothing spreads them over ${zone}`, both],
    ["neither topology of two", together, [nothing, `nothing spreads them over ${zone}`], both],
    ["an uneven constraint", spreading(loose), `maxSkew for ${host} is 6, more than 5`],
    ["a node by name", podWith({ nodeName: "node-1" }), onOne("nodeName")],
    ["an unknown node by name", podWith({ nodeName: unknown }), onOne("nodeName")],
    ["a node by its label", podWith(pinned), onOne(`nodeSelector["${host}"]`)],
    ["an unknown topology", spreading(evenly({ topologyKey: unknown })), "topologyKey is not"],
  ],
});
