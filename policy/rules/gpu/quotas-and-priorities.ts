import { kubernetesDocs } from "../../kit/frameworks.ts";
import { isPresent, keysAt, textAt } from "../../kit/json.ts";
import { podsOf } from "../../kit/pods.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { namespaceOf, isKind, type Subject } from "../../kit/subject.ts";
import { gpusOf, isGpu } from "./gpu-requests.ts";

/** Those that exist without the stack making them. */
const ofKubernetes = ["system-cluster-critical", "system-node-critical"];

/** Mandatory: pods that name a class that doesn't exist are refused, and no other error of a stack is cheaper to put right. */
export const gpuPriority = stackRule({
  name: "gpu-priority",
  title: "GPU workloads name a priority class that exists",
  why: "GPUs are scarce, and without priorities the oldest pod keeps its GPU while someone waits. Kubernetes refuses pods whose class does not exist.",
  fix: "set priorityClassName to a PriorityClass of the stack, with a literal metadata.name",
  severity: "medium",
  frameworks: [kubernetesDocs("Pod Priority and Preemption")],
  collect: (subject) => ({
    makes: isKind(subject, "scheduling.k8s.io/PriorityClass")
      ? textAt(subject.props, "metadata", "name")
      : undefined,
    /** Of each of its pods with a GPU. */
    named: podsOf(subject)
      .filter((pod) => gpusOf(pod).length > 0)
      .map(({ spec }) => textAt(spec, "priorityClassName")),
  }),
  evaluate: (found, report) => {
    const known = new Set([...ofKubernetes, ...found.map(({ fact }) => fact.makes)]);
    for (const { subject, fact } of found) {
      for (const name of fact.named) {
        if (name === undefined) report(subject, "asks for a GPU without priorityClassName");
        else if (!known.has(name)) {
          const which = `the priority class ${name}, which the stack does not make`;
          report(subject, `asks for a GPU with ${which}`);
        }
      }
    }
  },
});

/** What counts GPUs in a namespace, by keys of `spec.hard` that have a value. A quota with scopes is for some pods alone. */
function quotasOf(subject: Subject) {
  const { props } = subject;
  const isForSome = ["scopes", "scopeSelector"].some((key) => isPresent(props, "spec", key));
  if (!isKind(subject, "ResourceQuota") || isForSome) return [];
  const keys = keysAt(props, "spec", "hard")
    .filter((key) => isGpu(key.replace(/^requests\./, "")))
    .filter((key) => isPresent(props, "spec", "hard", key));
  return [{ namespace: namespaceOf(props), keys }];
}

function podsIn(subject: Subject) {
  return podsOf(subject)
    .map((pod) => ({ namespace: namespaceOf(subject.props), resources: gpusOf(pod) }))
    .filter(({ resources }) => resources.length > 0);
}

export const gpuQuota = stackRule({
  name: "gpu-quota",
  title: "Every namespace with GPU workloads has a quota of GPUs",
  why: "Without one, a single workload or a typing error in its replicas takes every GPU that the pools may grow to, and the bill with it.",
  fix: "add a ResourceQuota to the namespace with the number of slices in spec.hard under requests.nvidia.com/gpu",
  severity: "high",
  frameworks: [kubernetesDocs("Resource Quotas: quota for extended resources")],
  collect: (subject) => ({ pods: podsIn(subject), quotas: quotasOf(subject) }),
  evaluate: (found, report) => {
    const quotas = found.flatMap(({ fact }) => fact.quotas);
    for (const { subject, fact } of found) {
      for (const { namespace, resources } of fact.pods) {
        const own = quotas.filter((one) => one.namespace === namespace);
        const counted = new Set(own.flatMap(({ keys }) => keys));
        const missing = resources.filter((resource) => !counted.has(`requests.${resource}`));
        if (missing.length === 0) continue;
        report(subject, `asks for ${missing.join(", ")} in ${namespace}, where no quota counts it`);
      }
    }
  },
});
