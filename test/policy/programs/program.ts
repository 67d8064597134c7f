import { denyAll, limits, namespaceObject, quota } from "../access/objects.ts";
import { budget } from "../availability/shop.ts";
import type { TestResource } from "../kit/evaluate.ts";
import { deployment, objectOf } from "../kit/workloads.ts";

/** By rule, the resources of a program that it alone refuses. */
export type Programs = Readonly<Record<string, readonly TestResource[]>>;

const account = objectOf("ServiceAccount", { automountServiceAccountToken: false });

/** The namespace `shop` with all that guards it. */
export const guarded = [namespaceObject(), denyAll(), limits(), quota()];

/** A workload and its identity, without a budget. */
export function unbudgeted(workload: TestResource = deployment()): TestResource[] {
  return [...guarded, account, workload];
}

/** A whole program that every rule accepts, around a workload. */
export function shop(workload?: TestResource): TestResource[] {
  return [...unbudgeted(workload), budget()];
}

/** The valid program with something beside it. */
export function beside(...more: readonly TestResource[]): TestResource[] {
  return [...shop(), ...more];
}
