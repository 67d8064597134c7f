import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, keysAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { titleOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { ownId } from "./parts.ts";
import { scalersOf } from "./scaling.ts";

/** How many pods an object wants. Patches too: theirs is a size as well. It need not be known: that it is there is what counts. */
function sizedOf(subject: Subject) {
  const id = ownId(subject);
  if (id === undefined || !keysAt(subject.props, "spec").includes("replicas")) return [];
  const replicas = ifKnown(() => at(subject.props, "spec", "replicas"));
  if (replicas === null) return [];
  return [{ id, replicas: typeof replicas === "number" ? String(replicas) : "set" }];
}

export const replicasOwnedOnce = stackRule({
  name: "replicas-owned-once",
  title: "How many pods there are is said in one place",
  why: "Each update sets the number back that an autoscaler has chosen, in the middle of the load; two autoscalers undo each other's choice for ever.",
  fix: "remove spec.replicas where an autoscaler owns it, and keep one autoscaler for each workload",
  severity: "medium",
  frameworks: [
    kubernetesDocs("Horizontal Pod Autoscaling: migrating Deployments and StatefulSets"),
  ],
  collect: (subject) => ({ sized: sizedOf(subject), scalers: scalersOf(subject) }),
  evaluate: (found, report) => {
    const owners = new Map<string, Subject>();
    for (const { subject, target } of found.flatMap(({ fact }) => fact.scalers)) {
      if (target === undefined) continue;
      const other = owners.get(target);
      if (other === undefined) owners.set(target, subject);
      else report(subject, `scales what ${titleOf(other)} scales already`);
    }
    for (const { subject, fact } of found) {
      for (const { id, replicas } of fact.sized) {
        const owner = owners.get(id);
        if (owner === undefined) continue;
        report(subject, `spec.replicas is ${replicas}, but ${titleOf(owner)} owns it`);
      }
    }
  },
});
