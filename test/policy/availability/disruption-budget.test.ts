import { disruptionBudget } from "../../../policy/rules/availability/disruption-budget.ts";
import { withFields, withValue } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import {
  autoscaled,
  autoscaler,
  budget,
  daemonSet,
  least,
  otherSelector,
  patchOf,
  sized,
  statefulSet,
} from "./shop.ts";

const labelled = (key: string) =>
  withValue(deployment(), ["spec", "template", "metadata", "labels", key], unknown);
const unknownAt = (path: string) => [withFields(deployment(), { [path]: unknown }), budget()];
const either = [{ key: "app.kubernetes.io/name", operator: "In", values: ["cart", "till"] }];
const none = "no PodDisruptionBudget selects its 2 pods";
const byAutoscaler = "by HorizontalPodAutoscaler shop/cart";
const allGo = "PodDisruptionBudget shop/cart lets all of its 2 pods go at once";

describeRule(disruptionBudget, {
  passes: [
    ["a Deployment with a budget", [deployment(), budget()]],
    ["a StatefulSet with a budget", [statefulSet, budget()]],
    ["an autoscaler with a budget", [autoscaled, autoscaler(), budget()]],
    [
      "a budget by an expression",
      [deployment(), budget({ selector: { matchExpressions: either } })],
    ],
    ["a budget of everything", [deployment(), budget({ selector: {} })]],
    ["a budget by minAvailable", [deployment(), least(1)]],
    ["an unknown label that no budget asks for", [labelled("version"), budget()]],
    ["one pod", sized(1)],
    ["one pod that it does not even ask for", autoscaled],
    ["an autoscaler of one pod", [autoscaled, autoscaler({ minReplicas: 1, maxReplicas: 1 })]],
    [
      "one pod that may go, as long as there can be more",
      [autoscaled, autoscaler({ minReplicas: 1, maxReplicas: 2 }), budget()],
    ],
    ["a DaemonSet", daemonSet],
    ["a Job", kindsWithPods["Job"]!(podSpec())],
    ["a single pod", kindsWithPods["Pod"]!(podSpec())],
    ["a patch, whose object is made elsewhere", patchOf(deployment())],
    ["nothing of Kubernetes", { ...deployment(), type: "aws:s3/bucket:Bucket" }],
    ["fewer pods than the settings say", deployment(), { replicas: 3 }],
  ],
  fails: [
    ["a Deployment without a budget", deployment(), `Deployment shop/cart: ${none}`],
    ["a StatefulSet without a budget", statefulSet, `StatefulSet shop/cart: ${none}`],
    ["an autoscaler without one", [autoscaled, autoscaler()], `2 to 6 pods ${byAutoscaler}`],
    [
      "an autoscaler of one pod or more",
      [autoscaled, autoscaler({ minReplicas: 1 })],
      `1 to 6 pods ${byAutoscaler}`,
    ],
    ["an autoscaler that owns the size", [sized(1), autoscaler()], `2 to 6 pods ${byAutoscaler}`],
    ["a budget elsewhere", [deployment(), budget({}, { namespace: "elsewhere" })], none],
    [
      "a budget of other pods",
      [deployment(), budget({ selector: otherSelector })],
      `${none}: PodDisruptionBudget shop/cart selects app.kubernetes.io/name=till`,
    ],
    ["a budget without a selector", [deployment(), budget({ selector: undefined })], none],
    ["a patch of a budget", [deployment(), patchOf(budget())], none],
    [
      "an unknown label that the budget asks for",
      [labelled("app.kubernetes.io/name"), budget()],
      none,
    ],
    ["maxUnavailable of all pods", [deployment(), budget({ maxUnavailable: 2 })], allGo],
    ["maxUnavailable of 100%", [deployment(), budget({ maxUnavailable: "100%" })], allGo],
    ["minAvailable of none", [deployment(), least(0)], allGo],
    ["minAvailable of 0%", [deployment(), least("0%")], allGo],
    ["one pod where the settings say so", sized(1), "its 1 pods", { replicas: 1 }],
    ...["spec.replicas", "spec.template.metadata.labels", "metadata.namespace"].map(
      (path) =>
        [`an unknown ${path}`, unknownAt(path), `${path} is not known before the update`] as const,
    ),
  ],
});
