import { disruptionBudget, evictable } from "../../../policy/rules/availability/budgets.ts";
import { withFields, withValue } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";
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
    ["one by an expression", [deployment(), budget({ selector: { matchExpressions: either } })]],
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
  ],
  fails: [
    ["a Deployment without a budget", deployment(), `Deployment shop/cart: ${none}`],
    ["a StatefulSet without a budget", statefulSet, `StatefulSet shop/cart: ${none}`],
    ["an autoscaler without one", [autoscaled, autoscaler()], `2 to 6 pods ${byAutoscaler}`],
    ["one or more", [autoscaled, autoscaler({ minReplicas: 1 })], `1 to 6 pods ${byAutoscaler}`],
    ["an autoscaler that owns the size", [sized(1), autoscaler()], `2 to 6 pods ${byAutoscaler}`],
    ["a budget elsewhere", [deployment(), budget({}, { namespace: "elsewhere" })], none],
    [
      "a budget of other pods",
      [deployment(), budget({ selector: otherSelector })],
      `${none}: PodDisruptionBudget shop/cart selects app.kubernetes.io/name=till`,
    ],
    ["a budget without a selector", [deployment(), budget({ selector: undefined })], none],
    ["a patch of a budget", [deployment(), patchOf(budget())], none],
    ["an unknown label that it asks for", [labelled("app.kubernetes.io/name"), budget()], none],
    ["maxUnavailable of all pods", [deployment(), budget({ maxUnavailable: 2 })], allGo],
    ["maxUnavailable of 100%", [deployment(), budget({ maxUnavailable: "100%" })], allGo],
    ["minAvailable of none", [deployment(), least(0)], allGo],
    ["minAvailable of 0%", [deployment(), least("0%")], allGo],
    ...["spec.replicas", "spec.template.metadata.labels", "metadata.namespace"].map(
      (path) =>
        [`an unknown ${path}`, unknownAt(path), `${path} is not known before the update`] as const,
    ),
  ],
});

/** Another Deployment with the same labels. */
const twin = objectOf("apps/Deployment", { spec: deployment().props["spec"] }, { name: "twin" });
const most = (maxUnavailable: unknown) => budget({ maxUnavailable });
const everything = budget({ selector: {} }, { name: "all" });
const elsewhere = { ...budget({}, { namespace: "other" }), name: "elsewhere" };

const of = "PodDisruptionBudget shop/cart: ";
const never = "so that no pod may ever be evicted";
const onlyTwo = "but Deployment shop/cart may have only 2";
const sharedWith = (pods: string) =>
  `PodDisruptionBudget shop/all: selects pods of ${pods} shop/cart, which PodDisruptionBudget shop/cart selects too`;
const strictly = budget({ unhealthyPodEvictionPolicy: undefined });
const config = { evictUnready: true };

describeRule(evictable, {
  passes: [
    ["maxUnavailable of one", [deployment(), budget()]],
    ["a small share, because it is rounded up", [deployment(), most("1%")]],
    ["minAvailable below the number of pods", [deployment(), least(1)]],
    ["minAvailable of a share that leaves one", [deployment(), least("50%")]],
    ["minAvailable below an autoscaler's", [autoscaled, autoscaler({ minReplicas: 3 }), least(2)]],
    ["minAvailable below the sum of two workloads", [deployment(), twin, least(3)]],
    ["minAvailable of pods that nobody counts", [daemonSet, least(5)]],
    [
      "two budgets for different pods",
      [deployment(), budget(), budget({ selector: otherSelector }, { name: "till" })],
    ],
    ["two budgets in different namespaces", [deployment(), budget(), elsewhere]],
    ["a patch that does not say how many", patchOf(most(undefined))],
    ["pods that are not ready", budget(), config],
    ["a patch that does not say it", patchOf(strictly), config],
  ],
  fails: [
    ["maxUnavailable of none", most(0), `${of}maxUnavailable is 0, ${never}`],
    ["maxUnavailable of 0%", most("0%"), `${of}maxUnavailable is 0%, ${never}`],
    ["a patch of it", patchOf(most(0)), `${of}maxUnavailable is 0, ${never}`],
    ["minAvailable of 100%", [deployment(), least("100%")], `minAvailable is 100%, ${never}`],
    ["minAvailable of all pods", [deployment(), least(2)], `minAvailable is 2, ${onlyTwo}`],
    ["a share that is all", [deployment(), least("51%")], `minAvailable is 51%, ${onlyTwo}`],
    ["its least", [autoscaled, autoscaler(), least(2)], `minAvailable is 2, ${onlyTwo}`],
    ["minAvailable of a single pod", [autoscaled, least(1)], "cart may have only 1"],
    ["the sum of two workloads", [deployment(), twin, least(4)], "shop/twin may have only 4"],
    ["no limit", most(undefined), `${of}has neither minAvailable nor maxUnavailable`],
    ["a word", most("one"), `${of}has neither`],
    ["a number as text", least("2"), `${of}has neither`],
    ["two budgets of one", [deployment(), budget(), everything], sharedWith("Deployment")],
    ["two budgets of a DaemonSet", [daemonSet, budget(), everything], sharedWith("DaemonSet")],
    ["pods that are not ready", strictly, "keeps pods that are not ready", config],
    ["an unknown limit", most(unknown), "spec.maxUnavailable is not known before the update"],
    ["an unknown selector", budget({ selector: unknown }), "spec.selector is not known"],
    ["an unknown number of pods", sized(unknown), "spec.replicas is not known"],
  ],
});
