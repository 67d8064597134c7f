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

/** The rules of a class: which pools, in which order. */
function ranked(computeClass: JsonObject, options: readonly Option[]): readonly Option[] {
  const first = listAt(computeClass, "spec", "priorities")
    .map((rule) => options.filter(({ pool }) => listAt(rule, "nodepools").includes(pool.name)))
    .find((matched) => matched.length > 0);
  const anyway = textAt(computeClass, "spec", "whenUnsatisfiable") === "ScaleUpAnyway";
  return first ?? (anyway ? options : []);
}

/**
 * GKE: pools with the label of a ComputeClass grow in the order of its rules, whether or not the pod names the class
 * (GoogleCloudPlatform/cluster-autoscaler, pkg/computeclass/organizer.go); other pools by least waste.
 */
export function byComputeClass(classes: readonly JsonObject[]): Preference {
  const known = new Map(classes.map((item) => [textAt(item, "metadata", "name"), item]));
  return (needs, options) => {
    const wanted = needs.selector[classLabel];
    const labelOf = ({ pool }: Option): string | undefined => pool.node.labels[classLabel];
    const mine = options.filter((option) => wanted === undefined || labelOf(option) === wanted);
    const name = wanted ?? mine.map(labelOf).find((label) => label !== undefined);
    const computeClass = known.get(name);
    // Without its class a pool is one like the others.
    if (computeClass === undefined) return leastWaste(needs, mine);
    const inClass = mine.filter((option) => labelOf(option) === name);
    return leastWaste(needs, ranked(computeClass, inClass));
  };
}
