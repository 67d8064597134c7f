import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, keysAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { titleOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { membersOf, ownId } from "./parts.ts";
import { autoscalerSubjects, targetOf } from "./scaling.ts";

/** An object that says how many pods it wants. */
interface Sized {
  readonly part: "sized";
  readonly subject: Subject;
  readonly id: string;
  readonly replicas: string;
}
interface Owner {
  readonly part: "owner";
  readonly subject: Subject;
  readonly target: string;
}

const builtIn = ["apps/Deployment", "apps/StatefulSet", "apps/ReplicaSet", "ReplicationController"];
/** Their other kinds have no size that an autoscaler could change. */
const builtInGroups = ["", "apps", "batch", "policy", "networking.k8s.io", "autoscaling"];

/** Patches too: theirs is a size as well. It need not be known: that it is there is what counts. */
function sizedOf(subject: Subject): Sized[] {
  const { group } = subject;
  if (group === undefined) return [];
  const members = builtInGroups.includes(group) ? membersOf(subject, ...builtIn) : [subject];
  return members.flatMap((member) => {
    const id = ownId(member);
    if (id === undefined || !keysAt(member.props, "spec").includes("replicas")) return [];
    const replicas = ifKnown(() => at(member.props, "spec", "replicas"));
    if (replicas === null) return [];
    return {
      part: "sized",
      subject: member,
      id,
      replicas: typeof replicas === "number" ? String(replicas) : "set",
    };
  });
}

function ownersOf(subject: Subject): Owner[] {
  return autoscalerSubjects(subject).flatMap((member) => {
    const target = targetOf(member);
    return target === undefined ? [] : { part: "owner", subject: member, target };
  });
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
  collect: (subject) => [...sizedOf(subject), ...ownersOf(subject)],
  evaluate: (found, report) => {
    const parts = found.flatMap(({ fact }) => fact);
    const owners = new Map<string, Subject>();
    for (const { subject, target } of parts.filter((one) => one.part === "owner")) {
      const other = owners.get(target);
      if (other === undefined) owners.set(target, subject);
      else report(subject, `scales what ${titleOf(other)} scales already`);
    }
    for (const { subject, id, replicas } of parts.filter((one) => one.part === "sized")) {
      const owner = owners.get(id);
      if (owner === undefined) continue;
      report(subject, `spec.replicas is ${replicas}, but ${titleOf(owner)} owns it`);
    }
  },
});
