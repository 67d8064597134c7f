import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, numberAt, textAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, isKind, type Subject } from "../../kit/subject.ts";
import { amountAt, amountText, isNone, type Amount } from "./parts.ts";
import { scaledOf, scaledParts, type Scaled } from "./scaling.ts";

/** How a workload replaces its pods by new ones. */
function updateOf(subject: Subject) {
  if (isPatch(subject) || !isKind(subject, ...kinds)) return undefined;
  const spec = at(subject.props, "spec");
  const strategy = at(spec, isKind(subject, "apps/Deployment") ? "strategy" : "updateStrategy");
  return {
    recreates: textAt(strategy, "type") === "Recreate",
    maxUnavailable: amountAt(strategy, "rollingUpdate", "maxUnavailable"),
    maxSurge: amountAt(strategy, "rollingUpdate", "maxSurge"),
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

interface Limits {
  readonly maxUnavailablePercent: number;
  readonly progressDeadlineSeconds: number;
}

function* gapFaults(
  { maxUnavailable, maxSurge }: Update,
  pods: number | undefined,
  { maxUnavailablePercent: most }: Limits,
) {
  if (isNone(maxUnavailable) && isNone(maxSurge)) {
    yield "maxUnavailable and maxSurge are both 0, so that no pod can ever be replaced";
  }
  if (maxUnavailable === undefined || (shareOf(maxUnavailable, pods) ?? 0) <= most) return;
  const of = pods === undefined ? "its pods" : `${pods} pods`;
  yield `maxUnavailable is ${amountText(maxUnavailable)}: an update may take more than ${most}% of ${of} at once`;
}

/** A workload that has one pod now and several later is evaluated with two. */
function* scaledFaults(update: Update, scaled: Scaled | undefined, limits: Limits) {
  if (scaled === undefined) yield* gapFaults(update, undefined, limits);
  else if (scaled.max > 1) {
    yield* gapFaults(update, Math.max(2, scaled.min), limits);
    if (update.recreates) yield `Recreate takes all of its ${scaled.pods} at once`;
  }
}

function* otherFaults({ paused, history, deadlineSeconds }: Update, limits: Limits) {
  if (paused) yield "is paused, so that changes never reach its pods";
  if (history === 0) yield "revisionHistoryLimit is 0, so that nothing can be rolled back to";
  if (deadlineSeconds !== undefined && deadlineSeconds > limits.progressDeadlineSeconds) {
    yield `progressDeadlineSeconds is ${deadlineSeconds}: an update that hangs is told of only after that, more than ${limits.progressDeadlineSeconds} s`;
  }
}

export const rollout = stackRule({
  name: "rollout",
  title: "Updates replace pods step by step",
  why: "An update that takes all pods at once is an outage, and one that hangs unseen or can't be rolled back is a long one.",
  fix: "use RollingUpdate with maxUnavailable of at most half of the pods, keep a revision history, and leave paused and progressDeadlineSeconds out",
  severity: "medium",
  frameworks: [kubernetesDocs("Deployments: strategy"), kubernetesDocs("DaemonSet rolling update")],
  config: Type.Object({
    maxUnavailablePercent: Type.Integer({
      default: 50,
      minimum: 1,
      maximum: 99,
      description: "How many of the pods an update may take at once.",
    }),
    progressDeadlineSeconds: Type.Integer({
      default: 3600,
      minimum: 1,
      description: "The longest time after which an update that hangs must be told of.",
    }),
  }),
  collect: (subject) => ({ ...scaledParts(subject), update: updateOf(subject) }),
  evaluate: (found, report, limits) => {
    const scaled = new Map(scaledOf(found).map((one) => [one.workload.subject, one]));
    for (const { subject, fact } of found) {
      if (fact.update === undefined) continue;
      const faults = scaledFaults(fact.update, scaled.get(subject), limits);
      report(subject, ...faults, ...otherFaults(fact.update, limits));
    }
  },
});
