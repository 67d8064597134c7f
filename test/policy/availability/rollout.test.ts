import { describe, expect, it } from "vitest";
import { rollout } from "../../../policy/rules/availability/rollout.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { autoscaler, listOf, patchOf, said } from "./shop.ts";

const daemonSet = kindsWithPods["DaemonSet"]!(podSpec());
const statefulSet = kindsWithPods["StatefulSet"]!(podSpec());

function updating(rollingUpdate: object, replicas: number | undefined = 2) {
  const strategy = { type: "RollingUpdate", rollingUpdate };
  return withValue(
    withValue(deployment(), ["spec", "strategy"], strategy),
    ["spec", "replicas"],
    replicas,
  );
}

function recreating(replicas?: number) {
  const made = withValue(deployment(), ["spec", "strategy"], { type: "Recreate" });
  return withValue(made, ["spec", "replicas"], replicas);
}

function inPlace(resource: typeof daemonSet, maxUnavailable: unknown) {
  return withValue(resource, ["spec", "updateStrategy"], { rollingUpdate: { maxUnavailable } });
}

const autoscaled = without(deployment(), ["spec", "replicas"]);

describe("rollout", () => {
  it.each([
    [
      "what Kubernetes does by itself",
      [deployment(), { ...statefulSet, name: "set" }, { ...daemonSet, name: "daemon" }],
    ],
    ["more pods for a while", [updating({ maxSurge: 1, maxUnavailable: 0 })]],
    ["one of two at a time", [updating({ maxSurge: 0, maxUnavailable: 1 })]],
    ["half of them", [updating({ maxUnavailable: "50%" }, 4)]],
    ["a share that is rounded down", [updating({ maxUnavailable: "99%" })]],
    ["one at a time of a single pod", [updating({ maxSurge: 0, maxUnavailable: 1 }, 1)]],
    [
      "one at a time where an autoscaler begins with one",
      [
        withValue(updating({ maxUnavailable: 1 }), ["spec", "replicas"], undefined),
        autoscaler({ minReplicas: 1 }),
      ],
    ],
    ["Recreate of a single pod", [recreating(1)]],
    ["a share of the nodes", [inPlace(daemonSet, "25%")]],
    ["a number of nodes, of which nobody knows how many there are", [inPlace(daemonSet, 10)]],
    ["a StatefulSet one by one", [inPlace(statefulSet, 1)]],
    ["a deadline", [withValue(deployment(), ["spec", "progressDeadlineSeconds"], 900)]],
    ["a short history", [withValue(deployment(), ["spec", "revisionHistoryLimit"], 1)]],
    ["a patch", [patchOf(recreating(3))]],
  ])("accepts %s", (_, resources) => {
    expect(said(rollout, resources)).toEqual([]);
  });

  it.each([
    [
      "maxUnavailable is 100%: an update may take more than 50% of 2 pods at once",
      [updating({ maxUnavailable: "100%" })],
    ],
    [
      "maxUnavailable is 2: an update may take more than 50% of 2 pods at once",
      [updating({ maxUnavailable: 2 })],
    ],
    [
      "maxUnavailable is 3: an update may take more than 50% of 4 pods at once",
      [updating({ maxUnavailable: 3 }, 4)],
    ],
    [
      "maxUnavailable is 2: an update may take more than 50% of 3 pods at once",
      [
        withValue(updating({ maxUnavailable: 2 }), ["spec", "replicas"], undefined),
        autoscaler({ minReplicas: 3 }),
      ],
    ],
    [
      "maxUnavailable is 75%: an update may take more than 50% of its pods at once",
      [inPlace(daemonSet, "75%")],
    ],
    [
      "maxUnavailable is 2: an update may take more than 50% of 2 pods at once",
      [inPlace(statefulSet, 2)],
    ],
    ["maxUnavailable and maxSurge are both 0", [updating({ maxUnavailable: 0, maxSurge: "0%" })]],
    ["Recreate takes all of its 3 pods at once", [recreating(3)]],
    ["Recreate takes all of its 3 pods at once", [listOf(recreating(3))]],
    [
      "Recreate takes all of its 2 to 6 pods by HorizontalPodAutoscaler shop/cart at once",
      [recreating(), autoscaler()],
    ],
    [
      "is paused, so that changes never reach its pods",
      [withValue(deployment(), ["spec", "paused"], true)],
    ],
    ["revisionHistoryLimit is 0", [withValue(deployment(), ["spec", "revisionHistoryLimit"], 0)]],
    ["revisionHistoryLimit is 0", [withValue(daemonSet, ["spec", "revisionHistoryLimit"], 0)]],
    [
      "progressDeadlineSeconds is 7200: an update that hangs is told of only after that, more than 3600 s",
      [withValue(autoscaled, ["spec", "progressDeadlineSeconds"], 7200)],
    ],
  ])("reports: %s", (problem, resources) => {
    expect(said(rollout, resources)).toEqual([expect.stringContaining(`shop/cart: ${problem}`)]);
  });

  it("holds the limits of its settings", () => {
    const third = updating({ maxUnavailable: 1 }, 3);
    expect(said(rollout, [third])).toEqual([]);
    expect(said(rollout, [third], { maxUnavailablePercent: 30 })).toHaveLength(1);
    const patient = withValue(deployment(), ["spec", "progressDeadlineSeconds"], 7200);
    expect(said(rollout, [patient], { progressDeadlineSeconds: 7200 })).toEqual([]);
  });

  it("needs the strategy before the update, and leaves alone what is exempt", () => {
    expect(said(rollout, [updating({ maxUnavailable: unknown })])).toEqual([
      expect.stringContaining("maxUnavailable is not known before the update"),
    ]);
    const exempt = [{ name: "cart", reason: "two versions must never run together" }];
    expect(said(rollout, [recreating(3)], { exempt })).toEqual([]);
  });
});
