import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, type Path } from "../../kit/json.ts";
import { objectsOf } from "../../kit/objects.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { labelsAt, labelSelectorAt, selectorText, selects } from "../../kit/selectors.ts";

const kinds = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet"];
const template: Path = ["spec", "template", "metadata", "labels"];

export const selectedLabels = resourceRule({
  name: "selected-labels",
  title: "A workload's selector selects its own pods, and not every pod",
  why: "The API server refuses a workload that does not select its own pods, in the middle of an update; one that selects everything fights with the others over theirs.",
  fix: "set spec.selector.matchLabels to a label of the pod template that no other workload has, like app.kubernetes.io/name",
  severity: "medium",
  frameworks: [kubernetesDocs("Labels and selectors")],
  check: (subject, report) => {
    for (const { fields, place } of objectsOf(subject, ...kinds)) {
      const selector = labelSelectorAt(at(fields, "spec", "selector")) ?? [];
      if (selector.length === 0) {
        report(`${place}has no selector`);
      } else if (!selects(selector, labelsAt(fields, ...template))) {
        report(`${place}selects ${selectorText(selector)}, which its own pods don't have`);
      }
    }
  },
});
