import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt, textsAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { podsOf } from "../../kit/pods.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { namespaceOf, isKind, type Subject } from "../../kit/subject.ts";
import { gpuResources, gpusOf } from "./gpu-requests.ts";

interface Pods {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly priorityClass: string | undefined;
}

interface Quota {
  readonly namespace: string;
  /** Only entries about GPUs. */
  readonly hard: ReadonlyMap<string, unknown>;
  readonly covers: (priorityClass: string | undefined) => boolean;
}

interface Fact {
  readonly pods: readonly Pods[];
  readonly quota?: Quota;
}

interface Where {
  readonly resources: readonly string[];
}

const settings = { resources: gpuResources };

/** A quota with scopes is for some pods alone; of the scopes, pod specs tell only their priority. */
function coverage({ props }: Subject): Quota["covers"] {
  const path = ["spec", "scopeSelector", "matchExpressions"] as const;
  const scopes = listAt(props, ...path).map((_, i) => {
    const isPriority = textAt(props, ...path, i, "scopeName") === "PriorityClass";
    const isIn = textAt(props, ...path, i, "operator") === "In";
    return isPriority && isIn ? textsAt(props, ...path, i, "values") : [];
  });
  const hasOther = isPresent(props, "spec", "scopes", 0);
  return (priorityClass) =>
    !hasOther && scopes.every((names) => names.includes(priorityClass ?? ""));
}

function quotaOf(subject: Subject, resources: readonly string[]): Quota {
  const { props } = subject;
  const keys = keysAt(props, "spec", "hard").filter((key) =>
    matchesAny(resources, key.replace(/^(?:requests|limits)\./, "")),
  );
  return {
    namespace: namespaceOf(subject.props),
    hard: new Map(keys.map((key) => [key, at(props, "spec", "hard", key)])),
    covers: coverage(subject),
  };
}

function podsIn(subject: Subject, { resources }: Where): Pods[] {
  return podsOf(subject).flatMap((pod): Pods[] => {
    const found = gpusOf(pod, resources);
    if (found.length === 0) return [];
    const priorityClass = textAt(pod.spec, "priorityClassName");
    return [{ namespace: namespaceOf(subject.props), resources: found, priorityClass }];
  });
}

function isCovered(quotas: readonly Quota[], pods: Pods, resource: string): boolean {
  return quotas.some(({ hard, covers }) => {
    const amount = hard.get(`requests.${resource}`);
    return amount !== undefined && amount !== null && covers(pods.priorityClass);
  });
}

export const gpuQuota = stackRule<Fact, typeof settings>({
  name: "gpu-quota",
  title: "Every namespace with GPU workloads has a quota of GPUs",
  why: "Without one, a single workload or a typing error in its replicas takes every GPU that the pools may grow to, and the bill with it.",
  fix: "add a ResourceQuota to the namespace with the number of slices in spec.hard under requests.nvidia.com/gpu",
  severity: "high",
  frameworks: [kubernetesDocs("Resource Quotas: quota for extended resources")],
  config: Type.Object(settings),
  collect: (subject, config) => {
    if (isKind(subject, "ResourceQuota"))
      return { pods: [], quota: quotaOf(subject, config.resources) };
    const pods = podsIn(subject, config);
    return pods.length === 0 ? undefined : { pods };
  },
  evaluate: (found, report) => {
    const quotas = new Map<string, Quota[]>();
    for (const { subject, fact } of found) {
      if (fact.quota === undefined) continue;
      const { namespace, hard } = fact.quota;
      quotas.set(namespace, [...(quotas.get(namespace) ?? []), fact.quota]);
      for (const key of hard.keys()) {
        if (!key.startsWith("requests.")) {
          report(
            subject,
            `limits ${key}, which Kubernetes refuses: GPUs are counted by requests alone`,
          );
        }
      }
    }
    for (const { subject, fact } of found) {
      for (const pods of fact.pods) {
        const missing = pods.resources.filter(
          (resource) => !isCovered(quotas.get(pods.namespace) ?? [], pods, resource),
        );
        if (missing.length > 0) {
          report(
            subject,
            `asks for ${missing.join(", ")} in ${pods.namespace}, where no quota counts it`,
          );
        }
      }
    }
  },
});
