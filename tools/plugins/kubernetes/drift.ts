import { isObject, sameJson, type Json, type JsonObject } from "../kit/json.ts";

/**
 * The inputs as they are now on the server. A value counts as drifted when the server shows another one than it showed
 * after the last apply: comparing with the inputs themselves would mistake every normalisation ("1000m" to "1") and
 * every default for a change. Fields that the inputs do not name belong to others and are left out.
 */
export function driftedInputs(inputs: JsonObject, before: JsonObject, now: JsonObject): JsonObject {
  const drifted = drift(inputs, before, now);
  return isObject(drifted) ? drifted : {};
}

function drift(input: Json, before: Json | undefined, now: Json | undefined): Json | undefined {
  if (sameJson(before, now)) return input;
  if (now === undefined) return undefined;
  if (isObject(input) && isObject(now)) {
    const then = isObject(before) ? before : {};
    return driftedObject(input, then, now);
  }
  if (Array.isArray(input) && Array.isArray(now) && Array.isArray(before)) {
    return driftedList(input, before, now);
  }
  return now;
}

function driftedObject(input: JsonObject, before: JsonObject, now: JsonObject): JsonObject {
  const entries = Object.entries(input).flatMap(([key, value]): [string, Json][] => {
    const drifted = drift(value, before[key], now[key]);
    return drifted === undefined ? [] : [[key, drifted]];
  });
  return Object.fromEntries(entries);
}

function driftedList(input: Json[], before: Json[], now: Json[]): Json[] {
  if (input.length !== before.length) return now;
  return now.flatMap((item, i) => {
    const own = input[i];
    const drifted = own === undefined ? item : drift(own, before[i], item);
    return drifted === undefined ? [] : [drifted];
  });
}
