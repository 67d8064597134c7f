import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, numberAt, textAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, isKind, type Subject } from "../../kit/subject.ts";
import { amountAt, amountText, membersOf, type Amount } from "./parts.ts";
import { scaledOf, scaledParts } from "./scaling.ts";

/** How a workload replaces its pods by new ones. */
interface Update {
  readonly part: "update";
  readonly subject: Subject;
  readonly recreates: boolean;
  readonly maxUnavailable: Amount | undefined;
  readonly maxSurge: Amount | undefined;
  readonly paused: boolean;
  readonly history: number | undefined;
  readonly deadlineSeconds: number | undefined;
}

const kinds = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"];

function updatesOf(subject: Subject): Update[] {
  if (isPatch(subject)) return [];
  return membersOf(subject, ...kinds).map((member) => {
    const spec = at(member.props, "spec");
    const strategy = at(spec, isKind(member, "apps/Deployment") ? "strategy" : "updateStrategy");
    return {
      part: "update",
      subject: member,
      recreates: textAt(strategy, "type") === "Recreate",
      maxUnavailable: amountAt(strategy, "rollingUpdate", "maxUnavailable"),
      maxSurge: amountAt(strategy, "rollingUpdate", "maxSurge"),
      paused: at(spec, "paused") === true,
      history: numberAt(spec, "revisionHistoryLimit"),
      deadlineSeconds: numberAt(spec, "progressDeadlineSeconds"),
    };
  });
}

/** As Kubernetes does it: a share is rounded down. Undefined where nobody knows of how many. */
function shareOf(amount: Amount, pods: number | undefined): number | undefined {
  if ("percent" in amount && pods === undefined) return amount.percent;
  if (pods === undefined) return undefined;
  const count = "count" in amount ? amount.count : Math.floor((amount.percent * pods) / 100);
  return (count * 100) / pods;
}

function isNone(amount: Amount | undefined): boolean {
  return amount !== undefined && ("count" in amount ? amount.count === 0 : amount.percent === 0);
}

interface Limits {
  readonly maxUnavailablePercent: number;
  readonly progressDeadlineSeconds: number;
}
type Say = (problem: string) => void;

/** A workload that has one pod now and several later is judged by two. */
function judgeGap(update: Update, pods: number | undefined, limits: Limits, say: Say): void {
  const { maxUnavailable, maxSurge } = update;
  if (isNone(maxUnavailable) && isNone(maxSurge)) {
    say("maxUnavailable and maxSurge are both 0, so that no pod can ever be replaced");
  }
  if (maxUnavailable === undefined) return;
  const share = shareOf(maxUnavailable, pods);
  if (share === undefined || share <= limits.maxUnavailablePercent) return;
  const of = pods === undefined ? "its pods" : `${pods} pods`;
  say(
    `maxUnavailable is ${amountText(maxUnavailable)}: an update may take more than ${limits.maxUnavailablePercent}% of ${of} at once`,
  );
}

function judgeRest({ paused, history, deadlineSeconds }: Update, limits: Limits, say: Say): void {
  if (paused) say("is paused, so that changes never reach its pods");
  if (history === 0) say("revisionHistoryLimit is 0, so that nothing can be rolled back to");
  if (deadlineSeconds !== undefined && deadlineSeconds > limits.progressDeadlineSeconds) {
    say(
      `progressDeadlineSeconds is ${deadlineSeconds}: an update that hangs is told of only after that, more than ${limits.progressDeadlineSeconds} s`,
    );
  }
}

/** The items of a list have one URN. */
function keyOf({ urn, namespace, name }: Subject): string {
  return [urn, namespace, name].join(" ");
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
  collect: (subject) => [...scaledParts(subject), ...updatesOf(subject)],
  evaluate: (found, report, limits) => {
    const parts = found.flatMap(({ fact }) => fact);
    const scaled = new Map(
      scaledOf(parts.filter((part) => part.part !== "update")).map((one) => [
        keyOf(one.workload.subject),
        one,
      ]),
    );
    for (const update of parts.filter((part) => part.part === "update")) {
      const say: Say = (problem) => {
        report(update.subject, problem);
      };
      const { min, max, pods } = scaled.get(keyOf(update.subject)) ?? {};
      if (max === undefined || min === undefined) judgeGap(update, undefined, limits, say);
      else if (max > 1) judgeGap(update, Math.max(2, min), limits, say);
      if (update.recreates && max !== undefined && max > 1) {
        say(`Recreate takes all of its ${pods ?? ""} at once`);
      }
      judgeRest(update, limits, say);
    }
  },
});
