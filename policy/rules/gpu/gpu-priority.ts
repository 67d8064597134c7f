import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { podsOf } from "../../kit/pods.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import { gpuResources, gpusOf } from "./gpu-requests.ts";

interface Fact {
  /** Of each of its pods with a GPU; undefined where none is named. */
  readonly named: readonly (string | undefined)[];
  /** The class that it is. */
  readonly makes?: string;
}

const settings = {
  resources: gpuResources,
  classes: Type.Array(Type.String(), {
    default: ["system-cluster-critical", "system-node-critical"],
    description: "Priority classes that exist without the stack making them.",
  }),
};

interface Where {
  readonly resources: readonly string[];
}

function collect(subject: Subject, { resources }: Where): Fact | undefined {
  if (isKind(subject, "scheduling.k8s.io/PriorityClass")) {
    const makes = textAt(subject.props, "metadata", "name");
    return makes === undefined ? undefined : { named: [], makes };
  }
  const withGpu = podsOf(subject).filter((pod) => gpusOf(pod, resources).length > 0);
  if (withGpu.length === 0) return undefined;
  return { named: withGpu.map(({ spec }) => textAt(spec, "priorityClassName")) };
}

/** Mandatory: pods that name a class that doesn't exist are refused, and no other error of a stack is cheaper to put right. */
export const gpuPriority = stackRule<Fact, typeof settings>({
  name: "gpu-priority",
  title: "GPU workloads name a priority class that exists",
  why: "GPUs are scarce, and without priorities the oldest pod keeps its GPU while someone waits. Kubernetes refuses pods whose class does not exist.",
  fix: "set priorityClassName to a PriorityClass of the stack, with a literal metadata.name",
  severity: "medium",
  frameworks: [kubernetesDocs("Pod Priority and Preemption")],
  config: Type.Object(settings),
  collect,
  evaluate: (found, report, { classes }) => {
    const made = found.flatMap(({ fact: { makes } }) => (makes === undefined ? [] : [makes]));
    const known = new Set([...classes, ...made]);
    for (const { subject, fact } of found) {
      for (const name of fact.named) {
        if (name === undefined) report(subject, "asks for a GPU without priorityClassName");
        else if (!known.has(name)) {
          report(
            subject,
            `asks for a GPU with the priority class ${name}, which the stack does not make`,
          );
        }
      }
    }
  },
});
