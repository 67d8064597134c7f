import { sameJson, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Change, DiffCall, Difference } from "../../../tools/plugins/kit/provider.ts";
import { plainObject } from "../../../tools/plugins/kit/properties.ts";
import { compare, toChanges } from "./compare.ts";
import { isAutonamed } from "./autoname.ts";
import type { Row } from "./row.ts";
import { filledIn, ownInputs, type Shaper } from "./shape.ts";
import { resourceSchema } from "./schema/sdk-schema.ts";

/** Deleting first is needed where the new resource would have the given name of the old one. */
function sharesName(row: Row, olds: JsonObject, news: JsonObject): boolean {
  const property = row.autoname?.property;
  if (property === undefined || isAutonamed(news, row.autoname)) return false;
  return sameJson(plainObject(olds)[property], plainObject(news)[property]);
}

/** Outputs that the provider's configuration decides and that are no longer what it asks for, as default labels. */
function outdated(shaper: Shaper, call: DiffCall, config: JsonObject): [string, Change][] {
  const inputs = filledIn(shaper.row, ownInputs(call.news), config);
  const wanted = shaper.cloud.common(inputs, config, resourceSchema(shaper.schema, shaper.type));
  const olds = plainObject(call.olds);
  return Object.keys(wanted)
    .filter((key) => key in olds && !sameJson(olds[key], wanted[key]))
    .map((key) => [key, "update"]);
}

/** What a change of the inputs means: nothing, an update in place, or a new resource. */
export function difference(shaper: Shaper, call: DiffCall, config: JsonObject): Difference {
  const { row } = shaper;
  const entries = compare(ownInputs(call.oldInputs), ownInputs(call.news));
  const changes = toChanges(entries, row.replaces);
  if (changes.size === 0) {
    for (const [key, change] of outdated(shaper, call, config)) changes.set(key, change);
  }
  const replaces = [...changes.values()].some((change) => change.endsWith("-replace"));
  return { changes, deleteBeforeReplace: replaces && sharesName(row, call.oldInputs, call.news) };
}
