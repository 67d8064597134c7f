import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
import type { Pod } from "../../kit/pods.ts";
import { labelSelectorAt, selects, selectorText, type Selector } from "../../kit/selectors.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import type { Workload } from "./parts.ts";
import { scaledOf, scaledParts } from "./scaling.ts";

/** What keeps pods apart: over which topology, and which pods. */
interface Constraint {
  readonly key: string;
  readonly selector: Selector | undefined;
  /** `*` where it may be any. */
  readonly namespaces: readonly string[];
  /** How uneven it lets them be; an anti-affinity wants them all apart. */
  readonly maxSkew: number;
}

/** The own namespace is meant where none is named, and may be meant where a selector chooses them. */
function namesNone(term: unknown): boolean {
  return isPresent(term, "namespaceSelector") || !isPresent(term, "namespaces", 0);
}

function antiAffinities(spec: unknown): Constraint[] {
  const rules = at(spec, "affinity", "podAntiAffinity");
  const terms = [
    ...listAt(rules, "requiredDuringSchedulingIgnoredDuringExecution"),
    ...listAt(rules, "preferredDuringSchedulingIgnoredDuringExecution").map((preferred) =>
      at(preferred, "podAffinityTerm"),
    ),
  ];
  return terms.map((term) => ({
    key: textAt(term, "topologyKey") ?? "",
    selector: labelSelectorAt(term, "labelSelector"),
    namespaces: namesNone(term) ? ["*"] : textsAt(term, "namespaces"),
    maxSkew: 1,
  }));
}

function constraintsOf({ spec }: Pod): Constraint[] {
  const spread = listAt(spec, "topologySpreadConstraints").map((constraint) => {
    const selector = labelSelectorAt(constraint, "labelSelector");
    return {
      key: textAt(constraint, "topologyKey") ?? "",
      // Evenly with all pods of the namespace is not evenly: others fill up what the own ones leave.
      selector: selector?.length === 0 ? undefined : selector,
      namespaces: ["*"],
      maxSkew: numberAt(constraint, "maxSkew") ?? 1,
    };
  });
  return [...spread, ...antiAffinities(spec)];
}

const host = "kubernetes.io/hostname";
/** The highest that still counts as spreading; the scheduler's own defaults are 3 for nodes and 5 for zones. */
const mostSkew = 5;

/** What puts all pods on one node, whatever else they say; it need not be known which. */
function pinnedBy({ spec }: Pod): string | undefined {
  if (ifKnown(() => isPresent(spec, "nodeName")) ?? true) return "nodeName";
  return keysAt(spec, "nodeSelector").includes(host) ? `nodeSelector["${host}"]` : undefined;
}

/** Why nothing spreads the pods over a topology; undefined if something does. */
function missing(key: string, workload: Workload, all: readonly Constraint[]) {
  const { labels, namespace } = workload;
  const about = all.filter((constraint) => constraint.key === key);
  const own = about.filter(
    ({ selector, namespaces }) =>
      selects(selector, labels) && [namespace, "*"].some((one) => namespaces.includes(one)),
  );
  if (own.some(({ maxSkew }) => maxSkew <= mostSkew)) return undefined;
  const [loose] = own;
  if (loose !== undefined) return `maxSkew for ${key} is ${loose.maxSkew}, more than ${mostSkew}`;
  const [other] = about;
  if (other === undefined) return `nothing spreads them over ${key}`;
  return `what spreads over ${key} selects other pods (${selectorText(other.selector ?? [])})`;
}

export const spread = stackRule({
  name: "spread",
  title: "Pods of one workload are spread over nodes",
  why: "Several pods on one node all end with it, and a service that has several is down as if it had one.",
  fix: "add an entry to topologySpreadConstraints of the pod for each topologyKey, with a labelSelector that selects the labels of the pod itself",
  severity: "medium",
  frameworks: [kubernetesDocs("Pod Topology Spread Constraints")],
  config: Type.Object({
    topologyKeys: Type.Array(Type.String(), {
      default: [host],
      description: "Node labels over each of which pods must be spread.",
    }),
  }),
  collect: (subject) => {
    const { workloads, autoscalers } = scaledParts(subject);
    return {
      autoscalers,
      workloads: workloads.map((workload) => ({
        ...workload,
        constraints: constraintsOf(workload.pod),
        pinned: pinnedBy(workload.pod),
      })),
    };
  },
  evaluate: (found, report, { topologyKeys }) => {
    for (const { workload, max, pods } of scaledOf(found)) {
      if (max < 2) continue;
      const { subject, constraints, pinned } = workload;
      if (pinned !== undefined) {
        report(subject, `has ${pods}, and ${pinned} puts all of them on one node`);
      }
      for (const key of topologyKeys) {
        const problem = missing(key, workload, constraints);
        report(subject, problem && `has ${pods}, and ${problem}`);
      }
    }
  },
});
