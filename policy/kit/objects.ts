import { listAt } from "./json.ts";
import { isKind, type Subject } from "./subject.ts";
import type { Report } from "./rule.ts";

/** An object of Kubernetes as a rule reads it. */
export interface KubernetesObject {
  /** Its fields; read with `at` and its siblings. */
  readonly fields: unknown;
  /** Before what is reported of it: where in a list it is. */
  readonly place: string;
}

/** The objects of these kinds, written as for `isKind`: the resource itself, or the items of a list such as `RoleList`. */
export function objectsOf(subject: Subject, ...kinds: readonly string[]): KubernetesObject[] {
  if (isKind(subject, ...kinds)) return [{ fields: subject.props, place: "" }];
  if (!isKind(subject, ...kinds.map((kind) => `${kind}List`))) return [];
  return listAt(subject.props, "items").map((fields, i) => ({ fields, place: `items.${i}: ` }));
}

/** Evaluates each of them. */
export function eachObject(
  subject: Subject,
  kinds: readonly string[],
  report: Report,
  check: (fields: unknown, report: Report) => void,
): void {
  for (const { fields, place } of objectsOf(subject, ...kinds)) {
    check(fields, (problem) => {
      report(place + problem);
    });
  }
}
