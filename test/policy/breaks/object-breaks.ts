import { withValue } from "../kit/change.ts";
import type { TestResource } from "../kit/evaluate.ts";
import type { Fields } from "../kit/random-workload.ts";
import type { Break } from "./break.ts";

const replicated = ["Deployment", "StatefulSet"];

/** Breaks an object or what is around it: gives the workload and its surroundings as they then are. */
export interface ObjectBreak extends Break {
  readonly kinds: readonly string[];
  readonly change: (
    workload: TestResource,
    around: readonly TestResource[],
  ) => readonly [TestResource, ...TestResource[]];
}

function own(path: readonly (string | number)[], value: unknown): ObjectBreak["change"] {
  return (workload, around) => [withValue(workload, path, value), ...around];
}

function isBudget({ type }: TestResource): boolean {
  return type.endsWith(":PodDisruptionBudget");
}

function budget(changes: Fields): ObjectBreak["change"] {
  return (workload, around) => [
    workload,
    ...around.map((one) =>
      isBudget(one)
        ? Object.entries(changes).reduce(
            (changed, [key, value]) => withValue(changed, ["spec", key], value),
            one,
          )
        : one,
    ),
  ];
}

const labelled = ["spec", "template", "metadata", "labels"];

export const objectBreaks: readonly ObjectBreak[] = [
  {
    rule: "required-labels",
    what: "does not say what its pods are part of",
    kinds: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"],
    change: own([...labelled, "app.kubernetes.io/part-of"], undefined),
    says: "app.kubernetes.io/part-of",
  },
  {
    rule: "matching-selectors",
    what: "selects other pods than its own",
    kinds: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
    change: own(["spec", "selector", "matchLabels"], { "app.kubernetes.io/name": "till" }),
    says: "does not select the labels of its own pod template",
  },
  {
    rule: "rollout",
    what: "takes all its pods at once",
    kinds: ["Deployment"],
    change: own(["spec", "strategy"], { type: "Recreate" }),
    says: "Recreate takes all",
  },
  {
    rule: "claim-retention",
    what: "takes its data with it",
    kinds: ["StatefulSet"],
    change: own(["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"], "Delete"),
    says: "its data is lost when it is deleted",
  },
  {
    rule: "disruption-budget",
    what: "has no budget",
    kinds: replicated,
    change: (workload, around) => [workload, ...around.filter((one) => !isBudget(one))],
    says: "no PodDisruptionBudget selects its",
  },
  {
    rule: "disruption-budget",
    what: "has a budget that lets all its pods go",
    kinds: replicated,
    change: budget({ maxUnavailable: "100%" }),
    says: "lets all of its",
  },
  {
    rule: "evictable",
    what: "has a budget that lets none go",
    kinds: replicated,
    change: budget({ maxUnavailable: undefined, minAvailable: 2 }),
    says: "of which then none may be evicted",
  },
];
