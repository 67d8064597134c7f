import { matchingSelectors } from "../../../policy/rules/availability/matching-selectors.ts";
import { withFields } from "../kit/change.ts";
import { unknown, type TestResource } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import {
  container,
  deployment,
  kindsWithPods,
  objectOf,
  podSpec,
  podWith,
} from "../kit/workloads.ts";
import {
  autoscaler,
  budget,
  daemonSet,
  otherSelector,
  patchOf,
  scaling,
  service,
  statefulSet,
} from "./shop.ts";

const till = otherSelector.matchLabels;
const elsewhere = { namespace: "elsewhere" };
const away = { "metadata.namespace": "elsewhere" };
const named = (name: unknown, resource: TestResource) =>
  withFields(resource, { "metadata.name": name });
const to = (targetPort: unknown, more: object = {}) =>
  service({ ports: [{ port: 80, targetPort, ...more }] });
const listening = (...ports: object[]) => podWith({ containers: [container({ ports })] });
const dns = { name: "dns", containerPort: 53, protocol: "UDP" };
const proxied = podWith({
  containers: [container({ ports: [] })],
  initContainers: [container({ name: "proxy", restartPolicy: "Always" })],
});
const late = container({ ports: [{ name: "late", containerPort: 1 }] });
const rollout = objectOf("example.com/Rollout", {}, { name: "shelf" });
const targetless = autoscaler({ scaleTargetRef: { kind: "Deployment" } });

const noPods = "selects no pods: none of its namespace has app.kubernetes.io/name=till";
describeRule(matchingSelectors, {
  passes: [
    ["selectors that select", [deployment(), service(), budget(), autoscaler()]],
    ["a Service of a DaemonSet", [daemonSet, service()]],
    ["a Service of a single pod", [kindsWithPods["Pod"]!(podSpec()), service()]],
    ["a Service without a selector", [deployment(), service({ selector: undefined })]],
    ["a Service with an empty selector", [deployment(), service({ selector: {} })]],
    ["the name of another host", [deployment(), service({ type: "ExternalName", selector: till })]],
    ["a Service beside no pods, which others make", service()],
    ["a Service beside none there", [deployment(), service({ selector: till }, elsewhere)]],
    ["a port by its number", [deployment(), to(9999)]],
    ["a port by itself", [deployment(), to(undefined)]],
    ["a port of a sidecar", [proxied, service()]],
    ["a port by its protocol", [listening(dns), to("dns", { protocol: "UDP" })]],
    ["an autoscaler of a StatefulSet", [statefulSet, scaling("StatefulSet")]],
    [
      "a scaler of a custom kind",
      [deployment(), rollout, scaling("Rollout", "shelf", "example.com/v1")],
    ],
    ["an autoscaler of a patched object", [statefulSet, patchOf(deployment()), autoscaler()]],
    ["an autoscaler beside no pods", autoscaler()],
    ["a scaler beside none", [deployment(), withFields(scaling("Deployment", "till"), away)]],
    ["a StatefulSet beside no Services", statefulSet],
    ["a set of a Service without selector", [statefulSet, service({ selector: undefined })]],
    ["a StatefulSet beside an unknown Service", [statefulSet, named(unknown, service())]],
    [
      "patches",
      [
        deployment(),
        patchOf(service({ selector: till })),
        patchOf(budget({ selector: undefined })),
        patchOf(autoscaler({ scaleTargetRef: undefined })),
      ],
    ],
  ],
  fails: [
    [
      "a Service: no pods",
      [deployment(), service({ selector: till })],
      `Service shop/cart: ${noPods}`,
    ],
    ["a Service of pods elsewhere", [deployment(), service({}, elsewhere)], "elsewhere/cart: sele"],
    ["a port that no container names", [deployment(), to("web")], "shop/cart: sends to the port"],
    ["a port of another protocol", [deployment(), to("http", { protocol: "UDP" })], " UDP http,"],
    ["a port of none", [listening(), service()], "sends to the port TCP http,"],
    ["an init port", [podWith({ initContainers: [late] }), to("late")], "port TCP late,"],
    [
      "a budget of none",
      [deployment(), budget({ selector: otherSelector })],
      `PodDisruptionBudget shop/cart: ${noPods}`,
    ],
    ["a budget elsewhere", [deployment(), budget({}, elsewhere)], "elsewhere/cart: selects no"],
    [
      "a budget without a selector",
      [deployment(), budget({ selector: undefined })],
      "PodDisruptionBudget shop/cart: has no selector",
    ],
    ["a scaler of none", [deployment(), scaling("Deployment", "till")], "apps/Deployment/till,"],
    ["an autoscaler of another kind", [deployment(), scaling("StatefulSet")], "/StatefulSet/cart,"],
    [
      "an autoscaler of another group",
      [deployment(), scaling("Deployment", "cart", "v1")],
      "scales Deployment/cart,",
    ],
    ["an autoscaler without a name", [deployment(), targetless], "does not name what it scales"],
    ["an autoscaler elsewhere", [deployment(), autoscaler({}, elsewhere)], "apps/Deployment/cart,"],
    [
      "an autoscaler of what is elsewhere",
      [statefulSet, { ...withFields(deployment(), away), name: "there" }, autoscaler()],
      "scales apps/Deployment/cart, which its namespace does not have",
    ],
    [
      "a StatefulSet without its Service",
      [statefulSet, named("names", service())],
      "no Service of its namespace is named cart, as its serviceName says",
    ],
    [
      "a StatefulSet whose Service selects others",
      [service({ selector: till }), statefulSet],
      [noPods, "the Service cart that its serviceName names does not select its pods"],
    ],
    ["an unknown selector of a Service", service({ selector: unknown }), "spec.selector is not"],
    ["an autoscaler of an unknown name", scaling("Deployment", unknown), "name is not known"],
  ],
});
