import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { podsOf, type Pod } from "../../kit/pods.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { claimNamesOf, deviceClasses, gpuClaimsOf } from "./device-claims.ts";
import { gpuResources, gpusOf } from "./gpu-requests.ts";

interface Fact {
  /** Of each of its pods with a GPU; undefined where none is named. */
  readonly named: readonly (string | undefined)[];
  /** Its pods that claim devices, of which only the claims tell what they are. */
  readonly claiming: readonly {
    readonly claims: readonly string[];
    readonly named: string | undefined;
  }[];
  /** The claim of a GPU that it is. */
  readonly claim?: string;
  /** The class that it is. */
  readonly makes?: string;
}

const settings = {
  resources: gpuResources,
  deviceClasses,
  classes: Type.Array(Type.String(), {
    default: ["system-cluster-critical", "system-node-critical"],
    description: "Priority classes that exist without the stack making them.",
  }),
};

interface Where {
  readonly resources: readonly string[];
  readonly deviceClasses: readonly string[];
}

function inNamespace({ props }: Subject, name: string): string {
  return `${namespaceOf(props)}/${name}`;
}

function collect(
  subject: Subject,
  { resources, deviceClasses: classesOfDevices }: Where,
): Fact | undefined {
  if (isKind(subject, "scheduling.k8s.io/PriorityClass")) {
    const makes = textAt(subject.props, "metadata", "name");
    return makes === undefined ? undefined : { named: [], claiming: [], makes };
  }
  // The rule about claims reports what is unknown of them.
  if ((ifKnown(() => gpuClaimsOf(subject, classesOfDevices)) ?? []).length > 0) {
    const name = textAt(subject.props, "metadata", "name") ?? subject.name;
    return { named: [], claiming: [], claim: inNamespace(subject, `${subject.kind} ${name}`) };
  }
  const pods = podsOf(subject);
  const nameOf = ({ spec }: Pod) => textAt(spec, "priorityClassName");
  const withGpu = pods.filter((pod) => gpusOf(pod, resources).length > 0);
  const claiming = pods
    .filter((pod) => !withGpu.includes(pod))
    .map((pod) => ({ pod, claims: claimNamesOf(pod).map((one) => inNamespace(subject, one)) }))
    .filter(({ claims }) => claims.length > 0)
    .map(({ pod, claims }) => ({ claims, named: nameOf(pod) }));
  if (withGpu.length + claiming.length === 0) return undefined;
  return { named: withGpu.map(nameOf), claiming };
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
    const claims = new Set(found.map(({ fact }) => fact.claim));
    const known = new Set([...classes, ...made]);
    for (const { subject, fact } of found) {
      const byClaim = fact.claiming.filter(({ claims: own }) => own.some((one) => claims.has(one)));
      for (const name of [...fact.named, ...byClaim.map(({ named }) => named)]) {
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
