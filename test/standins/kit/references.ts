import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Cloud, Row } from "./row.ts";
import { refersTo, textsAt, type CloudStore, type Entry } from "./store.ts";

type Rows = Cloud["rows"];

/** References of new inputs to what is not in the cloud, as [type, reference]. */
export function danglingReference(
  row: Row,
  inputs: JsonObject,
  store: CloudStore,
): readonly [string, string] | undefined {
  return (row.uses ?? [])
    .filter(({ elsewhere }) => elsewhere !== true)
    .flatMap(({ field, type }) =>
      textsAt(inputs, field).map((reference): readonly [string, string] => [type, reference]),
    )
    .find(([type, reference]) => store.referred(type, reference) === undefined);
}

/** The resources that refer to one, by what they do when it is deleted. */
function users(
  target: Entry,
  onDelete: "refuse" | "vanish",
  rows: Rows,
  store: CloudStore,
): Entry[] {
  return store.list().filter((user) => {
    if (user.file === target.file) return false;
    const uses = rows.get(user.type)?.uses ?? [];
    return uses.some(
      (use) =>
        use.type === target.type &&
        use.onDelete === onDelete &&
        textsAt(user.outputs, use.field).some((reference) => refersTo(reference, target)),
    );
  });
}

/** What keeps a resource from being deleted, if anything does. */
export function blocker(target: Entry, rows: Rows, store: CloudStore): Entry | undefined {
  return users(target, "refuse", rows, store)[0];
}

/** Takes what lives inside a resource out of the cloud with it. */
export function removeInside(target: Entry, rows: Rows, store: CloudStore): void {
  for (const inner of users(target, "vanish", rows, store)) {
    removeInside(inner, rows, store);
    store.remove(inner);
  }
}
