import { kubernetesDocs } from "../../kit/frameworks.ts";
import type { Path } from "../../kit/json.ts";
import { podsOf, type Pod } from "../../kit/pods.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { labelsAt } from "../../kit/selectors.ts";
import { isKind, isPatch } from "../../kit/subject.ts";

const wanted = ["name", "component", "part-of", "managed-by"].map(
  (part) => `app.kubernetes.io/${part}`,
);

const kinds = [
  ...["Pod", "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet"],
  ...["batch/Job", "batch/CronJob", "Service", "ServiceAccount", "ConfigMap", "Secret"],
  ...["PersistentVolumeClaim", "networking.k8s.io/Ingress", "policy/PodDisruptionBudget"],
  "autoscaling/HorizontalPodAutoscaler",
];

/** The labels that an object lacks. One whose value the preview doesn't know is there. */
function missing(holder: unknown, ...path: Path): string {
  const labels = labelsAt(holder, ...path, "labels");
  return wanted.filter((key) => !labels.has(key) || labels.get(key) === "").join(", ");
}

function different({ subject, metadata }: Pod): string {
  const own = labelsAt(subject.props, "metadata", "labels");
  const ofPods = labelsAt(metadata, "labels");
  return wanted
    .filter((key) => [own.get(key) ?? "", ofPods.get(key) ?? ""].every((label) => label !== ""))
    .filter((key) => own.get(key) !== ofPods.get(key))
    .join(", ");
}

export const requiredLabels = resourceRule({
  name: "required-labels",
  title: "Objects and their pods say what they belong to",
  why: "Without labels nobody can tell whose an object is, what else goes with it, and what may be deleted; dashboards, costs and network rules can't be told apart by app.",
  fix: "set metadata.labels, and those of the pod template, to app.kubernetes.io/name, component, part-of and managed-by as the message says",
  severity: "low",
  frameworks: [kubernetesDocs("Recommended labels")],
  check: (subject, report) => {
    if (!isPatch(subject) && isKind(subject, ...kinds)) {
      const lacking = missing(subject.props, "metadata");
      if (lacking !== "") report(`lacks the labels ${lacking}`);
    }
    // A pod of its own is an object, and checked above.
    if (isKind(subject, "Pod")) return;
    for (const pod of podsOf(subject)) {
      const lacking = missing(pod.metadata);
      if (lacking !== "") report(`${pod.path}: its pods lack the labels ${lacking}`);
      const changed = different(pod);
      if (changed !== "") report(`${pod.path}: its pods have other labels than itself: ${changed}`);
    }
  },
});
