import { createHash } from "node:crypto";
import { listAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import { plainObject } from "../../../tools/plugins/kit/properties.ts";
import type { Autoname } from "./row.ts";

/** The key under which a bridged provider notes which inputs it filled in. */
const defaultsKey = "__defaults";

/** Random end of a made-up name, in hexadecimal digits; the bridge's figure. */
const suffixDigits = 7;

export function isAutonamed(inputs: JsonObject, autoname: Autoname | undefined): boolean {
  return autoname !== undefined && listAt(inputs, defaultsKey).includes(autoname.property);
}

function freshName(logicalName: string, seed: Uint8Array, autoname: Autoname): string {
  const suffix = createHash("sha256").update(seed).digest("hex").slice(0, suffixDigits);
  const stem = autoname.lowerCase === true ? logicalName.toLowerCase() : logicalName;
  return `${stem.slice(0, autoname.maxLength - suffixDigits - 1)}-${suffix}`;
}

function isNamed(inputs: JsonObject, { property, unless }: Autoname): boolean {
  return inputs[property] !== undefined || (unless !== undefined && inputs[unless] !== undefined);
}

/** Gives inputs without a name the one they had before, if that was made up, or else a new one. */
export function named(
  news: JsonObject,
  olds: JsonObject,
  subject: { logicalName: string; seed: Uint8Array },
  autoname: Autoname | undefined,
): JsonObject {
  if (autoname === undefined || isNamed(plainObject(news), autoname)) return news;
  const old = isAutonamed(olds, autoname) ? textAt(olds, autoname.property) : undefined;
  const name = old ?? freshName(subject.logicalName, subject.seed, autoname);
  return { ...news, [autoname.property]: name, [defaultsKey]: [autoname.property] };
}
