import { Type } from "typebox";
import { at, isObject, isPresent, textAt } from "./json.ts";
import type { Container, Pod } from "./pods.ts";

/** A field of the security context that a container or a pod itself has; undefined where there is none. */
export function ownContext({ spec }: Container | Pod, field: string): unknown {
  return at(spec, "securityContext", field) ?? undefined;
}

/** What holds for a container: what it says itself, or else its pod. */
export function contextOf(container: Container, field: string): unknown {
  return ownContext(container, field) ?? ownContext(container.pod, field);
}

/** Sets a field in place; true, as remediations say that they changed something. */
export function setContext({ spec }: Container | Pod, field: string, value: unknown): boolean {
  if (!isObject(spec)) return false;
  if (!isPresent(spec, "securityContext")) spec["securityContext"] = {};
  const context = at(spec, "securityContext");
  if (!isObject(context)) return false;
  context[field] = value;
  return true;
}

/** Settings of rules about the profiles that a runtime loads. */
export const profileSettings = Type.Object({
  allowed: Type.Array(Type.String(), {
    default: ["RuntimeDefault", "Localhost"],
    description: "Types of profiles that pods and containers may have.",
  }),
});

/** The type of profile that it names itself, if it is none of those allowed. */
export function wrongProfile(
  of: Container | Pod,
  field: string,
  allowed: readonly string[],
): string | undefined {
  const own = ownContext(of, field);
  if (own === undefined) return undefined;
  const type = textAt(own, "type") ?? "no type";
  return allowed.includes(type) ? undefined : type;
}
