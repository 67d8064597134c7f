import { parse } from "yaml";
import { listAt, textAt, type JsonObject } from "../../../../tools/plugins/kit/json.ts";
import type { Option, Preference } from "./growth.ts";

/** What of a node's CPU and memory would be left unused, the less the better (expander "least-waste"). */
function waste({ bin }: Option, requests: Readonly<Record<string, number>>): number {
  const unused = (key: string): number => {
    const free = bin.free[key] ?? 0;
    return free === 0 ? 1 : 1 - (requests[key] ?? 0) / free;
  };
  return unused("cpu") + unused("memory");
}

export const leastWaste: Preference = ({ requests }, options) =>
  options.toSorted((a, b) => waste(a, requests) - waste(b, requests));

/** Regular expressions on group names by priority, as the ConfigMap of the priority expander has them. */
export type Priorities = ReadonlyMap<number, readonly RegExp[]>;

/** Throws when the text is not what the expander takes: it then goes on with the next expander. */
export function parsePriorities(text: string): Priorities {
  const document: unknown = parse(text);
  if (typeof document !== "object" || document === null) throw new TypeError("no priorities");
  const rows = Object.entries(document).map(([priority, patterns]): [number, RegExp[]] => {
    const listed: unknown = patterns;
    if (!Array.isArray(listed)) throw new TypeError(`priority ${priority} has no list`);
    return [Number(priority), listed.map((pattern) => new RegExp(String(pattern)))];
  });
  return new Map(rows);
}

/** Expander "priority": the groups that the highest priority matches; where none matches, all (expander/priority). */
export function byPriority(priorities: Priorities, next: Preference): Preference {
  return (needs, options) => {
    const best = [...priorities]
      .toSorted(([a], [b]) => b - a)
      .map(([, patterns]) =>
        options.filter(({ pool }) => patterns.some((pattern) => pattern.test(pool.group))),
      )
      .find((matched) => matched.length > 0);
    return next(needs, best ?? options);
  };
}

const classLabel = "cloud.google.com/compute-class";
const namespaceLabel = "cloud.google.com/default-compute-class";

/** ComputeClasses by name, and the class that a namespace's pods get. */
export interface ComputeClasses {
  readonly classes: ReadonlyMap<string, JsonObject>;
  readonly defaults: ReadonlyMap<string, string>;
}

export function computeClassesOf(
  classes: readonly JsonObject[],
  namespaces: readonly JsonObject[],
): ComputeClasses {
  return {
    classes: new Map(classes.map((item) => [textAt(item, "metadata", "name") ?? "", item])),
    defaults: new Map(
      namespaces.flatMap((item) => {
        const name = textAt(item, "metadata", "labels", namespaceLabel);
        return name === undefined ? [] : [[textAt(item, "metadata", "name") ?? "", name] as const];
      }),
    ),
  };
}

/** GKE: the rules of the pod's ComputeClass in their order; pools for pods without a class by least waste. */
export function byComputeClass({ classes, defaults }: ComputeClasses): Preference {
  return (needs, options) => {
    const name = needs.selector[classLabel] ?? defaults.get(needs.namespace);
    if (name === undefined) return leastWaste(needs, options);
    const found = classes.get(name);
    if (found === undefined) return [];
    const first = listAt(found, "spec", "priorities")
      .map((rule) => options.filter(({ pool }) => listAt(rule, "nodepools").includes(pool.name)))
      .find((matched) => matched.length > 0);
    const anyway = textAt(found, "spec", "whenUnsatisfiable") === "ScaleUpAnyway";
    return leastWaste(needs, first ?? (anyway ? options : []));
  };
}
