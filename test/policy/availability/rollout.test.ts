import { rollout } from "../../../policy/rules/availability/rollout.ts";
import { withFields } from "../kit/change.ts";
import { unknown, type TestResource } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment } from "../kit/workloads.ts";
import { autoscaler, daemonSet, patchOf, sized, statefulSet } from "./shop.ts";

const updating = (rollingUpdate: object, replicas: number | undefined = 2) =>
  withFields(sized(replicas), { "spec.strategy": { type: "RollingUpdate", rollingUpdate } });
/** As many of the pods as an autoscaler wants. */
const unsized = (maxUnavailable: number) => sized(undefined, updating({ maxUnavailable }));
const recreating = (replicas?: number) =>
  withFields(sized(replicas), { "spec.strategy": { type: "Recreate" } });
const inPlace = (resource: TestResource, maxUnavailable: unknown) =>
  withFields(resource, { "spec.updateStrategy": { rollingUpdate: { maxUnavailable } } });
const having = (field: string, value: unknown, resource = deployment()) =>
  withFields(resource, { [`spec.${field}`]: value });

const gap = (amount: unknown, of: string) =>
  `shop/cart: maxUnavailable is ${String(amount)}: an update may take more than 50% of ${of} at once`;
const noHistory = "revisionHistoryLimit is 0, so that nothing can be rolled back to";
const slow = having("progressDeadlineSeconds", 7200);

describeRule(rollout, {
  passes: [
    ["what Kubernetes does by itself", [deployment(), statefulSet, daemonSet]],
    ["more pods for a while", updating({ maxSurge: 1, maxUnavailable: 0 })],
    ["one of two at a time", updating({ maxSurge: 0, maxUnavailable: 1 })],
    ["half of them", updating({ maxUnavailable: "50%" }, 4)],
    ["a share that is rounded down", updating({ maxUnavailable: "99%" })],
    ["one at a time of a single pod", updating({ maxSurge: 0, maxUnavailable: 1 }, 1)],
    ["one where an autoscaler begins with one", [unsized(1), autoscaler({ minReplicas: 1 })]],
    ["Recreate of a single pod", recreating(1)],
    ["a share of the nodes", inPlace(daemonSet, "25%")],
    ["a number of nodes, of which nobody knows how many there are", inPlace(daemonSet, 10)],
    ["a StatefulSet one by one", inPlace(statefulSet, 1)],
    ["a deadline", having("progressDeadlineSeconds", 900)],
    ["a short history", having("revisionHistoryLimit", 1)],
    ["a patch", patchOf(recreating(3))],
  ],
  fails: [
    ["all pods at once", updating({ maxUnavailable: "100%" }), gap("100%", "2 pods")],
    ["both of two pods", updating({ maxUnavailable: 2 }), gap(2, "2 pods")],
    ["three of four pods", updating({ maxUnavailable: 3 }, 4), gap(3, "4 pods")],
    ["two of three", [unsized(2), autoscaler({ minReplicas: 3 })], gap(2, "3 pods")],
    ["most nodes", inPlace(daemonSet, "75%"), gap("75%", "its pods")],
    ["all pods of a StatefulSet", inPlace(statefulSet, 2), gap(2, "2 pods")],
    ["Recreate of three pods", recreating(3), "Recreate takes all of its 3 pods at once"],
    ["Recreate of an autoscaler's pods", [recreating(), autoscaler()], "Recreate takes all of"],
    ["a pause", having("paused", true), "is paused, so that changes never reach its pods"],
    ["no history", having("revisionHistoryLimit", 0), noHistory],
    ["no history of a DaemonSet", having("revisionHistoryLimit", 0, daemonSet), noHistory],
    ["a long deadline", slow, "progressDeadlineSeconds is 7200: an update that hangs is told of"],
    ["an unknown limit", updating({ maxUnavailable: unknown }), "maxUnavailable is not known"],
  ],
});
