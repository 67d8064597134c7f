import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, numberAt, textAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, isKind, type Subject } from "../../kit/subject.ts";
import { amountAt, amountText, type Amount } from "./parts.ts";
import { scaledOf, scaledParts, type Scaled } from "./scaling.ts";

/** How a workload replaces its pods by new ones. */
function updateOf(subject: Subject) {
  if (isPatch(subject) || !isKind(subject, ...kinds)) return undefined;
  const spec = at(subject.props, "spec");
  const strategy = at(spec, isKind(subject, "apps/Deployment") ? "strategy" : "updateStrategy");
  return {
    recreates: textAt(strategy, "type") === "Recreate",
    maxUnavailable: amountAt(strategy, "rollingUpdate", "maxUnavailable"),
    paused: at(spec, "paused") === true,
    history: numberAt(spec, "revisionHistoryLimit"),
    deadlineSeconds: numberAt(spec, "progressDeadlineSeconds"),
  };
}
const kinds = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"];
type Update = NonNullable<ReturnType<typeof updateOf>>;

/** As Kubernetes does it: a share is rounded down. Undefined where nobody knows of how many. */
function shareOf(amount: Amount, pods: number | undefined): number | undefined {
  if ("percent" in amount && pods === undefined) return amount.percent;
  if (pods === undefined) return undefined;
  const count = "count" in amount ? amount.count : Math.floor((amount.percent * pods) / 100);
  return (count * 100) / pods;
}

/** How many of the pods an update may take at once. */
const mostPercent = 50;
/** The longest time after which an update that hangs must be told of. */
const mostSeconds = 3600;

function* gapFaults({ maxUnavailable }: Update, pods: number | undefined) {
  if (maxUnavailable === undefined || (shareOf(maxUnavailable, pods) ?? 0) <= mostPercent) return;
  const of = pods === undefined ? "its pods" : `${pods} pods`;
  yield `maxUnavailable is ${amountText(maxUnavailable)}: an update may take more than ${mostPercent}% of ${of} at once`;
}

/** A workload that has one pod now and several later is evaluated with two. */
function* scaledFaults(update: Update, scaled: Scaled | undefined) {
  if (scaled === undefined) yield* gapFaults(update, undefined);
  else if (scaled.max > 1) {
    yield* gapFaults(update, Math.max(2, scaled.min));
    if (update.recreates) yield `Recreate takes all of its ${scaled.pods} at once`;
  }
}

function* otherFaults({ paused, history, deadlineSeconds }: Update) {
  if (paused) yield "is paused, so that changes never reach its pods";
  if (history === 0) yield "revisionHistoryLimit is 0, so that nothing can be rolled back to";
  if (deadlineSeconds !== undefined && deadlineSeconds > mostSeconds) {
    yield `progressDeadlineSeconds is ${deadlineSeconds}: an update that hangs is told of only after that, more than ${mostSeconds} s`;
  }
}

export const rollout = stackRule({
  name: "rollout",
  title: "Updates replace pods step by step",
  why: "An update that takes all pods at once is an outage, and one that hangs unseen or can't be rolled back is a long one.",
  fix: "use RollingUpdate with maxUnavailable of at most half of the pods, keep a revision history, and leave paused and progressDeadlineSeconds out",
  severity: "medium",
  frameworks: [kubernetesDocs("Deployments: strategy"), kubernetesDocs("DaemonSet rolling update")],
  collect: (subject) => ({ ...scaledParts(subject), update: updateOf(subject) }),
  evaluate: (found, report) => {
    const scaled = new Map(scaledOf(found).map((one) => [one.workload.subject, one]));
    for (const { subject, fact } of found) {
      if (fact.update === undefined) continue;
      const faults = scaledFaults(fact.update, scaled.get(subject));
      report(subject, ...faults, ...otherFaults(fact.update));
    }
  },
});
