import { withFields } from "../kit/change.ts";
import { unknown, type TestResource } from "../kit/evaluate.ts";
import type { Failing, Passing } from "../kit/rule-cases.ts";
import { awsResources } from "./aws.ts";
import { gcpResources } from "./gcp.ts";

/** A program that every rule about clouds accepts. */
const compliant: readonly TestResource[] = [...awsResources, ...gcpResources];

export const accepted: Passing = ["a compliant program", compliant];

/** The compliant program in which one resource is another one. */
export function programWith(changed: TestResource): readonly TestResource[] {
  const others = compliant.filter(
    ({ type, name }) => type !== changed.type || name !== changed.name,
  );
  return [...others, changed];
}

/** The compliant program without the resources of a type. */
export function programWithout({ type }: TestResource): readonly TestResource[] {
  return compliant.filter((one) => one.type !== type);
}

/** The compliant program in which one field of a resource has a value. */
export function changed(of: TestResource, path: string, value: unknown) {
  return programWith(withFields(of, { [path]: value }));
}

function whatIs(of: TestResource, path: string, value: unknown): string {
  const text = value === unknown ? "unknown" : JSON.stringify(value);
  return `${of.type} with ${path} ${value === undefined ? "absent" : text}`;
}

/** A row for each value that a field must not have; undefined stands for its absence. Unless told otherwise, the message names it. */
export function wrong(
  of: TestResource,
  path: string,
  values: readonly unknown[],
  says = path,
): Failing[] {
  return values.map((value) => [
    whatIs(of, path, value),
    changed(of, path, value),
    value === unknown ? "is not known before the update" : `${of.type} shop: ${says}`,
  ]);
}

/** A row for each value that a field may have as well. */
export function right(of: TestResource, path: string, values: readonly unknown[]): Passing[] {
  return values.map((value) => [whatIs(of, path, value), changed(of, path, value)]);
}
