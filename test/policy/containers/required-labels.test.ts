import { requiredLabels } from "../../../policy/rules/containers/required-labels.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule, type Failing, type Passing } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";

const component = "app.kubernetes.io/component";
const own = ["metadata", "labels"];
const ofPods = ["spec", "template", "metadata", "labels"];
const withPods = Object.entries(kindsWithPods)
  .filter(([kind]) => kind !== "Pod")
  .map(([kind, make]) => {
    const path = kind === "CronJob" ? ["spec", "jobTemplate", ...ofPods] : ofPods;
    return { kind, resource: make(podSpec()), path };
  });
const others = ["Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"];
const bare = objectOf("ServiceAccount", {}, { labels: {} });

describeRule(requiredLabels, {
  passes: [
    ...withPods.map(({ kind, resource }): Passing => [`a ${kind}`, resource]),
    ["a label with an unknown value", withValue(deployment(), [...own, component], unknown)],
    ["a patch of a labelled object", { ...bare, type: "kubernetes:core/v1:ServiceAccountPatch" }],
    ["another kind", objectOf("apps/ControllerRevision", {}, { labels: {} })],
  ],
  fails: [
    ...withPods.map(({ kind, resource, path }): Failing => [
      `the pods of a ${kind}`,
      withValue(resource, path, {}),
      "spec: its pods lack the labels app.kubernetes.io/name, app.kubernetes.io/component, ",
    ]),
    ...withPods.map(({ kind, resource, path }): Failing => [
      `other labels of the pods of a ${kind}`,
      withValue(resource, [...path, component], "x"),
      `its pods have other labels than itself: ${component}. Fix: `,
    ]),
    ...[...others, "policy/PodDisruptionBudget"].map((kind): Failing => [
      `a ${kind}`,
      objectOf(kind, {}, { labels: {} }),
      "lacks the labels app.",
    ]),
    ["one that is missing", without(deployment(), [...own, component]), `labels ${component}. Fix`],
    ["an empty one", withValue(deployment(), [...own, component], ""), `labels ${component}. Fix`],
  ],
});
