import { at, isPresent } from "../../kit/json.ts";
import type { Container } from "../../kit/pods.ts";
import { quantityOf } from "./quantity.ts";

/** What a container asks for, or may have at most. */
type Side = "requests" | "limits";

/** Containers put in by hand can't ask for anything: the API has no such field for them. */
export function hasResources({ role }: Container): boolean {
  return role !== "ephemeral container";
}

/** As written. What the pod asks for as a whole counts for containers that say nothing themselves. */
export function amountOf({ spec, pod }: Container, side: Side, resource: string): unknown {
  return at(spec, "resources", side, resource) ?? at(pod.spec, "resources", side, resource);
}

const mebibyte = 1024 ** 2;
/** Of these `512m` is half a byte, and never meant. */
const bytes = ["memory", "ephemeral-storage"];

/** What is wrong with an amount that has to be there; undefined if nothing is. */
export function problemOf(container: Container, side: Side, resource: string): string | undefined {
  const noun = side === "requests" ? "request" : "limit";
  const written = amountOf(container, side, resource);
  if (!isPresent(written)) return `has no ${noun} for ${resource}`;
  const amount = quantityOf(written);
  if (amount === undefined) return `has a ${noun} for ${resource} that is no quantity`;
  if (amount !== 0 && bytes.includes(resource) && amount < mebibyte) {
    return `has a ${noun} for ${resource} of ${String(written)}, less than a mebibyte`;
  }
  return amount === 0 ? `has a ${noun} for ${resource} of zero` : undefined;
}
