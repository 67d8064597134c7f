import { at, keysAt, listAt, textAt, textsAt } from "../../kit/json.ts";
import type { Pod } from "../../kit/pods.ts";

/** By label, the values that a node may have; empty where any value will do. */
export type NodeLabels = ReadonlyMap<string, readonly string[]>;

function requirementsOf(term: unknown): [string, readonly string[]][] {
  return listAt(term, "matchExpressions").flatMap((one): [string, readonly string[]][] => {
    const [key, operator] = [textAt(one, "key"), textAt(one, "operator")];
    if (key === undefined || (operator !== "In" && operator !== "Exists")) return [];
    return [[key, operator === "In" ? textsAt(one, "values") : []]];
  });
}

/**
 * What nodes must have for the scheduler to take them: one map for each alternative. NotIn, DoesNotExist, Gt and Lt
 * select nothing for sure, nor does what is only preferred.
 */
export function selectedNodes({ spec }: Pod, labels: readonly string[]): readonly NodeLabels[] {
  const wanted = keysAt(spec, "nodeSelector").filter((key) => labels.includes(key));
  const selected = wanted.map((key): [string, readonly string[]] => [
    key,
    [String(at(spec, "nodeSelector", key))],
  ]);
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const path = ["affinity", "nodeAffinity", required, "nodeSelectorTerms"] as const;
  const terms = listAt(spec, ...path);
  if (terms.length === 0) return [new Map(selected)];
  return terms.map((term) => {
    const found = requirementsOf(term).filter(([key]) => labels.includes(key));
    return new Map([...found, ...selected]);
  });
}

export interface Taint {
  readonly key: string;
  readonly effect: string;
}

export function tolerationsOf({ spec }: Pod) {
  return listAt(spec, "tolerations").map((toleration) => {
    const field = (name: string) => {
      const text = textAt(toleration, name);
      return text === "" ? undefined : text;
    };
    return { key: field("key"), operator: field("operator") ?? "Equal", effect: field("effect") };
  });
}

/** Whether a toleration is for taints with this key, which without a key are all. */
export function isFor(
  { key, operator, effect }: ReturnType<typeof tolerationsOf>[number],
  taint: Taint,
): boolean {
  const keyFits = key === taint.key || (key === undefined && operator === "Exists");
  return keyFits && (effect === undefined || effect === taint.effect);
}
