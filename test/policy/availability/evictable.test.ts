import { evictable } from "../../../policy/rules/availability/evictable.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, objectOf } from "../kit/workloads.ts";
import {
  autoscaled,
  autoscaler,
  budget,
  daemonSet,
  least,
  otherSelector,
  patchOf,
  sized,
} from "./shop.ts";

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
const config = { evictUnready: true };

describeRule(evictable, {
  passes: [
    ["maxUnavailable of one", [deployment(), budget()]],
    ["a small share, because it is rounded up", [deployment(), most("1%")]],
    ["minAvailable below the number of pods", [deployment(), least(1)]],
    ["minAvailable of a share that leaves one", [deployment(), least("50%")]],
    [
      "minAvailable below the least of an autoscaler",
      [autoscaled, autoscaler({ minReplicas: 3 }), least(2)],
    ],
    ["minAvailable below the sum of two workloads", [deployment(), twin, least(3)]],
    ["minAvailable of pods that nobody counts", [daemonSet, least(5)]],
    [
      "two budgets for different pods",
      [deployment(), budget(), budget({ selector: otherSelector }, { name: "till" })],
    ],
    ["two budgets in different namespaces", [deployment(), budget(), elsewhere]],
    ["a patch that does not say how many", patchOf(most(undefined))],
    ["pods that are not ready", budget({ unhealthyPodEvictionPolicy: "AlwaysAllow" }), config],
    ["a patch that does not say it", patchOf(budget()), config],
  ],
  fails: [
    ["maxUnavailable of none", most(0), `${of}maxUnavailable is 0, ${never}`],
    ["maxUnavailable of 0%", most("0%"), `${of}maxUnavailable is 0%, ${never}`],
    ["a patch of it", patchOf(most(0)), `${of}maxUnavailable is 0, ${never}`],
    ["minAvailable of 100%", [deployment(), least("100%")], `minAvailable is 100%, ${never}`],
    ["minAvailable of all pods", [deployment(), least(2)], `minAvailable is 2, ${onlyTwo}`],
    ["a share that is all", [deployment(), least("51%")], `minAvailable is 51%, ${onlyTwo}`],
    [
      "minAvailable of an autoscaler's least",
      [autoscaled, autoscaler(), least(2)],
      `minAvailable is 2, ${onlyTwo}`,
    ],
    ["minAvailable of a single pod", [autoscaled, least(1)], "cart may have only 1"],
    [
      "minAvailable of the sum of two workloads",
      [deployment(), twin, least(4)],
      "minAvailable is 4, but Deployment shop/cart, Deployment shop/twin may have only 4",
    ],
    ["both limits", [deployment(), budget({ minAvailable: 1 })], `${of}has both`],
    ["no limit", most(undefined), `${of}has neither minAvailable nor maxUnavailable`],
    ["a word", most("one"), "maxUnavailable is neither a number nor a percentage"],
    ["a number as text", least("2"), "minAvailable is neither a number nor a percentage"],
    ["two budgets of one", [deployment(), budget(), everything], sharedWith("Deployment")],
    ["two budgets of a DaemonSet", [daemonSet, budget(), everything], sharedWith("DaemonSet")],
    ["pods that are not ready", budget(), "keeps pods that are not ready", config],
    ["an unknown limit", most(unknown), "spec.maxUnavailable is not known before the update"],
    ["an unknown selector", budget({ selector: unknown }), "spec.selector is not known"],
    ["an unknown number of pods", sized(unknown), "spec.replicas is not known"],
  ],
});
