import { replicasOwnedOnce } from "../../../policy/rules/availability/replicas-owned-once.ts";
import { withFields } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, objectOf } from "../kit/workloads.ts";
import {
  autoscaled,
  autoscaler,
  patchOf,
  queueScaler,
  scaling,
  sized,
  statefulSet,
} from "./shop.ts";

const custom = objectOf("example.com/Rollout", { spec: { replicas: 3 } });
const nameless = withFields(deployment(), { "metadata.name": unknown });
const till = { scaleTargetRef: { kind: "Deployment", apiVersion: "apps/v1", name: "till" } };
const job = { apiVersion: "example.com/v1", kind: "Rollout", name: "cart" };
const owned = (replicas: unknown) =>
  `shop/cart: spec.replicas is ${String(replicas)}, but HorizontalPodAutoscaler shop/cart owns it`;

describeRule(replicasOwnedOnce, {
  passes: [
    ["a size that no autoscaler owns", deployment()],
    ["an autoscaler that owns the size alone", [autoscaled, autoscaler()]],
    ["an autoscaler of another kind", [deployment(), scaling("StatefulSet")]],
    ["an autoscaler of another group", [deployment(), scaling("Deployment", "cart", "own.io/v1")]],
    ["an autoscaler of another namespace", [deployment(), autoscaler({}, { namespace: "other" })]],
    ["autoscalers of two workloads", [autoscaler(), autoscaler(till, { name: "till" })]],
    ["an autoscaler by what waits that owns the size alone", [autoscaled, queueScaler()]],
    ["one of another kind", [deployment(), queueScaler({ scaleTargetRef: job })]],
    ["a size that is null", [sized(null), autoscaler()]],
    ["an unknown size that no autoscaler owns", sized(unknown)],
    ["an unknown name", [nameless, autoscaler()]],
  ],
  fails: [
    ["a size of a Deployment", [deployment(), autoscaler()], owned(2)],
    ["a size of a StatefulSet", [statefulSet, scaling("StatefulSet")], owned(2)],
    ["a size of a custom kind", [custom, scaling("Rollout", "cart", "example.com/v1")], owned(3)],
    ["a size in a patch", [autoscaled, patchOf(deployment()), autoscaler()], owned(2)],
    ["zero pods", [sized(0), autoscaler()], owned(0)],
    ["an unknown number", [sized(unknown), autoscaler()], owned("set")],
    [
      "two autoscalers of one workload",
      [autoscaled, autoscaler(), autoscaler({}, { name: "second" })],
      "shop/second: scales what HorizontalPodAutoscaler shop/cart scales already",
    ],
    ["a size beside an autoscaler by what waits", [deployment(), queueScaler()], "shop/cart: spec"],
    [
      "autoscalers of one workload by its load and by what waits",
      [autoscaled, autoscaler(), queueScaler({}, { name: "queue" })],
      "shop/queue: scales what HorizontalPodAutoscaler shop/cart scales already",
    ],
    ["an unknown target", [deployment(), scaling("Deployment", unknown)], "spec.scaleTargetRef.na"],
  ],
});
